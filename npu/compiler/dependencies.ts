/** Which steps must come after which, because one of them writes what the other one touches. */
import { unitNames, type Unit } from '../isa/units.ts';
import { IntervalMap } from './interval-map.ts';
import { extentOf, joined, meets, runsOf, type Accesses, type Memory, type Region, type Run } from './region.ts';

/** Something that a unit does, and what it touches. A unit does one after the other, each to its end. */
export interface Work extends Accesses {
  readonly unit: Unit;
}

/** By unit, in the order of `unitNames`: the latest of its works by its index in the list of all, or {@link NONE}. */
export type Latest = readonly number[];
export const NONE = -1;
export const nothing: Latest = unitNames.map(() => NONE);

/** The later ones of two. */
export const later = (one: Latest, other: Latest): Latest => one.map((index, u) => Math.max(index, other[u] ?? NONE));

/** Who has touched a place: its last writer, and by unit the last that has read it since. */
interface Touched {
  readonly writer: number;
  readonly readers: Latest;
}
const untouched: Touched = { writer: NONE, readers: nothing };

/** Where each unit reads and writes, from the first place to the last of each of its works. */
class Extents {
  /** By memory, of each unit. */
  readonly #runs = new Map<Memory, Run[][]>();

  constructor(works: readonly Work[], kind: 'reads' | 'writes') {
    for (const work of works) {
      const unit = unitNames.indexOf(work.unit);
      for (const region of work[kind]) {
        const ofUnits = this.#runs.get(region.memory) ?? unitNames.map(() => []);
        this.#runs.set(region.memory, ofUnits);
        // Works of a loop touch the same places again and again.
        const [run, last] = [extentOf(region), ofUnits[unit]?.at(-1)];
        if (last === undefined || run.from < last.from || run.to > last.to) ofUnits[unit]?.push(run);
      }
    }
    for (const [memory, ofUnits] of this.#runs) this.#runs.set(memory, ofUnits.map(joined));
  }

  /** Whether a region meets what any other unit than `own` touches. */
  meetsOthers(own: number, region: Region): boolean {
    const [extent, ofUnits] = [extentOf(region), this.#runs.get(region.memory) ?? []];
    return ofUnits.some((runs, unit) => unit !== own && meets(runs, extent));
  }
}

/** Which regions can order anything at all: not what one unit alone touches, and not what nobody writes. */
function whatMatters(works: readonly Work[]) {
  const [reads, writes] = [new Extents(works, 'reads'), new Extents(works, 'writes')];
  return {
    read: (own: number, region: Region): boolean => writes.meetsOthers(own, region),
    write: (own: number, region: Region): boolean => writes.meetsOthers(own, region) || reads.meetsOthers(own, region),
  };
}

/**
 * For each work, the latest of every other unit that must have ended before it starts: a write comes after what read
 * or wrote its place before, a read after what wrote it. What came before those is done by then as well, as a unit
 * works in order. Takes time with the works and the runs that they touch.
 */
export function dependenciesOf(works: readonly Work[]): Latest[] {
  const maps = new Map<Memory, IntervalMap<Touched>>();
  const mapOf = (memory: Memory): IntervalMap<Touched> => {
    const found = maps.get(memory) ?? new IntervalMap<Touched>();
    maps.set(memory, found);
    return found;
  };
  const matters = whatMatters(works);
  const unitOf = works.map(({ unit }) => unitNames.indexOf(unit));

  return works.map(({ reads, writes }, index) => {
    const own = unitOf[index] ?? NONE;
    const after = [...nothing];
    const comesAfter = (other: number): void => {
      const unit = unitOf[other] ?? own;
      if (unit !== own) after[unit] = Math.max(after[unit] ?? NONE, other);
    };
    for (const read of reads) {
      if (!matters.read(own, read)) continue;
      mapOf(read.memory).update(runsOf(read), ({ writer, readers } = untouched) => {
        comesAfter(writer);
        return { writer, readers: readers.with(own, index) };
      });
    }
    const mine: Touched = { writer: index, readers: nothing };
    for (const write of writes) {
      if (!matters.write(own, write)) continue;
      mapOf(write.memory).update(runsOf(write), ({ writer, readers } = untouched) => {
        comesAfter(writer);
        for (const reader of readers) comesAfter(reader);
        return mine;
      });
    }
    return after;
  });
}
