/** The charts of a run. */
import { unitNames, units, type Unit } from '../../npu/isa/units.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { leastTraffic } from '../../testbench/bound.ts';
import type { Measurement } from '../../testbench/measurement.ts';
import { statesOf } from '../../testbench/timeline/states.ts';
import type { Timeline } from '../../testbench/timeline/timeline.ts';
import type { ArrayData, RooflineData, TimelineData, Tone } from './chart-data.ts';

/** What states have in common over the units, by their names. */
const tones: Readonly<Record<string, Tone>> = {
  moves: 'use',
  multiplies: 'use',
  works: 'use',
  memory: 'memory',
  blocked: 'inside',
  empty: 'inside',
  semaphore: 'order',
};
const toneOf = (state: string): Tone => tones[state] ?? 'idle';

export const toneMeanings: readonly (readonly [Tone, string])[] = [
  ['use', 'busy: a beat moves, the array multiplies'],
  ['memory', 'stalled by the memory or the bus'],
  ['inside', 'stalled inside: local memory, filling, draining'],
  ['order', 'next command waits for a semaphore'],
  ['idle', 'no command'],
];

export const timelineData = ({ start, width, bins, units: recorded }: Timeline): TimelineData => ({
  kind: 'timeline',
  start,
  width,
  bins,
  tracks: unitNames.map((unit: Unit) => ({
    title: units[unit].title,
    states: statesOf(unit).map(([name, { meaning }]) => ({
      name: meaning,
      tone: toneOf(name),
      runs: recorded[unit][name] ?? [],
    })),
  })),
});

export function arrayData(run: Measurement, { jobs }: Timeline): ArrayData {
  const { description } = matrixEngineOf(run.parameters);
  return {
    kind: 'array',
    cycles: run.arrayCycles,
    jobs: jobs.map(({ times, dataflow, ...shape }) => ({ times, ...description.shares(run, shape, dataflow) })),
  };
}

/** MACs for each byte in the direction of the bus that has more of them. */
const intensity = (macs: number, read: number, written: number): number => macs / Math.max(read, written, 1);

export function rooflineData(run: Measurement): RooflineData {
  const { macs, cycles, bytesRead, bytesWritten, parameters } = run;
  const least = leastTraffic(run);
  const [peak, bandwidth] = [matrixEngineOf(parameters).description.multipliers(run), parameters.busBytes];
  const best = intensity(macs, least.read, least.written);
  return {
    kind: 'roofline',
    peak,
    bandwidth,
    points: [
      { name: 'this run', intensity: intensity(macs, bytesRead, bytesWritten), rate: macs / cycles },
      { name: 'at the least traffic', intensity: best, rate: Math.min(peak, bandwidth * best) },
    ],
  };
}
