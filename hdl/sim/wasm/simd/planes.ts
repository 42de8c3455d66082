/**
 * Vectors as values of cells. In memory the elements of a cell's vector lie side by side, one cell after the other; at
 * work they are planes, each of which holds one element of all cells.
 */
import type { Local } from '../../../webassembly/code.ts';
import type { Type } from '../../../ir/types.ts';
import { present } from '../../library.ts';
import { blockLanes } from '../flat/flatten.ts';
import { scalarsOf, sizeOf } from '../storage.ts';
import { laneBitsOf, partsOf, pushPermuted, remembered, type VectorFn } from './block.ts';
import { laneOffset } from '../emit/function.ts';
import type { Storage } from '../flat/types.ts';

const vectorBytes = 16;

/** More bytes than this in each cell are too many to be taken apart into planes. */
export const mostPlaneBytes = 128;

/** Which part of which element; of numbers there is only element 0. */
export interface Which {
  readonly element: number;
  readonly part: number;
}

/** A byte of a vector in a local. */
interface Pick {
  readonly local: Local;
  readonly byte: number;
}

/** Pushes a vector of these 16 bytes. */
function pushPicked(v: VectorFn, picks: readonly Pick[]): void {
  const { code } = v.fn;
  const [first = 0, ...others] = new Set(picks.map(({ local }) => local));
  if (others.length === 0 && picks.some(({ byte }, at) => byte !== at)) {
    pushPermuted(
      v,
      first,
      picks.map(({ byte }) => byte),
    );
    return;
  }
  code.get(first);
  others.forEach((local, i) => {
    code.get(local);
    // What a later vector gives is still to come: anything stands there until then.
    code.shuffle(
      picks.map((pick, at) =>
        pick.local === local ? vectorBytes + pick.byte : i > 0 || pick.local !== first ? at : pick.byte,
      ),
    );
  });
}

/**
 * Whether lanes of `size` bytes are there for all 16 cells, if only to be looked at by nobody: then sequences of
 * vectors are taken apart and put together as a whole.
 */
export function areWhole(v: VectorFn, size: number): boolean {
  return partsOf(v, laneBitsOf({ kind: 'uint', width: 8 * size })) === size;
}

/**
 * Pushes part `part` of the plane of element `element`, taken from vectors as memory has them: `get` gives the one of
 * that number, and `key` is what they are remembered by.
 */
export function pushPlane(v: VectorFn, key: string, type: Type, { element, part }: Which, get: Sequence): void {
  const { count, scalar } = scalarsOf(type);
  const size = sizeOf(scalar);
  const vectors = count * size;
  if (areWhole(v, size) && size <= 2 && vectors % 2 === 0) {
    if (count === 2 || count === 4) {
      v.fn.code.get(parted(v, key, { size, count }, { level: Math.log2(count), element }, get)(part));
      return;
    }
    // Processors merge small elements in one instruction, and take four to part them.
    v.fn.code.get(merged(v, key, { size, vectors }, Math.log2(blockLanes), get)(element * size + part));
    return;
  }
  const step = areWhole(v, size) ? count & -count : 1;
  const every = everyElement(v, key, size, { step, from: element % step }, get);
  if (step === count) v.fn.code.get(every(part));
  else pushOneOf(v, { size, count: count / step }, { element: Math.floor(element / step), part }, every);
}

/**
 * Of few elements: each vector's bytes are brought into the order of elements by themselves, and then what belongs
 * together is merged, twice as many bytes at each level, until it is whole vectors. Level by level an element is in the
 * low or the high halves of what is merged, as the bits of its number say from the highest on.
 */
function parted(
  v: VectorFn,
  key: string,
  row: Row,
  { level, element }: { readonly level: number; readonly element: number },
  get: Sequence,
): Sequence {
  const { size, count } = row;
  const grouped = Array.from({ length: vectorBytes }, (_, i) => {
    const each = vectorBytes / count;
    const cell = Math.floor((i % each) / size);
    return (cell * count + Math.floor(i / each)) * size + (i % size);
  });
  if (level === 0)
    return (index) =>
      remembered(v, `${key}#.${index}`, () => {
        pushPermuted(v, get(index), grouped);
      });
  const before = parted(v, key, row, { level: level - 1, element: element >> 1 }, get);
  return (index) =>
    remembered(v, `${key}#${level}:${element}.${index}`, () => {
      v.fn.code.get(before(2 * index));
      v.fn.code.get(before(2 * index + 1));
      v.fn.code.shuffle(mergedBytes((vectorBytes / count) * 2 ** (level - 1), element % 2));
    });
}

/**
 * The elements in an order that comes of merging the first half of them with the second, so many times. What stood at
 * place i is then at i · 2^times, modulo one less than there are places: after four times, with 16 cells, those of one
 * plane stand side by side.
 */
function merged(
  v: VectorFn,
  key: string,
  shape: { readonly size: number; readonly vectors: number },
  times: number,
  get: Sequence,
): Sequence {
  if (times === 0) return get;
  const { size, vectors } = shape;
  const before = merged(v, key, shape, times - 1, get);
  return (index) =>
    remembered(v, `${key}*${times}.${index}`, () => {
      const first = Math.floor(index / 2);
      v.fn.code.get(before(first));
      v.fn.code.get(before(first + vectors / 2));
      v.fn.code.shuffle(mergedBytes(size, index % 2));
    });
}

