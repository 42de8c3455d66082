/** `systole verilog`: the NPU as Verilog, by itself or as a system that runs a product or a network and judges it. */
import type { Argv } from 'yargs';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { DifferenceError } from '../testbench/kit/property.ts';
import { shellPath } from '../testbench/kit/shell.ts';
import { measurementOf } from '../testbench/network/measurement.ts';
import { givenOf } from '../testbench/network/results.ts';
import { exportNetwork } from '../testbench/verilog/export-network.ts';
import { exportNpu, exportSystem, type Export } from '../testbench/verilog/export.ts';
import { runGraph } from '../testbench/reference-network/run-graph.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { inputName, readInput } from './files.ts';
import { numberFlag, switchFlag, textFlag, wordFlag } from './flags.ts';
import { artefactIn } from './network/artefact.ts';
import { inputFlag, networkInputs, RANDOM } from './network/inputs.ts';
import { inFlags, npuConfigOf, npuFlags } from './npu-flags.ts';
import { operandsOf } from './operands.ts';
import { OutputFolder } from './output-folder.ts';

const group = 'The Verilog:';
const DEFAULT_SIZE = 32;
/** A program's result is worked out by simulation first. */
const size = (flag: string, describe: string) =>
  numberFlag(flag, { least: 1, most: 4096 }, { group: 'With --system:', describe, otherwise: String(DEFAULT_SIZE) });

const flags = {
  out: textFlag('out', { group, describe: 'the folder for the files; it is made if need be' }),
  force: { ...switchFlag('write among files that systole did not write, and over those that were edited'), group },
  system: {
    ...switchFlag('add a memory model and a testbench that runs a product and compares result and cycles'),
    group,
  },
  model: textFlag('model', {
    group: 'With a network:',
    describe: 'add a testbench that runs this artefact of systole compile, on the NPU that it was compiled for',
  }),
  input: inputFlag('With a network:'),
  dataflow: wordFlag('dataflow', dataflowNames, {
    group: 'With --system:',
    describe: 'what stays in the array, weights or outputs',
    otherwise: 'ws',
  }),
  m: size('m', 'rows of the product'),
  k: size('k', 'what is summed over'),
  n: size('n', 'columns of the product'),
  seed: numberFlag(
    'seed',
    { least: 0, most: 2 ** 32 - 1 },
    { group: 'With --system:', describe: 'chooses random operands, or inputs of a network', otherwise: '1' },
  ),
};

const build = (yargs: Argv) =>
  yargs
    .options(npuFlags)
    .options(flags)
    .example('$0 verilog --rows 8 --cols 4 --out rtl', 'the NPU, one file a module')
    .example('$0 verilog --system --out system', 'with a testbench for Icarus and Verilator')
    .example('$0 verilog --model model.systole --input x.npy --out system', 'with one that runs a network');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

function verilog(given: Flags): ExitStatus {
  const { out, force = false, model } = given;
  if (out === undefined) throw new UsageError('--out is missing', 'name the folder for the files');
  const folder = new OutputFolder(out, { force });
  const made = model === undefined ? ofProduct(given) : ofNetwork(model, given);
  folder.write(made.files);
  const lines = [
    `${made.files.size} files in ${out}; the top module is ${made.top}${made.cycles === null ? '' : `, which expects ${made.cycles} cycles`}`,
    ...made.commands.flatMap(({ purpose, command }) => [
      '',
      `To ${purpose}:`,
      `  (cd ${shellPath(out)} && ${command})`,
    ]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return exitStatus.ok;
}

/** The NPU, by itself or with a product. */
function ofProduct(given: Flags): Export {
  const config = npuConfigOf(given);
  const { system = false, dataflow = 'ws', m = DEFAULT_SIZE, k = DEFAULT_SIZE, n = DEFAULT_SIZE, seed = 1 } = given;
  if (given.input !== undefined)
    throw new UsageError('--input is given without --model', 'name an artefact of systole compile with --model');
  if (!system) return exportNpu(config);
  const operands = operandsOf({ m, k, n, a: undefined, b: undefined, seed });
  return inFlags(() => exportSystem(config, { ...operands, dataflow }));
}

/** @throws DifferenceError where the NPU does not make what the reference makes: nobody wants a bench of that */
function ofNetwork(model: string, given: Flags): Export {
  for (const flag of ['system', 'dataflow', 'm', 'k', 'n'] as const)
    if (given[flag] !== undefined)
      throw new UsageError(`--${flag} is given with --model, and is of a product`, 'leave one of them out');
  const { config, program, graph, manifest } = artefactIn(readInput(model), given);
  const inputs = networkInputs(graph, given.input ?? RANDOM, given.seed ?? 1);
  const values = runGraph(graph, inputs.values);
  const { latency } = manifest;
  const made = exportNetwork(config, program, givenOf(program, values), { memory: { latency } });
  if (!measurementOf(config, graph, program, made.ran, values, 0).match)
    throw new DifferenceError(`${inputName(model)} is wrong on this NPU; systole run ${inputName(model)} says where`);
  return made;
}

export const verilogCommand = { build, run: verilog };
