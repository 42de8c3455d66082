/** `systole verilog`: the NPU as Verilog, by itself or as a system that runs a product and judges it. */
import type { Argv } from 'yargs';
import { dataflowNames } from '../npu/matrix/job.ts';
import { shellPath } from '../testbench/kit/shell.ts';
import { exportNpu, exportSystem } from '../testbench/verilog/export.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { numberFlag, switchFlag, textFlag, wordFlag } from './flags.ts';
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
    { group: 'With --system:', describe: 'chooses random operands', otherwise: '1' },
  ),
};

const build = (yargs: Argv) =>
  yargs
    .options(npuFlags)
    .options(flags)
    .example('$0 verilog --rows 8 --cols 4 --out rtl', 'the NPU, one file a module')
    .example('$0 verilog --system --out system', 'with a testbench for Icarus and Verilator');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

function verilog(given: Flags): ExitStatus {
  const config = npuConfigOf(given);
  const {
    out,
    force = false,
    system = false,
    dataflow = 'ws',
    m = DEFAULT_SIZE,
    k = DEFAULT_SIZE,
    n = DEFAULT_SIZE,
    seed = 1,
  } = given;
  if (out === undefined) throw new UsageError('--out is missing', 'name the folder for the files');
  const folder = new OutputFolder(out, { force });
  const operands = system ? operandsOf({ m, k, n, a: undefined, b: undefined, seed }) : null;
  const made = operands === null ? exportNpu(config) : inFlags(() => exportSystem(config, { ...operands, dataflow }));
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

export const verilogCommand = { build, run: verilog };
