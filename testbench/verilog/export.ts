/** The NPU, or the whole system with a program and its judge, as files of Verilog. */
import { elaborate } from '../../hdl/index.ts';
import type { Design } from '../../hdl/ir/types.ts';
import { writeVerilog, type Verilog } from '../../hdl/verilog/index.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { Npu } from '../../npu/npu.ts';
import type { MatmulJob } from '../../npu/compiler/job.ts';
import { fitsRing, type Program } from '../../npu/compiler/program.ts';
import { matmulProgram } from '../../npu/compiler/matmul.ts';
import { ShapeError } from '../../npu/compiler/errors.ts';
import { runMatmul, type ProgramResult, type RunOptions } from '../run.ts';
import { shellCommand } from '../kit/shell.ts';
import { BENCH, writeBench, type BenchOptions } from './bench.ts';

/** Names the sources, one a line: `-f files.f` for Icarus and Verilator, a script for others. */
const FILE_LIST = 'files.f';

export interface Export {
  /** File name → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly top: string;
  /** Commands that try the files, to be run where they are; each with what it is for. */
  readonly commands: readonly { readonly purpose: string; readonly command: string }[];
  /** Cycles that the bench expects; null without one. */
  readonly cycles: number | null;
}

/** The NPU by itself. */
export function exportNpu(config: NpuConfig): Export {
  const design = elaborate(Npu(config));
  const verilog = writeVerilog(design);
  const commands = [
    {
      purpose: 'lint',
      command: shellCommand('verilator', '--lint-only', '-Wall', '-f', FILE_LIST, '--top-module', verilog.top),
    },
    {
      purpose: 'compile',
      command: shellCommand('iverilog', '-g2012', '-Wall', '-t', 'null', '-s', verilog.top, '-f', FILE_LIST),
    },
    {
      purpose: 'synthesise',
      command: shellCommand(
        'yosys',
        '-p',
        `read_verilog -sv ${verilog.sources.join(' ')}; synth -top ${verilog.top}; stat`,
      ),
    },
  ];
  return {
    files: withList(verilog, verilog.sources, readme(config, design, verilog, commands, [])),
    top: verilog.top,
    commands,
    cycles: null,
  };
}

/**
 * The NPU with its memory and the protocol checker, and a bench that runs a product and judges it: by the memory's
 * image and the count of cycles that Systole's own simulator arrives at.
 * @throws ShapeError for a program that is longer than a ring, and what {@link runMatmul} throws.
 */
export function exportSystem(config: NpuConfig, job: MatmulJob, options: RunOptions = {}): Export {
  refuseLong(matmulProgram(config, job, options));
  const ran = runMatmul(config, job, { ...options, builtIn: true });
  return exportRun(config, ran.program, ran, [
    `It multiplies ${job.m} × ${job.k} by ${job.k} × ${job.n} (${job.dataflow}).`,
  ]);
}

/**
 * A system whose memory is built in, and a bench that runs `program` as `ran` did.
 * @param runs what the program does, as lines of the README
 */
export function exportRun(
  config: NpuConfig,
  program: BenchOptions['program'],
  { sim, counters, simulatedCycles }: Pick<ProgramResult, 'sim' | 'counters' | 'simulatedCycles'>,
  runs: readonly string[],
): Export {
  const verilog = writeVerilog(sim.design);
  const expected = sim.memory('memory.dram').dump(program.image.length);
  const bench = writeBench(verilog, {
    program,
    expected,
    cycles: counters.cycles,
    busBytes: config.busBytes,
    limit: 2 * simulatedCycles,
  });
  const sources = [...verilog.sources, `${BENCH}.sv`];
  const commands = [
    {
      purpose: 'run in Icarus',
      command:
        `${shellCommand('iverilog', '-g2012', '-o', `${BENCH}.vvp`, '-s', BENCH, '-f', FILE_LIST)} && ` +
        shellCommand('vvp', '-n', `${BENCH}.vvp`),
    },
    // Make cannot build in a folder whose path has a blank: what it builds goes elsewhere.
    {
      purpose: 'run in Verilator',
      command:
        `objects=$(mktemp -d) && ${shellCommand('verilator', '--binary', '-j', '0', '--Mdir')} "$objects" ` +
        `${shellCommand('--top-module', BENCH, '-f', FILE_LIST)} && "$objects/V${BENCH}"`,
    },
    {
      purpose: 'lint',
      command: shellCommand('verilator', '--lint-only', '-Wall', '--top-module', verilog.top, ...verilog.sources),
    },
  ];
  const about = [
    `The bench \`${BENCH}\` loads \`image.hex\` into DRAM, rings the doorbell, waits for the interrupt, and passes when DRAM`,
    `equals \`expected.hex\` and the NPU's counter reads ${counters.cycles} cycles, as in Systole's own simulator.`,
    '',
    ...runs,
    '',
  ];
  const files = withList(verilog, sources, readme(config, sim.design, verilog, commands, about));
  for (const [name, text] of bench) files.set(name, text);
  return { files, top: BENCH, commands, cycles: counters.cycles };
}

/** The bench rings the doorbell once. @throws ShapeError for a program that the ring does not hold. */
function refuseLong(program: Program): void {
  if (fitsRing(program)) return;
  const { commands, ring } = program;
  const fits = `${ring.tail} that the ring holds, and the bench does not refill it`;
  throw new ShapeError(
    (nameOf) =>
      `the product takes ${commands.length} commands, more than the ${fits}; make ${nameOf('m')}, ${nameOf('k')} or ${nameOf('n')} smaller`,
  );
}

function withList(verilog: Verilog, sources: readonly string[], readmeText: string): Map<string, string> {
  return new Map([...verilog.files, [FILE_LIST, `${sources.join('\n')}\n`], ['README.md', readmeText]]);
}

/** Says what the ports are and how to try the files. */
function readme(
  config: NpuConfig,
  design: Design,
  verilog: Verilog,
  commands: Export['commands'],
  about: readonly string[],
): string {
  const top = design.modules.find(({ name }) => name === design.top);
  const names = verilog.modules.get(design.top)?.ports;
  const bits = (type: { readonly kind: string; readonly width?: number }): string => String(type.width ?? '');
  const rows = [
    ...(top?.clocks ?? []).flatMap(({ name, reset }) => [
      [name, 'in', '1', 'clock'],
      ...(reset === null ? [] : [[reset, 'in', '1', `synchronous reset of ${name}, active high`]]),
    ]),
    ...(top?.ports ?? []).map(({ name, direction, type }) => {
      const stream = top?.streams.find(({ valid, ready, payload }) => [valid, ready, ...payload].includes(name));
      return [
        names?.get(name) ?? name,
        direction,
        bits(type),
        stream === undefined
          ? ''
          : `${stream.direction === 'in' ? 'into' : 'out of'} the module: stream ${stream.name}`,
      ];
    }),
  ];
  return [
    `# ${verilog.top}: an NPU with a ${matrixEngineOf(config).description.title(config)}`,
    '',
    'SystemVerilog for Icarus Verilog 11, Verilator 5 and Yosys 0.55 or newer. One file a module; arrays are generate loops.',
    '',
    ...about,
    '## Ports',
    '',
    '| port | direction | bits | |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    'A stream moves its payload at each rising edge at which its valid and ready are both high.',
    '',
    '## Try it',
    '',
    ...commands.flatMap(({ purpose, command }) => [`To ${purpose}:`, '', '```sh', command, '```', '']),
  ].join('\n');
}
