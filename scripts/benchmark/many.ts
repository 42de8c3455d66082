/** One design in lanes, each with inputs and memories of its own, against as many runs one after another. */
import { elaborate } from '../../hdl/index.ts';
import { compile, type Lane, type ManySimulator, type Simulator } from '../../hdl/sim/index.ts';
import { CoresBench } from '../../testbench/benchmark/cores.ts';
import { QueueBench } from '../../testbench/benchmark/queue.ts';
import { BenchError } from './contender.ts';
import { figures, type Figures } from './measure.ts';
import type { Effort } from './rates.ts';
import { hash, npuSubject, type Subject } from './subject.ts';

/** Cycles a second of all runs together; `ratio` is how many times as fast they are as lanes. */
export interface ManyRow {
  readonly title: string;
  readonly lanes: number;
  readonly alone: Figures;
  readonly together: Figures;
  readonly ratio: number;
}

/** More than the engine takes to find out what is quiet. */
const WARM_CYCLES = 1_200_000;

export const manySubjects: readonly (() => Subject)[] = [
  () => ({ name: 'queue', title: 'a queue of four bytes', n: 1, design: elaborate(QueueBench), dram: null }),
  () => ({ name: 'core', title: 'an RV32I core', n: 1, design: elaborate(CoresBench(1)), dram: null }),
  () => npuSubject(4, 64),
  () => npuSubject(16, 128),
];

/** @throws BenchError where a lane ends with other results than the run alone */
export function measureMany(subject: Subject, lanes: number, { seconds, repeat }: Effort): ManyRow {
  const { title, design, dram } = subject;
  const compiled = compile(design);
  const resultOf = (one: Lane | Simulator): number =>
    dram === null ? Number(one.peek('checksum')) : hash(one.memory(dram.path.join('.')).dump(dram.image.length));
  /** Cycles a second of all, and the results of each. */
  const ran = (
    runs: readonly { readonly sim: Simulator | ManySimulator; readonly ends: readonly (Lane | Simulator)[] }[],
    cycles: number,
  ): { readonly rate: number; readonly results: readonly number[] } => {
    const ends = runs.flatMap((run) => run.ends);
    if (dram !== null) for (const end of ends) end.memory(dram.path.join('.')).load(dram.image);
    for (const { sim } of runs) sim.reset(2);
    const before = process.cpuUsage();
    for (const { sim } of runs) sim.step(cycles);
    const { user, system } = process.cpuUsage(before);
    return { rate: (lanes * cycles * 1e6) / (user + system), results: ends.map(resultOf) };
  };
  const alone = (cycles: number) =>
    ran(
      Array.from({ length: lanes }, () => {
        const sim = compiled.start();
        return { sim, ends: [sim] };
      }),
      cycles,
    );
  const together = (cycles: number) => {
    const sim = compiled.startMany(lanes);
    return ran([{ sim, ends: sim.lanes }], cycles);
  };
  // Until the design has been looked at for what is quiet, and compilers have done what they do.
  compiled.start().step(WARM_CYCLES);
  for (let i = 0; i < 4; i++) together(20_000);
  const cycles = Math.ceil((alone(20_000).rate / lanes) * seconds);
  const runs = Array.from({ length: repeat }, () => [alone(cycles), together(cycles)] as const);
  if (runs.some(([one, many]) => one.results.join() !== many.results.join()))
    throw new BenchError(`${title}: lanes end with other results than runs alone`);
  const [one, many] = [figures(runs.map(([{ rate }]) => rate)), figures(runs.map(([, { rate }]) => rate))];
  return { title, lanes, alone: one, together: many, ratio: many.median / one.median };
}
