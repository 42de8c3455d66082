/** The engine of another commit, on the designs of this one: what a change has made of its speed. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as Sim from '../../hdl/sim/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { UsageError } from '../failure.ts';
import { BenchError, type Contender } from './contender.ts';
import { calibrate, figures, rateOf, type Figures } from './measure.ts';
import { ours } from './ours.ts';
import type { Effort } from './rates.ts';
import type { Subject } from './subject.ts';

/** Cycles a second of both; `ratio` is how many times as fast this one is. */
export interface AgainstRow {
  readonly title: string;
  readonly before: Figures;
  readonly now: Figures;
  readonly ratio: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs subjects on the engines of both, in turn. The first runs of each are not counted: while they go on, an engine
 * may still be compiled.
 * @throws UsageError for what is no commit; BenchError where the two end with other results.
 */
export async function measureAgainst(
  commit: string,
  subjects: readonly (() => Subject)[],
  effort: Pick<Effort, 'seconds' | 'repeat'>,
  progress: (what: string) => void,
): Promise<readonly AgainstRow[]> {
  const caches = join(root, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  // Below the root, where its dependencies are found.
  const folder = mkdtempSync(join(caches, 'systole-against-'));
  try {
    checkOut(commit, folder);
    const other: typeof Sim = await import(pathToFileURL(join(folder, 'hdl', 'sim', 'index.ts')).href);
    return subjects.map((make) => {
      const subject = make();
      progress(`${subject.title}: both, ${effort.repeat} ×`);
      return compare(subject, ours(subject, other.simulate), ours(subject, simulate), effort);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checkOut(commit: string, folder: string): void {
  // An index of its own: the user's knows nothing of this.
  const env = { ...process.env, GIT_INDEX_FILE: join(folder, 'index') };
  const { status } = spawnSync('git', [`--work-tree=${folder}`, 'checkout', commit, '--', 'hdl'], { cwd: root, env });
  if (status !== 0)
    throw new UsageError(`--against is ${commit}, which is no commit of this repository`, 'give one, such as HEAD~1');
}

/** Cycles before anything is counted: long runs are compiled anew for what has turned out to be quiet. */
const WARM_CYCLES = 1_200_000;

function compare(
  { title }: Subject,
  before: Contender,
  now: Contender,
  { seconds, repeat }: Pick<Effort, 'seconds' | 'repeat'>,
): AgainstRow {
  const cycles = calibrate(before, seconds, 1000);
  for (const one of [before, now]) for (let taken = 0; taken < WARM_CYCLES;) taken += one.run({ cycles }).cycles;
  const runs = Array.from({ length: repeat }, () => [before.run({ cycles }), now.run({ cycles })] as const);
  const wrong = runs.find(([a, b]) => a.checksum !== b.checksum || a.cycles !== b.cycles);
  if (wrong !== undefined) {
    const [a, b] = wrong.map(({ checksum, cycles: taken }) => `checksum ${checksum} after ${taken} cycles`);
    throw new BenchError(`${title}: before ${a}, now ${b}`);
  }
  const [old, fresh] = [figures(runs.map(([run]) => rateOf(run))), figures(runs.map(([, run]) => rateOf(run)))];
  // The machine's best of each: what else runs on it only ever makes it slower.
  return { title, before: old, now: fresh, ratio: fresh.high / old.high };
}
