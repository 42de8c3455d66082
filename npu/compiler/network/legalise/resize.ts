/**
 * Bilinear resizing where what lies between two places is a share that returns every few results, as by factors of two,
 * four and eight: a convolution by channel for each of those phases, by whole numbers, and a move that puts their
 * results side by side. Places are in 1024ths, and sums of products of two shares rounded once, half away from zero, as
 * TensorFlow Lite's kernel of int8 has them (ResizeBilinearInteger).
 */
import type { OperatorKinds, Pair } from '../../../graph/graph.ts';
import type { DepthwiseLayer, LayerBody, MoveLayer } from '../layer.ts';
import type { View } from '../picture.ts';
import { distancesOf, type Piece } from '../piece.ts';
import { anyByte, type Of, type Reader } from './reader.ts';

type Shape = readonly number[];
type How = OperatorKinds['resizeBilinear'];

/** Of a place. */
const PARTS = 1024;
/** Phases along a side, each of which is a layer of its own. */
const MOST_PHASES = 8;
/** What a weight can be. */
const MOST_WEIGHT = 127;

/** Results along a side that have the same shares of two neighbours, or are one place each. */
interface Phase {
  /** The first of them, how far it is to the next one, and how many there are. */
  readonly to: number;
  readonly every: number;
  readonly count: number;
  /** The place that the first one begins at, −1 before the first, and how far it is to the next one's. */
  readonly from: number;
  readonly stride: number;
  /** Weights of the place and of the one behind it, if that has any; they add up to 2 ** bits. */
  readonly taps: readonly number[];
  readonly bits: number;
}

export function bilinear(reader: Reader, { attributes }: Of<'resizeBilinear'>): LayerBody[] {
  const [pictures = 1, height = 1, width = 1, channels = 1] = reader.shape(0);
  const [, rows = 1, columns = 1] = reader.resultTensor().shape;
  const down = phasesOf(height, rows, attributes);
  const across = phasesOf(width, columns, attributes);
  if (down === null || across === null) return reader.onHost();
  const heaviest = (phases: readonly Phase[]): number => Math.max(...phases.flatMap(({ taps }) => taps));
  if (heaviest(down) * heaviest(across) > MOST_WEIGHT) return reader.onHost();

  const sides = { down: reach(down, height), across: reach(across, width) };
  const layers: LayerBody[] = [];
  const edged = edges(reader, sides);
  if (edged !== null) layers.push(edged);
  const source = edged?.output ?? reader.view(0);
  const sourceShape = [
    pictures,
    height + sides.down.before + sides.down.after,
    width + sides.across.before + sides.across.after,
    channels,
  ];
  const result = reader.result();
  const isOne = down.length === 1 && across.length === 1;
  const [inputs, pieces]: [View[], Piece[]] = [[source], []];
  for (const y of down)
    for (const x of across) {
      const begin: Pair = [y.from + sides.down.before, x.from + sides.across.before];
      if (y.taps.length === 1 && x.taps.length === 1) {
        pieces.push(
          pieceOf(sourceShape, reader.resultTensor().shape, { input: 0, y, x, begin, stride: [y.stride, x.stride] }),
        );
        continue;
      }
      const [made, madeAcross] = [y, x].map(({ count, stride }) => (stride === 0 ? 1 : count));
      const shape = [pictures, made ?? 1, madeAcross ?? 1, channels];
      const isResult = isOne && made === rows && madeAcross === columns;
      const output = isResult ? result : reader.between(`places from ${y.to}, ${x.to}`, reader.resultTensor(), shape);
      layers.push(weighted({ source, output, y, x, begin, pictures, channels }));
      if (isResult) return layers;
      const input = inputs.push(output) - 1;
      const stride: Pair = [y.stride === 0 ? 0 : 1, x.stride === 0 ? 0 : 1];
      pieces.push(pieceOf(shape, reader.resultTensor().shape, { input, y, x, begin: [0, 0], stride }));
    }
  return [...layers, { kind: 'move', inputs, output: result, pieces, fill: 0 }];
}

/** The results of a side by their shares; null where these do not return, or lie beyond the last place. */
function phasesOf(size: number, results: number, { alignCorners, halfPixels }: How): readonly Phase[] | null {
  // Between a single place and itself there is nothing else.
  if (size === 1) return [{ to: 0, every: 1, count: results, from: 0, stride: 0, taps: [1], bits: 0 }];
  const [from, to] = alignCorners && results > 1 ? [size - 1, results - 1] : [size, results];
  const scale = Math.floor((PARTS * from + Math.floor(to / 2)) / to);
  const first = halfPixels ? Math.floor(scale / 2) - PARTS / 2 : 0;
  const places = Array.from({ length: results }, (_, at) => first + at * scale);
  if (places.some((place) => place >= PARTS * size)) return null;
  for (let every = 1; every <= MOST_PHASES; every++) {
    const far = every * scale;
    // Shares are the same again where phases are whole places apart, and where there is nothing to come again.
    if (far % PARTS !== 0 && every < results) continue;
    return places.slice(0, every).map((place, at): Phase => {
      const share = place - PARTS * Math.floor(place / PARTS);
      const common = share === 0 ? PARTS : greatestDivisor(share, PARTS);
      return {
        to: at,
        every,
        count: Math.ceil((results - at) / every),
        from: Math.floor(place / PARTS),
        stride: Math.floor(far / PARTS),
        taps: share === 0 ? [1] : [(PARTS - share) / common, share / common],
        bits: Math.log2(PARTS / common),
      };
    });
  }
  return null;
}

