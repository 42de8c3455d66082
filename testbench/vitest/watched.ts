/** Simulations of a test: where it fails, however it does, they leave waves, a view and a drawing. */
import { join, relative } from 'node:path';
import { onTestFinished, TestRunner, type RunnerTestCase, type TestContext } from 'vitest';
import { UserError } from '../../hdl/messages/user-error.ts';
import type { Simulator } from '../../hdl/sim/index.ts';
import { openWaves, type WaveWriter } from '../../waveforms/index.ts';
import { endingOf, recordLast, type LastRecording, type RecordLastOptions } from '../kit/watched/index.ts';
import { environmentNumber } from '../kit/environment.ts';
import { waveFolder, waveName } from './names.ts';

export interface WatchedOptions extends RecordLastOptions {
  /** Of a test that runs beside others (`it.concurrent`): the context that it is called with. */
  readonly context?: TestContext;
}

/** What a test has under watch: the simulation that came last, and the last one that a check has stopped. */
interface Watch {
  last: LastRecording | null;
  stopped: LastRecording | null;
  /** Of all cycles, where waves of passing tests are asked for. */
  whole: WaveWriter | null;
}

const watches = new WeakMap<RunnerTestCase, Watch>();

/**
 * Watches a simulation of the current test from now on; before its first step:
 *
 *     const sim = watched(simulate(design));
 *     const bench = new Bench(design, { onStart: watched });
 *
 * Where the test fails, by a check of the design, an `expect`, a hang or anything else, its last cycles are left in
 * `.systole/waves` as waves with a view that leads to the fault; a drawing of them and the command that shows the waves
 * are added to the error. Where it passes nothing is written, but for waves of all its cycles where SYSTOLE_WAVES is
 * set, as `systole test --waves` does. Of several simulations of a test the last counts, or the last that a check has
 * stopped.
 *
 * Costs: a watched simulation takes its steps one by one, and what changes is copied.
 * @returns the simulation
 * @throws UserError outside of a test, and in a concurrent test without its context
 */
export function watched(sim: Simulator, options: WatchedOptions = {}): Simulator {
  const [task, watch] = watchOf(options.context);
  if (watch.last?.failed === true) {
    watch.stopped?.stop();
    watch.stopped = watch.last;
  } else watch.last?.stop();
  watch.last = recordLast(sim, options);
  if ((process.env['SYSTOLE_WAVES'] ?? '') !== '') {
    watch.whole?.discard();
    watch.whole = openWaves(sim.trace(), pathOf(task));
  }
  return sim;
}

function watchOf(context: TestContext | undefined): readonly [task: RunnerTestCase, watch: Watch] {
  const task = context?.task ?? TestRunner.getCurrentTest();
  if (task === undefined)
    throw new UserError('watched() is called outside of a test; call it in the test that simulates');
  if (context === undefined && task.concurrent === true) {
    throw new UserError(
      'watched() cannot tell which concurrent test calls it; give it its context: watched(sim, { context })',
    );
  }
  const known = watches.get(task);
  if (known !== undefined) return [task, known];
  const watch: Watch = { last: null, stopped: null, whole: null };
  watches.set(task, watch);
  (context?.onTestFinished ?? onTestFinished)(() => {
    watches.delete(task);
    finish(task, watch);
  });
  return [task, watch];
}

/** Leaves what there is to leave, and adds it to the error that ended the test. */
function finish(task: RunnerTestCase, { last, stopped, whole }: Watch): void {
  const error = task.result?.state === 'fail' ? task.result.errors?.at(-1) : undefined;
  [last, stopped].forEach((one) => one?.stop());
  const about = error !== undefined && last?.failed !== true && tellsOfCheck(error) ? (stopped ?? last) : last;
  if (error === undefined || about === null) {
    whole?.closeSync();
    return;
  }
  try {
    // Of a whole run all cycles stay, and only the drawing is made of the last.
    const ofAll = whole !== null && about === last ? whole.closeSync(endingOf(error)) : null;
    if (ofAll === null) whole?.discard();
    const path = pathOf(task);
    const { drawing, command } = ofAll === null ? about.leave(path, error) : about.draw(ofAll, error);
    add(error, `${indented(drawing)}\n\n  waves: ${command}`);
  } catch (lost) {
    // What went wrong first counts.
    add(error, `  no waves: ${lost instanceof Error ? lost.message : String(lost)}`);
  }
}

/** Whether a check ended the test, or a property's cases of which one did. */
const tellsOfCheck = ({ name, message, stack = '' }: { name?: string; message: string; stack?: string }): boolean =>
  /\bCheckError\b/.test(`${name} ${message} ${stack}`) || /\b(assert|assume) failed in /.test(message);

/** Reporters print the one or the other. */
function add(error: { message: string; stack?: string | undefined }, text: string): void {
  const { message, stack } = error;
  error.message = `${message}\n\n${text}`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');

function pathOf(task: RunnerTestCase): string {
  const titles: string[] = [];
  for (let at: RunnerTestCase['suite'] | RunnerTestCase = task; at !== undefined; at = at.suite)
    titles.unshift(at.name);
  const name = waveName({
    file: relative('.', task.file.filepath),
    title: titles.join(' '),
    id: task.id,
    retry: task.result?.retryCount ?? 0,
    seed: environmentNumber('SYSTOLE_SEED') ?? null,
  });
  return join(waveFolder(), name);
}
