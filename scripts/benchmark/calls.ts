/** What a step of the smallest designs costs, and a call from a testbench: processor time, in nanoseconds. */
import { elaborate } from '../../hdl/index.ts';
import { simulate, type Timing } from '../../hdl/sim/index.ts';
import { CounterBench, TwoClocksBench } from '../../testbench/benchmark/counters.ts';
import { BenchError } from './contender.ts';
import { figures, type Figures } from './measure.ts';
import type { Effort } from './rates.ts';

/** Nanoseconds of each. */
export interface CallRow {
  readonly title: string;
  readonly each: Figures;
}

/** Does something so often, and gives how many enabled cycles the counter then has counted. */
type Run = (times: number) => bigint;

const every = (period: number): Timing[string] => ({ period, phase: 0 });

const subjects: readonly (readonly [title: string, make: () => Run])[] = [
  ['a step, one clock', () => steps(CounterBench, {})],
  ['a step, two clocks in phase', () => steps(TwoClocksBench, {})],
  ['a step, two clocks of periods 6 and 10', () => steps(TwoClocksBench, { clk: every(6), second: every(10) })],
  ['poke, step and peek by handle', byHandle],
  ['poke, step and peek by path', byPath],
];

function steps(bench: Parameters<typeof elaborate>[0], timing: Timing): Run {
  const sim = simulate(elaborate(bench), { timing });
  sim.poke('go', 1);
  return (times) => {
    sim.step(times);
    return sim.peek('count');
  };
}

function byHandle(): Run {
  const sim = simulate(elaborate(CounterBench));
  const [go, count] = [sim.signal('go'), sim.signal('count')];
  return (times) => {
    let found = 0n;
    for (let i = 0; i < times; i++) {
      go.set(1);
      sim.step();
      found = count.get();
    }
    return found;
  };
}

function byPath(): Run {
  const sim = simulate(elaborate(CounterBench));
  return (times) => {
    let found = 0n;
    for (let i = 0; i < times; i++) {
      sim.poke('go', 1);
      sim.step();
      found = sim.peek('count');
    }
    return found;
  };
}

/** Beyond what the engine takes to find out what is quiet. */
const WARM = 600_000;

/** Each in turn, as often as takes about the time given, `repeat` times. @throws BenchError for a cycle that is lost */
export function measureCalls({ seconds, repeat }: Effort): readonly CallRow[] {
  const measured = subjects.map(([title, make]) => {
    const run = make();
    let taken = 0;
    const nanoseconds = (times: number): number => {
      const before = process.cpuUsage();
      const found = run(times);
      const { user, system } = process.cpuUsage(before);
      taken += times;
      if (found !== BigInt.asUintN(32, BigInt(taken)))
        throw new BenchError(`${title}: ${found} cycles were counted, of ${taken}`);
      return (1000 * (user + system)) / times;
    };
    nanoseconds(WARM);
    return { title, nanoseconds, times: Math.ceil((seconds * 1e9) / Math.max(1, nanoseconds(WARM))) };
  });
  const turns = Array.from({ length: repeat }, () => measured.map(({ nanoseconds, times }) => nanoseconds(times)));
  return measured.map(({ title }, i) => ({ title, each: figures(turns.map((turn) => turn[i] ?? NaN)) }));
}
