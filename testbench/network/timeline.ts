/** Which layer of a network each unit worked on, over the time of a run. */
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import { unitNames, type Unit } from '../../npu/isa/units.ts';
import { runLengths } from '../timeline/bins.ts';
import type { Runs } from '../timeline/timeline.ts';
import type { Left } from './left.ts';

/** Cycles in which a unit worked on a layer, of the simulation: from `start` to before `end`. */
export interface Span {
  readonly unit: Unit;
  /** Of the program. */
  readonly layer: number;
  readonly start: number;
  readonly end: number;
}

/** However long a run is, it has no more bins than these. */
const MOST_BINS = 1024;

export interface NetworkTimeline {
  /** Of the simulation, the cycle that the first bin begins with. */
  readonly start: number;
  /** Cycles of a bin, a power of two. */
  readonly width: number;
  readonly bins: number;
  /** By unit, of each layer that it worked on, in the order of `layers`: in how many cycles of each bin. */
  readonly units: Readonly<Record<Unit, readonly { readonly layer: number; readonly runs: Runs }[]>>;
}

/** Those of a unit do not overlap: of several commands that it has at once it works on the first until that is done. */
export function spansOf(
  { steps }: Pick<RunnableNetwork, 'steps'>,
  { starts, ends }: Pick<Left, 'starts' | 'ends'>,
): Span[] {
  const until = new Map<Unit, number>();
  return steps.flatMap(({ unit, layer }, at): Span[] => {
    const before = until.get(unit) ?? 0;
    const [start, end] = [Math.max(starts[at] ?? 0, before), ends[at] ?? 0];
    until.set(unit, Math.max(before, end));
    return start < end ? [{ unit, layer, start, end }] : [];
  });
}

/** What was worked on of a run that ended before its last step, in `cycle` of the simulation. */
export function timelineUntil(
  program: Pick<RunnableNetwork, 'steps'>,
  { starts, ends }: Pick<Left, 'starts' | 'ends'>,
  cycle: number,
): NetworkTimeline {
  const until = ends.map((end, at) => (starts[at] === Infinity ? 0 : Math.min(end, cycle)));
  const first = starts.reduce((least, start) => Math.min(least, start), cycle);
  return timelineOf(spansOf(program, { starts, ends: until }), first, cycle);
}

/** @param start the first cycle of the run, in cycles of the simulation; `end` the one after its last */
export function timelineOf(spans: readonly Span[], start: number, end: number, most = MOST_BINS): NetworkTimeline {
  let width = 1;
  while (width * most < end - start) width *= 2;
  const bins = Math.ceil((end - start) / width);
  const byUnit = new Map(unitNames.map((unit) => [unit, new Map<number, number[]>()]));
  for (const span of spans) {
    const layers = byUnit.get(span.unit);
    const cycles = layers?.get(span.layer) ?? Array.from({ length: bins }, () => 0);
    layers?.set(span.layer, cycles);
    for (let time = span.start; time < span.end;) {
      const bin = Math.floor((time - start) / width);
      const next = Math.min(span.end, start + (bin + 1) * width);
      cycles[bin] = (cycles[bin] ?? 0) + next - time;
      time = next;
    }
  }
  const of = (unit: Unit) =>
    [...(byUnit.get(unit) ?? [])]
      .sort(([one], [other]) => one - other)
      .map(([layer, cycles]) => ({ layer, runs: runLengths(cycles) }));
  return {
    start,
    width,
    bins,
    units: { load: of('load'), store: of('store'), matrix: of('matrix'), vector: of('vector') },
  };
}
