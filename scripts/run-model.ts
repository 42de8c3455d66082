/** `systole run`: a network from its file, or an artefact, on the simulated NPU; every layer against the reference. */
import { randomInt } from 'node:crypto';
import type { Argv } from 'yargs';
import type { Simulator } from '../hdl/sim/index.ts';
import type { RunnableNetwork } from '../npu/compiler/network/runnable.ts';
import type { NpuConfig } from '../npu/config.ts';
import type { Graph, GraphData } from '../npu/graph/graph.ts';
import { measurementOf } from '../testbench/network/measurement.ts';
import { runGraph } from '../testbench/reference-network/run-graph.ts';
import { runNetworkInTurns, type NetworkResult } from '../testbench/network/run.ts';
import { givenOf, resultsOf } from '../testbench/network/results.ts';
import { fileArgument } from './arguments.ts';
import { exitStatus, RunError, UsageError, type ExitStatus } from './failure.ts';
import { inputName, Output } from './files.ts';
import { numberFlag, switchFlag, textFlag } from './flags.ts';
import { htmlFlag } from './html-flag.ts';
import { interruptible } from './interruption.ts';
import { keepApart } from './keep-apart.ts';
import { memoryFlags } from './memory-flags.ts';
import { commandOf } from './network/command-of.ts';
import { fallbackFlag } from './network/fallback.ts';
import { INPUT_RULES, inputFlag, networkInputs, RANDOM } from './network/inputs.ts';
import { networkReport } from './network/report.ts';
import { sourceOf } from './network/source.ts';
import { npuFlags } from './npu-flags.ts';
import { npyFile } from './npy.ts';
import { OutputFolder } from './output-folder.ts';
import { documentOf } from './page/document.ts';
import { networkPage } from './page/network-page.ts';
import { startProgress } from './progress.ts';
import { runFlags, usualEngine, wavesUntil } from './run.ts';
import { waveFlags, Waves } from './wave-flags.ts';

const group = 'The run:';
const MOST_LAYER = 1_000_000;

const flags = {
  input: inputFlag(group),
  seed: numberFlag(
    'seed',
    { least: 0, most: 2 ** 32 - 1 },
    { group, describe: 'chooses random inputs and stalls', otherwise: 'at random' },
  ),
  layer: numberFlag(
    'layer',
    { least: 0, most: MOST_LAYER },
    { group, describe: 'run one operator alone, by its number, on what the reference gives it' },
  ),
  fallback: fallbackFlag(group),
  dump: textFlag('dump', {
    group,
    describe: "write every operator's output, as the NPU left it, to INDEX.npy in this folder",
  }),
  force: switchFlag('with --dump: write into a folder that has other files, too'),
  ...memoryFlags,
  engine: runFlags.engine,
  json: runFlags.json,
  html: htmlFlag,
  ...waveFlags,
};

const build = (yargs: Argv) => {
  // Beside the chain: their type has any name, the argument's among them.
  yargs.options(npuFlags);
  return yargs
    .positional('model', {
      ...fileArgument('a .tflite file, or an artefact of systole compile; - is stdin'),
      demandOption: true,
    })
    .options(flags)
    .example('$0 run model.tflite', 'a network on random input, layer by layer')
    .example('$0 run model.tflite --input x.npy --dump out', 'your own input, every layer written to out/')
    .example('$0 run model.systole', 'what systole compile made of it, without compiling it again')
    .example('$0 run model.tflite --layer 3 --waves run.vcd', 'one operator, with waves')
    .example('$0 run model.tflite --html run.html', 'a page of it: what each unit worked on over time')
    .epilogue(
      `${INPUT_RULES}\n\n` +
        'Exits with 0 when every byte equals the reference, 1 when one does not or the run fails, 2 for input that it cannot work with.',
    );
};
type Flags = Awaited<ReturnType<typeof build>['argv']>;

async function run(given: Flags): Promise<ExitStatus> {
  const { model, input = RANDOM, seed = randomInt(2 ** 32), engine = usualEngine, stall = 0 } = given;
  const waves = new Waves(given);
  const folder = given.dump === undefined ? null : new OutputFolder(given.dump, { force: given.force === true });
  if (given.force === true && folder === null) throw new UsageError('--force is given without --dump', 'add it');
  const html = given.html === undefined ? null : new Output(given.html);
  keepApart(
    [
      { by: 'MODEL', path: model },
      ...(input === RANDOM ? [] : input.split(',')).map((path) => ({ by: '--input', path })),
    ],
    [
      { by: '--html', path: html?.path },
      { by: '--waves', path: waves.path },
    ],
  );
  const { config, whole, graph, program, latency, compile } = sourceOf(given);
  const inputs = networkInputs(whole, input, seed);
  const values = runGraph(whole, inputs.values);
  const memory = { latency, seed, ...(stall === 0 ? {} : { stall }) };
  const ran = await simulate({ config, program, values, waves, seed, engine, memory });

  const results = resultsOf(graph, program, ran, values);
  const measured = measurementOf(config, graph, program, ran, values, compile ?? 0);
  folder?.write(filesOf(graph, results));
  const status = measured.match ? exitStatus.ok : exitStatus.failed;
  const files = await waves.close(null);
  const told = { model: inputName(model), input: inputs.told, config, measured };
  if (html !== null) {
    const command = commandOf({ ...given, model, config: compile === null ? null : config, input, seed });
    html.write(await documentOf(networkPage({ ...told, command })));
  }
  if (given.json === true) {
    process.stdout.write(`${JSON.stringify(measured)}\n`);
    return status;
  }
  const written = { dump: folder?.path ?? null, html: html?.path ?? null, waves: files };
  process.stdout.write(`${networkReport({ ...told, compile, ...written })}\n`);
  return status;
}

interface Simulated {
  readonly config: NpuConfig;
  readonly program: RunnableNetwork;
  readonly values: readonly GraphData[];
  readonly waves: Waves;
  readonly seed: number;
  readonly engine: typeof usualEngine | 'reference';
  readonly memory: { readonly latency: number; readonly stall?: number; readonly seed: number };
}

/** Runs the NPU's part. A run that has begun and fails keeps its waves up to there. */
async function simulate({ config, program, values, waves, seed, engine, memory }: Simulated): Promise<NetworkResult> {
  const given = givenOf(program, values);
  const progress = startProgress();
  const started: Simulator[] = [];
  try {
    return await interruptible(async (signal) =>
      runNetworkInTurns(
        config,
        program,
        given,
        {
          engine,
          memory,
          onStart: (sim) => {
            waves.attach(sim, config);
            started.push(sim);
          },
          onProgress: (cycle) => progress.at(cycle),
        },
        signal,
      ),
    );
  } catch (error) {
    progress.end();
    const [sim] = started;
    if (sim === undefined) throw error;
    const left = await wavesUntil(error, waves);
    throw new RunError(error, [`in cycle ${sim.cycle} of the run with seed ${seed}`, ...left]);
  } finally {
    progress.end();
  }
}

/** By their names, what operators made. */
function filesOf(graph: Graph, results: ReadonlyMap<number, Uint8Array>): Map<string, Uint8Array> {
  return new Map(
    graph.operators.flatMap(({ outputs }, index): [string, Uint8Array][] => {
      const tensor = graph.tensors[outputs[0] ?? -1];
      const bytes = results.get(outputs[0] ?? -1);
      if (tensor === undefined || bytes === undefined || tensor.type === 'int64') return [];
      return [[`${index}.npy`, npyFile(bytes, tensor.type, tensor.shape)]];
    }),
  );
}

export const runCommand = { build, run };
