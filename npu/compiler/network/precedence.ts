/** Which steps each step must come after, of all units: those that touch the same place, one of them writing. */
import { IntervalMap } from '../interval-map.ts';
import { runsOf, type Accesses, type Memory } from '../region.ts';

/** Who has written a place last, and who has read it since. */
interface Touched {
  readonly writer: number | null;
  readonly readers: readonly number[];
}
const untouched: Touched = { writer: null, readers: [] };

/** By step, the indices of those before it that it must come after; what follows from them is mostly left out. */
export function precedenceOf(steps: readonly Accesses[]): readonly number[][] {
  const maps = new Map<Memory, IntervalMap<Touched>>();
  const mapOf = (memory: Memory): IntervalMap<Touched> => {
    const found = maps.get(memory) ?? new IntervalMap<Touched>();
    maps.set(memory, found);
    return found;
  };
  return steps.map(({ reads, writes }, index) => {
    const after = new Set<number>();
    for (const read of reads) {
      mapOf(read.memory).update(runsOf(read), ({ writer, readers } = untouched) => {
        if (writer !== null) after.add(writer);
        return { writer, readers: readers.includes(index) ? readers : [...readers, index] };
      });
    }
    const mine: Touched = { writer: index, readers: [] };
    for (const write of writes) {
      mapOf(write.memory).update(runsOf(write), ({ writer, readers } = untouched) => {
        if (writer !== null) after.add(writer);
        for (const reader of readers) after.add(reader);
        return mine;
      });
    }
    after.delete(index);
    return [...after];
  });
}
