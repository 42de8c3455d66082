/** `systole run`: a network from its file, or an artefact, on the simulated NPU; every layer against the reference. */
import { randomInt } from 'node:crypto';
import type { Argv } from 'yargs';
import type { Graph } from '../npu/graph/graph.ts';
import { measurementOf } from '../testbench/network/measurement.ts';
import { runGraph } from '../testbench/reference-network/run-graph.ts';
import { resultsOf } from '../testbench/network/results.ts';
import { fileArgument } from './arguments.ts';
import { UsageError, type ExitStatus } from './failure.ts';
import { inputName, Output } from './files.ts';
import { numberFlag, switchFlag, textFlag } from './flags.ts';
import { htmlFlag } from './html-flag.ts';
import { keepApart } from './keep-apart.ts';
import { memoryFlags } from './memory-flags.ts';
import { commandOf } from './network/command-of.ts';
import { fallbackFlag } from './network/fallback.ts';
import { INPUT_RULES, inputFlag, networkInputs, RANDOM } from './network/inputs.ts';
import { npuParametersOf, type NetworkSetting } from './network/kept.ts';
import { settle, simulate } from './network/simulate.ts';
import { sourceOf } from './network/source.ts';
import { npuFlags } from './npu-flags.ts';
import { npyFile } from './npy.ts';
import { OutputFolder } from './output-folder.ts';
import { runFlags, usualEngine } from './run.ts';
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
  explain: switchFlag('say why each layer takes what it takes: who was at it, and how the array was filled'),
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
  const setting: NetworkSetting = {
    model: inputName(model),
    input: inputs.told,
    seed,
    parameters: { ...npuParametersOf(config), latency, stall },
    command: commandOf({ ...given, model, config: compile === null ? null : config, input, seed }),
  };
  const asked = { setting, html, waves, json: given.json === true, explain: given.explain === true };
  const memory = { latency, seed, ...(stall === 0 ? {} : { stall }) };
  const ran = await simulate({ config, graph, program, values, options: { engine, memory } }, asked);

  const measured = measurementOf(config, graph, program, ran, values, compile ?? 0);
  try {
    folder?.write(filesOf(graph, resultsOf(graph, program, ran, values)));
  } catch (error) {
    await waves.close();
    throw error;
  }
  return settle({ ...setting, ...measured }, asked, folder?.path ?? null);
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
