/** Timing contenders against each other, fairly: in turn, again and again, and only if they agree. */
import {
  BenchError,
  contenderTitles,
  type Contender,
  type ContenderName,
  type Run,
  type RunOptions,
} from './contender.ts';

/** Of several measurements. */
export interface Figures {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function figures(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number): number => sorted[index] ?? NaN;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, low: at(0), high: at(sorted.length - 1) };
}

/** Cycles a second. */
export const rateOf = ({ cycles, seconds }: Run): number => cycles / seconds;

/** Of all runs of one contender. */
export interface Measured {
  /** Cycles a second. */
  readonly rates: Figures;
  /** The least that a cycle took of a processor, in nanoseconds: what else runs only ever adds to it. */
  readonly processor: number | null;
}

function measured(runs: readonly Run[]): Measured {
  const each = runs.flatMap(({ processorSeconds, cycles }) =>
    processorSeconds === null ? [] : [(1e9 * processorSeconds) / cycles],
  );
  return { rates: figures(runs.map(rateOf)), processor: each.length === 0 ? null : Math.min(...each) };
}

/** Below this a first guess of the speed is not believed. */
const LEAST_SECONDS = 0.02;
/** More than an engine counts in one call. */
export const MOST_CYCLES = 2 ** 31 - 1;

/** Cycles that take a contender about `seconds`, or all that the design needs. */
export function calibrate(contender: Contender, seconds: number, first: number): number {
  for (let asked = first; ; asked *= 4) {
    // A just-in-time compiler works in the first run of a kind; only the second says how fast it is.
    contender.run({ cycles: asked });
    const run = contender.run({ cycles: asked });
    if (run.cycles < asked) return asked;
    if (run.seconds >= Math.min(seconds, LEAST_SECONDS))
      return Math.max(first, Math.min(MOST_CYCLES, Math.round(rateOf(run) * seconds)));
  }
}

export interface Entry {
  readonly name: ContenderName;
  readonly contender: Contender;
  readonly options: RunOptions;
}

/**
 * Runs the entries in turn, `repeat` times.
 * @throws BenchError where two runs of one entry differ, or an entry and `judge` after the same cycles.
 */
export function race(
  entries: readonly Entry[],
  repeat: number,
  judge: Contender,
): ReadonlyMap<ContenderName, Measured> {
  const runs = new Map<ContenderName, Run[]>(entries.map(({ name }) => [name, []]));
  for (let i = 0; i < repeat; i++) {
    for (const { name, contender, options } of entries) runs.get(name)?.push(contender.run(options));
  }
  const judged = new Map<number, Run>();
  for (const {
    name,
    options: { cycles },
  } of entries) {
    const expected = judged.get(cycles) ?? judge.run({ cycles });
    judged.set(cycles, expected);
    for (const run of runs.get(name) ?? []) {
      if (run.cycles !== expected.cycles || run.checksum !== expected.checksum) {
        throw new BenchError(
          `${contenderTitles[name]} has checksum ${run.checksum} after ${run.cycles} cycles, Systole ${expected.checksum} after ${expected.cycles}`,
        );
      }
    }
  }
  return new Map([...runs].map(([name, own]) => [name, measured(own)]));
}
