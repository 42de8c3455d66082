/**
 * `npm run mutate -- npu`: changes the hardware's description in small ways, one at a time, and looks whether the tests
 * notice.
 *
 * Mutants that do not type-check, or whose NPU cannot be elaborated, are the compiler's (`invalid`); for the others the
 * nearest tests run until one fails, or the seconds of `--within` are over. Results are kept in a file as they
 * come, so that a run that was stopped goes on where it was; `--retry` tries again what survived.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reasonFor } from './mutation/equivalent.ts';
import { mutantsOf, type Mutant } from './mutation/mutants.ts';
import { filesIn, hashOf, textOf, root } from './mutation/files.ts';
import { describe, idOf, keepResult, readResults, report, score, type Judged } from './mutation/results.ts';
import { wordsOf, nodesOf } from './mutation/syntax.ts';
import { tryAll, UsageError } from './mutation/trial.ts';
import { typeErrors } from './mutation/types.ts';

/** What describes no hardware: it can be asked for by name. */
const noHardware =
  /\.test\.ts$|(^|\/)(testing[^/]*|index)\.ts$|^npu\/(compiler\/.*|(config|parameters|presets)\.ts|isa\/assembler\.ts|control\/registers\.ts)$/;

const usage =
  'npm run mutate -- [npu] [--file npu/control/csr.ts] [--sample 300] [--seed 1] [--workers 2] [--within SECONDS] ' +
  '[--limit SECONDS] [--results run-mutate.jsonl] [--retry] [--list]';

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        file: { type: 'string', multiple: true, default: [] },
        sample: { type: 'string' },
        seed: { type: 'string', default: '1' },
        limit: { type: 'string', default: '300' },
        within: { type: 'string' },
        workers: { type: 'string', default: String(Math.min(2, availableParallelism())) },
        results: { type: 'string', default: 'run-mutate.jsonl' },
        retry: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
      },
    });
    const whole = (flag: 'sample' | 'seed' | 'limit' | 'workers' | 'within', least: number): number => {
      const text = values[flag] ?? '1000000000';
      if (!/^\d+$/.test(text) || Number(text) < least)
        throw new UsageError(`--${flag} is ${text}; give a whole number from ${least} up`);
      return Number(text);
    };
    return {
      ...values,
      folders: positionals.length === 0 && values.file.length === 0 ? ['npu'] : positionals,
      sample: whole('sample', 1),
      seed: whole('seed', 0),
      limit: whole('limit', 1),
      within: whole('within', 1),
      workers: whole('workers', 1),
    };
  } catch (error) {
    throw error instanceof UsageError
      ? error
      : new UsageError(`${error instanceof Error ? error.message : String(error)}; the command is ${usage}`, {
          cause: error,
        });
  }
}

function filesOf({
  folders,
  file,
}: {
  readonly folders: readonly string[];
  readonly file: readonly string[];
}): string[] {
  const known = new Set(filesIn('npu'));
  for (const one of file)
    if (!known.has(one))
      throw new UsageError(`--file is ${one}, which is no file of the hardware; give one such as npu/control/csr.ts`);
  for (const one of folders) if (one !== 'npu') throw new UsageError(`${one} is not a folder of hardware; give npu`);
  return [...new Set([...folders.flatMap(filesIn).filter((path) => !noHardware.test(path)), ...file])];
}

async function main(): Promise<void> {
  const given = options();
  // Faults stand for each other wherever they are given.
  const words = nodesOf('fault.ts', textOf('npu/common/fault.ts'))
    .map(({ node }) => wordsOf(node))
    .filter((list) => list.length > 1);
  const all = filesOf(given).flatMap((file) =>
    mutantsOf(file, textOf(file), words).map((mutant) => ({ mutant, id: idOf(textOf(file), mutant) })),
  );
  // A sample is those with the least hashes: the same whatever else is asked for.
  const order = new Map(all.map(({ id }) => [id, hashOf(`${given.seed} ${id}`)]));
  const chosen = all
    .sort((a, b) => (order.get(a.id) ?? '').localeCompare(order.get(b.id) ?? ''))
    .slice(0, given.sample);
  if (given.list) {
    for (const { mutant } of chosen) console.log(describe(mutant));
    return;
  }

  const path = resolve(given.results);
  const known = readResults(path);
  const done: Judged[] = [];
  const settle = (mutant: Mutant, result: Omit<Judged, 'mutant'>, isNew: boolean): void => {
    if (isNew) keepResult(path, result);
    done.push({ ...result, mutant });
  };
  const left = chosen.filter(({ mutant, id }) => {
    const reason = reasonFor(textOf(mutant.file), mutant);
    const before = known.get(id);
    if (reason !== undefined)
      settle(mutant, { id, verdict: 'equivalent', by: 'equivalents.json', why: reason, seconds: 0 }, false);
    else if (before !== undefined && !(given.retry && before.verdict === 'survived')) settle(mutant, before, false);
    else return true;
    return false;
  });
  console.error(`${chosen.length} of ${all.length} mutants: ${done.length} known, ${left.length} to try`);

  const refused = await typeErrors(
    root,
    left.map(({ mutant }) => mutant),
  );
  const queue = left.filter(({ mutant, id }) => {
    const why = refused.get(mutant);
    if (why !== undefined) settle(mutant, { id, verdict: 'invalid', by: 'tsc', why, seconds: 0 }, true);
    return why === undefined;
  });
  console.error(`${refused.size} do not type-check`);
  if (queue.length > 0) await tryAll(queue, given, path, known, settle);
  console.log(report(done));
  process.exitCode = score(done) < 97 ? 1 : 0;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`mutate: ${error.message}`);
  process.exitCode = 2;
}
