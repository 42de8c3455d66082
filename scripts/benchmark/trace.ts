/** What a VCD file of every signal costs: the rate without over the rate with one, on both sides. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender, Run } from './contender.ts';
import { BenchError, contenderTitles } from './contender.ts';
import { exportSubject } from './export.ts';
import { calibrate, figures, MOST_CYCLES, rateOf, type Figures } from './measure.ts';
import { ours } from './ours.ts';
import type { Workshop } from './rates.ts';
import type { Subject } from './subject.ts';
import { lacks } from './tools.ts';
import { buildVerilator } from './verilator.ts';

export interface TraceSide {
  readonly without: Figures;
  readonly with: Figures;
  readonly slowdown: number;
  /** Of the file, for each cycle. */
  readonly bytesPerCycle: number;
}
export interface TraceRow {
  readonly n: number;
  readonly ours: TraceSide;
  readonly verilator: TraceSide | null;
}

interface Pair {
  readonly plain: Contender;
  readonly traced: Contender;
  readonly vcd: string;
  readonly runs: { readonly plain: Run; readonly traced: Run }[];
}

/** Rounds that do not count: a just-in-time compiler takes some tenths of a second. */
const warmUps = 5;

/**
 * Verilator is built without tracing for the one, with it for the other, since what can trace is slower even when it
 * does not.
 */
export function measureTrace(subject: Subject, shop: Workshop): TraceRow {
  const { seconds, repeat } = shop.effort;
  const own = ours(subject);
  // Waves of one part of a run are not those of another: each side writes all of it.
  const cycles = own.run({ cycles: MOST_CYCLES }).cycles;
  const pair = (plain: Contender, traced: Contender, name: string): Pair => {
    // For as long as it takes a just-in-time compiler to be done.
    calibrate(plain, seconds, 100);
    return { plain, traced, vcd: join(shop.folder, `${subject.name}-${name}.vcd`), runs: [] };
  };
  shop.progress(`${subject.title}: waves of ${contenderTitles.ours}`);
  const pairs = [pair(own, own, 'ours')];
  const lack = lacks(shop.tools, 'verilator', 'make', 'clang++');
  if (lack === null) {
    shop.progress(`${subject.title}: waves of ${contenderTitles.verilator}`);
    const exported = exportSubject(subject, join(shop.folder, `${subject.name}-waves`));
    pairs.push(
      pair(
        buildVerilator(subject, exported, { flavour: 'best' }),
        buildVerilator(subject, exported, { flavour: 'best', trace: true }),
        'verilator',
      ),
    );
  } else shop.missing(`${subject.title}: no waves of ${contenderTitles.verilator}: ${lack}`);

  for (let i = -warmUps; i < repeat; i++) {
    for (const { plain, traced, vcd, runs } of pairs) {
      // To replace a file would cost the time to free it.
      rmSync(vcd, { force: true });
      const run = { plain: plain.run({ cycles }), traced: traced.run({ cycles, vcd }) };
      if (i >= 0) runs.push(run);
    }
  }
  const expected = own.run({ cycles });
  const sides = pairs.map(({ vcd, runs }): TraceSide => {
    for (const run of runs.flatMap(({ plain, traced }) => [plain, traced])) {
      if (run.checksum !== expected.checksum)
        throw new BenchError(`a run with waves has checksum ${run.checksum}, not ${expected.checksum}`);
    }
    const [without, withWaves] = [
      figures(runs.map(({ plain }) => rateOf(plain))),
      figures(runs.map(({ traced }) => rateOf(traced))),
    ];
    return {
      without,
      with: withWaves,
      slowdown: without.median / withWaves.median,
      bytesPerCycle: statSync(vcd).size / expected.cycles,
    };
  });
  const [first, second] = sides;
  if (first === undefined) throw new BenchError('nothing was measured');
  return { n: subject.n, ours: first, verilator: second ?? null };
}
