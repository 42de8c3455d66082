/** `systole compile`: a network from its file to an artefact, which `systole run` and `systole verilog` take. */
import type { Argv } from 'yargs';
import { isArtefact, writeArtefact } from '../npu/compiler/artefact/index.ts';
import { compileNetwork } from '../npu/compiler/network/compile.ts';
import { importTflite } from '../npu/importers/tflite/index.ts';
import { fileArgument } from './arguments.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { inputName, Output, readInput } from './files.ts';
import { fileFlag } from './flags.ts';
import { keepApart } from './keep-apart.ts';
import { LATENCY, memoryFlags } from './memory-flags.ts';
import { checkFallback, fallbackFlag } from './network/fallback.ts';
import { inFlags, npuConfigOf, npuFlags } from './npu-flags.ts';
import { configLines, count, fileSize, labelled, paint } from './text.ts';
import { packageVersion } from './version.ts';

const group = 'The artefact:';

const flags = {
  out: { ...fileFlag('out', ['.systole'], { group, describe: 'the file to write, ending in .systole' }), alias: 'o' },
  latency: { ...memoryFlags.latency, group, describe: 'cycles that the memory is expected to take to answer' },
  fallback: fallbackFlag(group),
};

const build = (yargs: Argv) => {
  // Beside the chain: their type has any name, the argument's among them.
  yargs.options(npuFlags);
  return yargs
    .positional('model', { ...fileArgument('a .tflite file; - is stdin'), demandOption: true })
    .options(flags)
    .example('$0 compile model.tflite -o model.systole', 'for the NPU that there is by default')
    .example('$0 compile model.tflite -o model.systole --rows 8 --cols 8', 'for another one')
    .example('$0 run model.systole', 'runs it, and compares every layer');
};
type Flags = Awaited<ReturnType<typeof build>['argv']>;

function compile(given: Flags): ExitStatus {
  const { model, out, latency = LATENCY.least, fallback } = given;
  if (out === undefined) throw new UsageError('--out is missing', 'name the file to write: -o model.systole');
  keepApart([{ by: 'MODEL', path: model }], [{ by: '--out', path: out }]);
  const config = npuConfigOf(given);
  const file = new Output(out);
  const network = readInput(model);
  if (isArtefact(network)) throw new UsageError('this is an artefact already', 'give the .tflite file');
  const graph = importTflite(network);
  const began = performance.now();
  const program = inFlags(() => compileNetwork(config, graph, { memory: { latency } }));
  const seconds = (performance.now() - began) / 1000;
  checkFallback(graph, program, fallback === 'host');
  const bytes = writeArtefact({ config, program, graph, network, latency, systole: packageVersion() });
  file.write(bytes);
  const { layers, commands, image, steps, before, after } = program;
  const host = [...before, ...after].flatMap((layer) => layers[layer]?.operators ?? []);
  const lines = [
    paint('bold', inputName(model)),
    ...labelled([
      ...configLines(config),
      ['layers', count(layers.length)],
      ['commands', count(commands.length)],
      ['DRAM', fileSize(image.length)],
      ['cycles', `${count(steps.reduce((last, { end }) => Math.max(last, end), 0))} expected`],
      ...(host.length === 0 ? [] : [['on the host', `operators ${host.join(', ')}`] as const]),
      ['compiled', `in ${seconds.toFixed(2)} s`],
      ['written to', `${file.path}, ${fileSize(bytes.length)}`],
    ]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return exitStatus.ok;
}

export const compileCommand = { build, run: compile };
