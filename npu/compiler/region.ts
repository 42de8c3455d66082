/** Parts of memories that steps and commands read and write. */

/** From `from` up to, not including, `to`. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/**
 * Where places are counted: lines of a local memory by their local address, bytes of DRAM by their address, bytes of a
 * tensor that has no address yet, or the vector unit's table, which is one place.
 */
export type Memory = 'scratchpad' | 'accumulator' | 'table' | 'dram' | `tensor ${string}`;

/** `count` runs of `length` places, the first from `from` on, each `stride` after the one before. */
export interface Region {
  readonly memory: Memory;
  readonly from: number;
  readonly length: number;
  readonly count: number;
  readonly stride: number;
}

/** What something reads and writes. */
export interface Accesses {
  readonly reads: readonly Region[];
  readonly writes: readonly Region[];
}

/** Places that follow each other. */
export const region = (memory: Memory, from: number, length: number): Region => ({
  memory,
  from,
  length,
  count: 1,
  stride: length,
});

/** From a region's first place to its last. */
export const extentOf = ({ from, length, count, stride }: Region): Run => ({
  from,
  to: length === 0 || count === 0 ? from : from + (count - 1) * stride + length,
});

/** A region's runs, sorted; they do not touch each other. */
export function runsOf(of: Region): Run[] {
  const { from, length, count, stride } = of;
  const extent = extentOf(of);
  if (extent.to === from) return [];
  if (stride <= length) return [extent];
  return Array.from({ length: count }, (_, i) => ({ from: from + i * stride, to: from + i * stride + length }));
}

/** Sorts runs and joins those that touch. */
export function joined(runs: readonly Run[]): Run[] {
  const all: { from: number; to: number }[] = [];
  for (const { from, to } of [...runs].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** Whether a run meets one of some that are sorted and do not touch each other. */
export function meets(runs: readonly Run[], { from, to }: Run): boolean {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.to ?? Infinity) > from) high = middle;
    else low = middle + 1;
  }
  const next = runs[low];
  return next !== undefined && next.from < to && from < to;
}