/** The low (0) or high (1) halves of two vectors, an element of the one after one of the other. */
function mergedBytes(size: number, half: number): readonly number[] {
  return Array.from({ length: vectorBytes }, (_, i) => {
    const element = Math.floor(i / size);
    return (half * vectorBytes) / 2 + (element >> 1) * size + (i % size) + (element % 2) * vectorBytes;
  });
}

type Sequence = (index: number) => Local;

/** The vectors of every `step`-th element from `from` on: of every second one of every second one, and so on. */
function everyElement(
  v: VectorFn,
  key: string,
  size: number,
  { step, from }: { readonly step: number; readonly from: number },
  get: Sequence,
): Sequence {
  if (step === 1) return get;
  const half = step / 2;
  const denser = everyElement(v, key, size, { step: half, from: from % half }, get);
  const skipped = from < half ? 0 : size;
  return (index) =>
    remembered(v, `${key}/${step}+${from}.${index}`, () => {
      v.fn.code.get(denser(2 * index));
      v.fn.code.get(denser(2 * index + 1));
      v.fn.code.shuffle(Array.from({ length: vectorBytes }, (_, i) => 2 * (i - (i % size)) + (i % size) + skipped));
    });
}

interface Row {
  readonly size: number;
  readonly count: number;
}

/** The same for a few elements, byte by byte. */
function pushOneOf(v: VectorFn, { size, count }: Row, { element, part }: Which, get: Sequence): void {
  const lanes = vectorBytes / size;
  pushPicked(
    v,
    Array.from({ length: vectorBytes }, (_, i) => {
      // Past a row's last cell nothing is there, and nothing is looked at.
      const lane = Math.min(part * lanes + Math.floor(i / size), cellsOf(v) - 1);
      const at = (lane * count + element) * size + (i % size);
      return { local: get(Math.floor(at / vectorBytes)), byte: at % vectorBytes };
    }),
  );
}

function cellsOf({ fn: { domain } }: VectorFn): number {
  return Math.min(blockLanes, domain.cols);
}

/** The cell and the byte within its vector that each byte of vector `index` belongs to. */
function placesOf(
  v: VectorFn,
  { size, count }: Row,
  index: number,
): readonly { readonly lane: number; readonly within: number }[] {
  return Array.from({ length: vectorBytes }, (_, i) => {
    const at = index * vectorBytes + i;
    return { lane: Math.min(Math.floor(at / (size * count)), cellsOf(v) - 1), within: at % (size * count) };
  });
}

/** The vectors, as memory has them, of planes given by their parts: every second one of them put between the others. */
function together(v: VectorFn, size: number, planes: readonly (readonly Local[])[]): readonly Local[] {
  const { code } = v.fn;
  const kept = (push: () => void): Local => {
    push();
    const local = code.local('v128');
    code.set(local);
    return local;
  };
  const count = planes.length;
  if (count > 1 && count % 2 === 0 && areWhole(v, size)) {
    const [even, odd] = [0, 1].map((rest) =>
      together(
        v,
        size,
        planes.filter((_, i) => i % 2 === rest),
      ),
    );
    return (even ?? []).flatMap((first, k) =>
      [0, 1].map((half) =>
        kept(() => {
          code.get(first);
          code.get(present(odd?.[k], 'vector of other elements'));
          code.shuffle(mergedBytes(size, half));
        }),
      ),
    );
  }
  if (count === 1) return planes[0] ?? [];
  return Array.from({ length: Math.ceil((cellsOf(v) * size * count) / vectorBytes) }, (_, k) =>
    kept(() => {
      pushPicked(
        v,
        placesOf(v, { size, count }, k).map(({ lane, within }) => {
          const at = lane * size;
          const local = present(planes[Math.floor(within / size)]?.[Math.floor(at / vectorBytes)], 'part of a plane');
          return { local, byte: (at % vectorBytes) + (within % size) };
        }),
      );
    }),
  );
}

/** Part `index` of the words that bytes make, the first one least significant. */
export function wordsOf(v: VectorFn, key: string, bytes: readonly Local[], index: number): Local {
  const known = v.known.get(`${key}.${index}`);
  if (known !== undefined) return known;
  together(
    v,
    1,
    bytes.map((local) => [local]),
  ).forEach((local, p) => {
    v.known.set(`${key}.${p}`, local);
  });
  return present(v.known.get(`${key}.${index}`), 'part of words');
}

/** Stores planes, parts by element; `mask`: where it has ones of its 16 bytes, one for each cell. */
export function storePlanes(
  v: VectorFn,
  type: Type,
  values: readonly Local[],
  mask: Local | null,
  { address }: Storage,
): void {
  const { code } = v.fn;
  const { count, scalar } = scalarsOf(type);
  const row = { size: sizeOf(scalar), count };
  const parts = values.length / count;
  const planes = Array.from({ length: count }, (_, element) => values.slice(element * parts, (element + 1) * parts));
  together(v, row.size, planes).forEach((local, k) => {
    laneOffset(v.fn, sizeOf(type));
    code.get(local);
    if (mask !== null) {
      laneOffset(v.fn, sizeOf(type));
      code.vectorMemory('v128.load', address + k * vectorBytes);
      pushPicked(
        v,
        placesOf(v, row, k).map(({ lane }) => ({ local: mask, byte: lane })),
      );
      code.vector('v128.bitselect');
    }
    code.vectorMemory('v128.store', address + k * vectorBytes);
  });
}
