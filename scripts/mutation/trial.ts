/** Tries mutants on workers, the nearest tests first. */
import { filesIn, hashOf, textOf } from './files.ts';
import type { Mutant } from './mutants.ts';
import { nearestTests } from './nearest.ts';
import { Sandbox } from './pool.ts';
import { describe, keepResult, type Judged, type readResults } from './results.ts';

/** A mistake that a user can make, as one line. */
export class UsageError extends Error {}

/** Tests of the engines, of waves and of other tools, to which every NPU is right. */
const beside = /\.tools\.test\.ts$|(lockstep|waves|property|wraps|hazards)\.test\.ts$/;

/** Takes what became of a mutant; `isNew`: it is not in the file of results. */
export type Settle = (mutant: Mutant, result: Omit<Judged, 'mutant'>, isNew: boolean) => void;

/** @throws UsageError where a test fails without a mutant */
export async function tryAll(
  queue: { readonly mutant: Mutant; readonly id: string }[],
  { workers, limit, within }: { readonly workers: number; readonly limit: number; readonly within: number },
  path: string,
  known: ReturnType<typeof readResults>,
  settle: Settle,
): Promise<void> {
  const places = Array.from({ length: workers }, () => new Sandbox(limit));
  try {
    const tests = ['npu', 'testbench']
      .flatMap(filesIn)
      .filter((file) => file.endsWith('.test.ts') && !beside.test(file));
    const seconds = new Map<string, number>();
    const untimed = [...tests];
    const time = async (place: Sandbox): Promise<void> => {
      for (let test = untimed.shift(); test !== undefined; test = untimed.shift()) {
        const id = `${test}:${hashOf(textOf(test))}`;
        const before = known.get(id);
        const taken = before ?? { id, ...(await place.try({ mutant: null, tests: [test], within })) };
        if (!('verdict' in taken)) {
          if (taken.outcome !== 'survived')
            throw new UsageError(`without a mutant ${taken.by} fails: ${taken.why}; mend that first`);
          keepResult(path, { id, verdict: 'survived', by: '', why: '', seconds: taken.seconds });
        }
        seconds.set(test, taken.seconds);
      }
    };
    await Promise.all(places.map(time));

    let tried = 0;
    const of = queue.length;
    const work = async (place: Sandbox): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { mutant, id } = next;
        const { outcome, ...rest } = await place.try({
          mutant,
          tests: nearestTests(mutant.file, tests, seconds, textOf),
          within,
        });
        settle(mutant, { id, verdict: outcome, ...rest }, true);
        console.error(
          `${++tried}/${of} ${outcome.padEnd(8)} ${rest.seconds.toFixed(1)} s ${describe(mutant)}${outcome === 'killed' ? ` (${rest.by})` : ''}`,
        );
      }
    };
    await Promise.all(places.map(work));
  } finally {
    for (const place of places) place.close();
  }
}