const greatestDivisor = (one: number, other: number): number =>
  other === 0 ? one : greatestDivisor(other, one % other);

interface Reach {
  readonly before: number;
  readonly after: number;
}

/** How many places before the first and behind the last one are looked at. */
function reach(phases: readonly Phase[], size: number): Reach {
  const last = Math.max(
    ...phases.map(({ from, stride, count, taps }) => from + stride * (count - 1) + taps.length - 1),
  );
  return { before: Math.max(0, -Math.min(...phases.map(({ from }) => from))), after: Math.max(0, last - size + 1) };
}

/** The picture with its first and last rows and columns once more, where they are looked at; null if they are not. */
function edges(reader: Reader, { down, across }: { readonly down: Reach; readonly across: Reach }): MoveLayer | null {
  const from = reader.shape(0);
  const [pictures = 1, height = 1, width = 1, channels = 1] = from;
  if (down.before + down.after + across.before + across.after === 0) return null;
  const to = [pictures, height + down.before + down.after, width + across.before + across.after, channels];
  const parts = (size: number, { before, after }: Reach) => [
    { from: 0, to: 0, size: before },
    { from: 0, to: before, size },
    { from: size - 1, to: before + size, size: after },
  ];
  const [fromFar, toFar] = [distancesOf(from), distancesOf(to)];
  const pieces = parts(height, down).flatMap((y) =>
    parts(width, across).flatMap((x): Piece[] => {
      if (y.size * x.size === 0) return [];
      const sizes = [pictures, y.size, x.size, channels];
      return [
        {
          input: 0,
          from: y.from * (fromFar[1] ?? 0) + x.from * (fromFar[2] ?? 0),
          to: y.to * (toFar[1] ?? 0) + x.to * (toFar[2] ?? 0),
          along: sizes.map((size, i) => ({ size, from: fromFar[i] ?? 0, to: toFar[i] ?? 0 })),
        },
      ];
    }),
  );
  const output = reader.between('its picture with its edges', reader.tensor(0), to);
  return { kind: 'move', inputs: [reader.view(0)], output, pieces, fill: 0 };
}

interface Weighted {
  readonly source: View;
  readonly output: View;
  readonly y: Phase;
  readonly x: Phase;
  readonly begin: Pair;
  readonly pictures: number;
  readonly channels: number;
}

/** Of bytes as they are, as weights add up to a whole: a convolution by channel that begins within the picture. */
function weighted({ source, output, y, x, begin, pictures, channels }: Weighted): DepthwiseLayer {
  const taps = y.taps.flatMap((down) => x.taps.map((across) => down * across));
  return {
    kind: 'depthwise',
    input: source,
    output,
    kernel: [y.taps.length, x.taps.length],
    stride: [Math.max(1, y.stride), Math.max(1, x.stride)],
    padding: { top: -begin[0], left: -begin[1], bottom: 0, right: 0 },
    pictures,
    inZero: 0,
    filter: Int8Array.from({ length: taps.length * channels }, (_, at) => taps[Math.floor(at / channels)] ?? 0),
    scales: {
      bias: new Int32Array(channels),
      multiplier: new Int32Array(channels).fill(2 ** 30),
      shift: new Int8Array(channels).fill(1 - y.bits - x.bits),
    },
    rounding: 'away',
    result: anyByte,
  };
}

interface Placed {
  readonly input: number;
  readonly y: Phase;
  readonly x: Phase;
  readonly begin: Pair;
  readonly stride: Pair;
}

/** Where the results of two phases come from, and where they go. */
function pieceOf(from: Shape, to: Shape, { input, y, x, begin, stride }: Placed): Piece {
  const [fromFar, toFar] = [distancesOf(from), distancesOf(to)];
  const sizes = [from[0] ?? 1, y.count, x.count, from[3] ?? 1];
  const [steps, everies, begins, ends] = [
    [1, ...stride, 1],
    [1, y.every, x.every, 1],
    [0, ...begin, 0],
    [0, y.to, x.to, 0],
  ];
  const at = (places: Shape, far: Shape): number => places.reduce((sum, place, i) => sum + place * (far[i] ?? 0), 0);
  return {
    input,
    from: at(begins, fromFar),
    to: at(ends, toFar),
    along: sizes.map((size, i) => ({
      size,
      from: (fromFar[i] ?? 0) * (steps[i] ?? 1),
      to: (toFar[i] ?? 0) * (everies[i] ?? 1),
    })),
  };
}
