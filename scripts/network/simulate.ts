/** A run of a network, with its waves, its page and its report, whatever comes of it. */
import type { Simulator } from '../../hdl/sim/index.ts';
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import type { NpuConfig } from '../../npu/config.ts';
import type { Graph, GraphData } from '../../npu/graph/graph.ts';
import type { Left } from '../../testbench/network/left.ts';
import { layerNames, NETWORK_VERSION } from '../../testbench/network/measurement.ts';
import { givenOf } from '../../testbench/network/results.ts';
import { runNetworkInTurns, type NetworkResult } from '../../testbench/network/run.ts';
import { timelineUntil } from '../../testbench/network/timeline.ts';
import type { RunOptions } from '../../testbench/run.ts';
import { exitStatus, RunError, type ExitStatus } from '../failure.ts';
import type { Output } from '../files.ts';
import { interruptible } from '../interruption.ts';
import { networkPage } from '../page/network-page.ts';
import { startProgress } from '../progress.ts';
import { messageOf, statusOf, wavesUntil, writePage } from '../run.ts';
import type { Waves } from '../wave-flags.ts';
import type { NetworkFailure, NetworkRun, NetworkSetting } from './kept.ts';
import { layerReasons } from './layer-reasons.ts';
import { networkReport } from './report.ts';

export interface Simulated {
  readonly config: NpuConfig;
  readonly graph: Graph;
  readonly program: RunnableNetwork;
  /** Of every tensor, by the reference. */
  readonly values: readonly GraphData[];
  readonly options: RunOptions;
}

/** What is to become of it. */
export interface Asked {
  readonly setting: NetworkSetting;
  readonly html: Output | null;
  readonly waves: Waves;
  /** Whether to print the object for programs. */
  readonly json: boolean;
  /** Whether the report says why layers take what they take. */
  readonly explain: boolean;
}

/**
 * Runs the NPU's part. A run that has begun and fails keeps its waves up to there, and has its page and its object.
 * @throws RunError for what the run throws once it has begun; before, that itself
 */
export async function simulate(
  { config, graph, program, values, options }: Simulated,
  { setting, html, waves, json }: Asked,
): Promise<NetworkResult> {
  const progress = startProgress();
  const started: { readonly sim: Simulator; readonly left: Left }[] = [];
  try {
    return await interruptible(async (signal) =>
      runNetworkInTurns(
        config,
        program,
        givenOf(program, values),
        {
          ...options,
          onLeft: (left, sim) => {
            waves.attach(sim, config);
            started.push({ sim, left });
          },
          onProgress: (cycle) => progress.at(cycle),
        },
        signal,
      ),
    );
  } catch (error) {
    progress.end();
    const [run] = started;
    if (run === undefined) throw error;
    const { cycle } = run.sim;
    const files = await wavesUntil(error, waves);
    const failure: NetworkFailure = {
      ...setting,
      version: NETWORK_VERSION,
      status: statusOf(error),
      error: messageOf(error),
      cycle,
      layers: layerNames(graph, program),
      timeline: timelineUntil(program, run.left, cycle),
    };
    const lost = await writePage(html, () => networkPage(failure));
    if (json) process.stdout.write(`${JSON.stringify(failure)}\n`);
    const page = html === null ? [] : [lost?.message ?? `page: ${html.path}`];
    throw new RunError(error, [`in cycle ${cycle} of the run with seed ${setting.seed}`, ...files, ...page]);
  } finally {
    progress.end();
  }
}

/** Ends the waves, writes the page and prints what came of a run. @throws what goes wrong with those, after that */
export async function settle(
  run: NetworkRun,
  { html, waves, json, explain }: Omit<Asked, 'setting'>,
  dump: string | null,
): Promise<ExitStatus> {
  const ended = await waves.close(null).then(
    (files) => ({ files }),
    (error: unknown) => ({ files: null, error }),
  );
  const lost = await writePage(html, () => networkPage(run));
  const written = { dump, html: lost === null ? (html?.path ?? null) : null, waves: ended.files };
  process.stdout.write(`${json ? JSON.stringify(run) : networkReport(run, written)}\n`);
  if (explain && !json) process.stdout.write(`\n${layerReasons(run.layers, run.parameters).join('\n')}\n`);
  if ('error' in ended) throw ended.error;
  if (lost !== null) throw lost;
  return run.match ? exitStatus.ok : exitStatus.failed;
}
