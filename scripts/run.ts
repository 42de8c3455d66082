/** What the commands that run a product have in common. */
import type { EngineName } from '../hdl/sim/index.ts';
import type { RunOptions, RunResult } from '../testbench/run.ts';
import { exitStatus, type ExitStatus } from './failure.ts';
import { switchFlag, wordFlag } from './flags.ts';
import { startProgress } from './progress.ts';
import { report, summaryOf, type Run } from './report.ts';
import { viewerCommand, type Waves } from './wave-flags.ts';

const engines = ['reference', 'wasm'] as const satisfies readonly EngineName[];

/** The engine where none is asked for. */
export const usualEngine: EngineName = 'wasm';

export const runFlags = {
  engine: wordFlag('engine', engines, { group: 'The run:', describe: 'the simulator', otherwise: usualEngine }),
  json: switchFlag('print one JSON object instead of the report'),
};

/**
 * Runs with waves and progress. A run that fails keeps its waves up to there, which is when they are wanted most.
 * @throws what the run throws.
 */
export async function withWaves(waves: Waves, { config, engine }: Pick<Run, 'config' | 'engine'>, run: (options: RunOptions) => RunResult): Promise<RunResult> {
  const progress = startProgress();
  try {
    return run({ engine, onStart: (sim) => waves.attach(sim, config), onProgress: (cycle) => progress.at(cycle) });
  } catch (error) {
    // What went wrong first counts, not that waves are missing because of it.
    const files = await waves.close().catch(() => null);
    if (files !== null) process.stderr.write(`waves until then: ${viewerCommand(files)}\n`);
    throw error;
  } finally {
    progress.end();
  }
}

/** Ends the waves and prints what came of a run. @throws what ending the waves throws, after that. */
export async function settle(done: Omit<Run, 'waves'>, waves: Waves, json: boolean): Promise<ExitStatus> {
  const ended = await waves.close().then((files) => ({ files }), (error: unknown) => ({ files: null, error }));
  const run = { ...done, waves: ended.files };
  process.stdout.write(`${json ? JSON.stringify(summaryOf(run)) : report(run)}\n`);
  if ('error' in ended) throw ended.error;
  return run.difference === null ? exitStatus.ok : exitStatus.failed;
}
