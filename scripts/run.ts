/** What the commands that run a product have in common. */
import type { EngineName, Simulator } from '../hdl/sim/index.ts';
import type { Program } from '../npu/compiler/program.ts';
import { DifferenceError } from '../testbench/kit/property.ts';
import { whatOf, type Failure, type Measurement } from '../testbench/measurement.ts';
import { failureOf, type RunOptions, type RunResult } from '../testbench/run.ts';
import { recordTimeline } from '../testbench/timeline/record.ts';
import type { Timeline } from '../testbench/timeline/timeline.ts';
import { exitStatus, RunError, type ExitStatus } from './failure.ts';
import { switchFlag, wordFlag } from './flags.ts';
import { interruptible, Interruption } from './interruption.ts';
import type { Output } from './files.ts';
import { documentOf, type Page } from './page/document.ts';
import { runPage } from './page/run-page.ts';
import { startProgress } from './progress.ts';
import { startWatch, type Watched } from './watch.ts';
import { report, summaryOf, type Asked, type Run } from './report.ts';
import { count } from './text.ts';
import { sizeAdvice, viewerCommand, type Waves } from './wave-flags.ts';

const engines = ['reference', 'wasm'] as const satisfies readonly EngineName[];

/** The engine where none is asked for. */
export const usualEngine: EngineName = 'wasm';

export const runFlags = {
  engine: wordFlag('engine', engines, { group: 'The run:', describe: 'the simulator', otherwise: usualEngine }),
  json: switchFlag('print one JSON object instead of the report'),
  watch: switchFlag('show how far a long run is and what its units are at, on stderr'),
};

/**
 * Runs with waves and progress. A run that has begun and fails keeps its waves up to there, which is when they are
 * wanted most, and is told with its seed and cycle; a signal ends it likewise.
 * @throws RunError for what the run throws once it has begun; before, that itself.
 */
export async function withWaves(
  waves: Waves,
  asked: Asked,
  { json, watch }: { readonly json: boolean; readonly watch: boolean },
  run: (options: RunOptions, signal: AbortSignal) => Promise<RunResult>,
): Promise<RunResult & { readonly recorded: Timeline | null }> {
  let simulation: Simulator | null = null;
  let program: Program | null = null;
  const watched = (): Watched | null => (simulation === null || program === null ? null : { sim: simulation, program });
  const progress = watch ? startWatch(watched) : startProgress();
  let recorded = (): Timeline | null => null;
  const onStart = (sim: Simulator): void => {
    waves.attach(sim, asked.config);
    if (asked.timeline === true || (asked.html ?? null) !== null) recorded = recordTimeline(sim);
    simulation = sim;
  };
  try {
    const done = await interruptible(async (signal) =>
      run(
        {
          engine: asked.engine,
          onStart,
          onProgram: (made) => {
            program = made;
          },
          onProgress: (cycle) => progress.at(cycle),
        },
        signal,
      ),
    );
    return { ...done, recorded: recorded() };
  } catch (error) {
    progress.end();
    throw await failed(error, waves, asked, json, cycleOf(simulation), recorded());
  } finally {
    progress.end();
  }
}

const cycleOf = (sim: Simulator | null): number | null => sim?.cycle ?? null;

/** Ends the waves of a run that failed in `cycle`, and prints the object for programs. @returns what to throw */
async function failed(
  error: unknown,
  waves: Waves,
  asked: Asked,
  json: boolean,
  cycle: number | null,
  recorded: Timeline | null,
): Promise<unknown> {
  const { seed } = asked;
  if (cycle === null) return error;
  const left = await wavesUntil(error, waves);
  const failure: Failure = { status: statusOf(error), error: messageOf(error), cycle, ...whatOf(asked) };
  const whole = recorded === null ? failure : { ...failure, timeline: recorded };
  const lost = await writePage(asked.html, () => runPage(whole, asked.operands));
  if (json) process.stdout.write(`${JSON.stringify(told(whole, asked))}\n`);
  const page = asked.html === undefined || asked.html === null ? [] : [lost?.message ?? `page: ${asked.html.path}`];
  return new RunError(error, [`in cycle ${count(cycle)} of the run with seed ${seed}`, ...left, ...page]);
}

/** Without the timeline, where only the page was to have it. */
function told<R extends Measurement | Failure>({ timeline, ...run }: R, asked: Asked): object {
  return asked.timeline === true && timeline !== undefined ? { ...run, timeline } : run;
}

/** Writes a page, where one is asked for. @returns what went wrong with it */
export async function writePage(html: Output | null | undefined, page: () => Page): Promise<Error | null> {
  if (html === undefined || html === null) return null;
  try {
    html.write(await documentOf(page()));
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Ends the waves of a run that `error` has ended. @returns what to say of them */
export async function wavesUntil(error: unknown, waves: Waves): Promise<readonly string[]> {
  // What went wrong first counts, not that waves are missing because of it.
  return waves.close(error instanceof Interruption ? null : waves.endingOf(error)).then(
    (files) =>
      files === null
        ? []
        : [`waves until then: ${viewerCommand(files)}`, ...[sizeAdvice(files)].filter((line) => line !== null)],
    (lost: unknown) => [messageOf(lost)],
  );
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function statusOf(error: unknown): Failure['status'] {
  if (error instanceof DifferenceError) return 'differs';
  return error instanceof Interruption ? 'interrupted' : failureOf(error);
}

/** Ends the waves and prints what came of a run. @throws what ending the waves throws, after that. */
export async function settle(done: Omit<Run, 'waves'>, waves: Waves, json: boolean): Promise<ExitStatus> {
  const { difference } = done;
  const ended = await waves.close(difference === null ? null : waves.wrongAt(done.done.program, difference)).then(
    (files) => ({ files }),
    (error: unknown) => ({ files: null, error }),
  );
  const run = { ...done, waves: ended.files };
  const summary = summaryOf(run);
  const lost = await writePage(done.html, () => runPage(summary, done.operands));
  const shown = lost === null ? run : { ...run, html: null };
  process.stdout.write(`${json ? JSON.stringify(told(summary, done)) : report(shown)}\n`);
  if ('error' in ended) throw ended.error;
  if (lost !== null) throw lost;
  return run.difference === null ? exitStatus.ok : exitStatus.failed;
}
