/**
 * Circuits in the reference engine and in other people's simulators: the same stimulus, every named signal in every
 * cycle.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Design, Module } from '../../ir/types.ts';
import { filterBody } from '../../ir/body.ts';
import { typeWidth } from '../../ir/walk.ts';
import { simulate, type Timing } from '../../sim/index.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import { signalPaths, writeVerilog, type Verilog } from '../index.ts';

/** `lint`: Verilator with all warnings on; runs nothing. */
export type Tool = 'icarus' | 'verilator' | 'lint';
/**
 * A process of a tool that takes more seconds of processor time, for the run and for each circuit, is stuck. (By the
 * clock on the wall a busy machine would be blamed on the circuit.)
 */
const longest: Readonly<Record<Tool, readonly [run: number, circuit: number]>> = {
  icarus: [10, 0.3],
  verilator: [60, 5],
  lint: [10, 1],
};
/** Milliseconds by the clock on the wall: for a tool that waits for what never comes. */
const WALL = 60 * 60_000;

export const isTool = (name: string): name is Tool => Object.hasOwn(longest, name);

/** A tool did not do its work: it failed, with what it said, or did not end. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly kind: 'failed' | 'stuck';

  constructor(kind: ToolError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** A circuit, what is done to it, and what the reference engine makes of it. */
export interface Trial {
  readonly design: Design;
  readonly verilog: Verilog;
  readonly probes: readonly { readonly path: string; readonly verilog: string }[];
  readonly timing: Timing;
  /** By cycle and input: patterns. */
  readonly stimulus: readonly (readonly bigint[])[];
  /** By cycle and probe: patterns. */
  readonly expected: readonly (readonly bigint[])[];
}

/** Runs a design without its checks (random ones fail) in the reference engine. Its modules' names get `prefix`. */
export function trial(given: Design, prefix: string, choices: Choices, cycles: number): Trial {
  const design = renamed(given, prefix);
  const verilog = writeVerilog(design);
  const timing = timingOf(design, choices);
  const sim = simulate(design, { timing, engine: 'reference' });
  const inputs = inputsOf(design).map(({ name, width }) => ({ name, width, signal: sim.signal(name) }));
  const probes = [...signalPaths(design, verilog)].map((probe) => ({ ...probe, signal: sim.signal(probe.path) }));
  const stimulus: bigint[][] = [];
  const expected: bigint[][] = [];
  for (let cycle = 0; cycle < cycles; cycle++) {
    stimulus.push(
      inputs.map(({ name, width, signal }) => {
        const pattern = isReset(design, name) ? BigInt(choices.chance(1, 6)) : choices.bits(width);
        signal.set(signal.type.kind === 'sint' ? BigInt.asIntN(width, pattern) : pattern);
        return pattern;
      }),
    );
    expected.push(probes.map(({ signal }) => BigInt.asUintN(typeWidth(signal.type), signal.get())));
    sim.step();
  }
  return {
    design,
    verilog,
    probes: probes.map(({ path, verilog: name }) => ({ path, verilog: name })),
    timing,
    stimulus,
    expected,
  };
}

/**
 * What differs first in each trial that differs: its index → a sentence. One run of the tool for all. @throws ToolError
 */
export function differences(trials: readonly Trial[], tool: Tool): ReadonlyMap<number, string> {
  const folder = mkdtempSync(join(tmpdir(), 'systole-verilog-'));
  try {
    const files = new Map(trials.flatMap(({ verilog }) => [...verilog.files]));
    trials.forEach((one, i) => {
      for (const [name, text] of bench(one, i)) files.set(name, text);
    });
    const benches = trials.map((_, i) => `bench_${i} b${i} ();`);
    const end = Math.max(...trials.map(({ stimulus }) => stimulus.length)) * 20 + 100;
    files.set('all.sv', `module all;\n  ${benches.join('\n  ')}\n  initial #${end} $finish;\nendmodule\n`);
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const sources = [
      ...trials.flatMap(({ verilog }) => verilog.sources),
      ...trials.map((_, i) => `bench_${i}.sv`),
      'all.sv',
    ];
    writeFileSync(join(folder, 'files.f'), `${sources.join('\n')}\n`);
    const output = run(folder, tool, trials.length);
    if (tool === 'lint') return warnings(output);
    const lines = new Map<string, string>();
    for (const line of output.split('\n')) {
      const [at, ...values] = line.split(' ');
      if (at !== undefined && at.startsWith('@')) lines.set(at, values.join(' '));
    }
    return new Map(
      trials.flatMap((one, i): [number, string][] => {
        const found = firstDifference(one, i, lines);
        return found === null ? [] : [[i, found]];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first warning of each circuit's own files, whose names begin with the circuit's number. */
function warnings(output: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const line of output.split('\n')) {
    const index = /^%\w+(?:-\w+)?: d(\d+)_/.exec(line)?.[1];
    if (index !== undefined && !found.has(Number(index))) found.set(Number(index), line);
  }
  return found;
}

/** @throws ToolError */
function run(folder: string, tool: Tool, circuits: number): string {
  const [base, each] = longest[tool];
  const seconds = Math.ceil(base + each * circuits);
  const start = (program: string, args: readonly string[]): { readonly stdout: string; readonly stderr: string } => {
    const limited = ['-c', 'ulimit -c 0; ulimit -S -t "$0"; exec "$@"', String(seconds), program, ...args];
    const options = {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      timeout: WALL,
      killSignal: 'SIGKILL',
    } as const;
    const { error, status, signal, stdout, stderr } = spawnSync('sh', limited, options);
    if (signal === 'SIGXCPU')
      throw new ToolError('stuck', `${basename(program)} does not end within ${seconds} s of processor time`);
    if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT') {
      throw new ToolError(
        'stuck',
        `${basename(program)} has not ended in ${WALL / 60_000} minutes: it hangs, or this machine is busy beyond measure`,
        { cause: error },
      );
    }
    if (error === undefined && status === 0) return { stdout, stderr };
    const text = `${basename(program)} ends with ${error?.message ?? signal ?? status}\n${stderr}`;
    throw new ToolError('failed', text, { cause: error });
  };
  if (tool === 'icarus') {
    start('iverilog', ['-g2012', '-o', 'all.vvp', '-s', 'all', '-f', 'files.f']);
    return start('vvp', ['-n', 'all.vvp']).stdout;
  }
  if (tool === 'lint') {
    return start('verilator', [
      '--lint-only',
      '--no-timing',
      '-Wall',
      '-Wno-fatal',
      '--top-module',
      'all',
      '-f',
      'files.f',
    ]).stderr;
  }
  start('verilator', [
    '--binary',
    '--top-module',
    'all',
    '-f',
    'files.f',
    '-Wno-fatal',
    '-Wno-lint',
    '-Wno-style',
    '-Wno-MULTITOP',
    '--Mdir',
    'build',
    '--x-assign',
    '1',
    // Compiling quickly matters more than running quickly, and headers that are read once for all files matter most.
    // Verilator's makefile puts its own options after those of -CFLAGS.
    ...['VM_PARALLEL_BUILDS=0', 'OPT_FAST=-O0', 'OPT_SLOW=-O0', 'OPT_GLOBAL=-O0'].flatMap((text) => [
      '-MAKEFLAGS',
      text,
    ]),
  ]);
  return start(join(folder, 'build', 'Vall'), []).stdout;
}

function firstDifference(
  { probes, expected }: Trial,
  index: number,
  lines: ReadonlyMap<string, string>,
): string | null {
  for (const [cycle, values] of expected.entries()) {
    const found = lines.get(`@${index}.${cycle}`)?.split(' ') ?? [];
    for (const [i, value] of values.entries()) {
      if (found[i] === undefined || !/^[0-9a-f]+$/.test(found[i]) || BigInt(`0x${found[i]}`) !== value)
        return `cycle ${cycle}: ${probes[i]?.path} is 0x${value.toString(16)}, but ${found[i]}`;
    }
  }
  return null;
}

/** Time runs in tenths of the engine's unit: inputs change and signals are looked at between edges. */
function bench({ design, verilog, probes, timing, stimulus }: Trial, index: number): [string, string][] {
  const top = verilog.modules.get(design.top);
  const module = topOf(design);
  if (top === undefined) throw new RangeError('no top');
  const inputs = inputsOf(design);
  const vector = inputs.map(({ name }) => `\\i_${top.ports.get(name) ?? name} `);
  const width = inputs.reduce((sum, input) => sum + input.width, 0);
  const clocks = module.clocks.map(({ name }) => ({
    name: top.ports.get(name) ?? name,
    ...(timing[name] ?? { period: 2, phase: 0 }),
  }));
  const words = stimulus.map((row) =>
    row.reduce((all, value, i) => (all << BigInt(inputs[i]?.width ?? 0)) | value, 0n).toString(16),
  );
  return [
    [`stimulus_${index}.hex`, `${words.join('\n')}\n`],
    [
      `bench_${index}.sv`,
      [
        `module bench_${index};`,
        ...inputs.map(({ width: bits }, i) => `  logic [${bits - 1}:0] ${vector[i]} = 0;`),
        ...clocks.map(
          ({ name, period, phase }) =>
            `  logic \\c_${name} = 0;\n  initial begin #${10 * (phase + period)}; forever begin \\c_${name} = 1; #${5 * period} \\c_${name} = 0; #${5 * period}; end end`,
        ),
        `  ${top.name} under_test (${[...clocks.map(({ name }) => `.${name}(\\c_${name} )`), ...inputs.map(({ name }, i) => `.${top.ports.get(name) ?? name}(${vector[i]})`)].join(', ')});`,
        `  logic [${Math.max(1, width) - 1}:0] stimulus [0:${stimulus.length - 1}];`,
        `  initial $readmemh("stimulus_${index}.hex", stimulus);`,
        // A bound that is a variable: Verilator would write out a loop of a constant one, every probe in every cycle.
        `  int cycles = ${stimulus.length};`,
        '  initial begin #2;',
        '    for (int cycle = 0; cycle < cycles; cycle = cycle + 1) begin',
        ...(vector.length === 0 ? [] : [`      {${vector.join(', ')}} = stimulus[cycle];`]),
        `      #2 $write("@${index}.%0d", cycle);`,
        ...probes.map(({ verilog: name }) => `      $write(" %h", under_test.${name});`),
        '      $write("\\n");',
        '      #18;',
        '    end',
        '  end',
        'endmodule',
        '',
      ].join('\n'),
    ],
  ];
}

function topOf(design: Design): Module {
  const top = design.modules.find(({ name }) => name === design.top);
  if (top === undefined) throw new RangeError('no top');
  return top;
}

function inputsOf(design: Design): readonly { readonly name: string; readonly width: number }[] {
  const module = topOf(design);
  return [...new Set(module.clocks.flatMap(({ reset }) => reset ?? []))]
    .map((name) => ({ name, width: 1 }))
    .concat(
      module.ports.flatMap(({ name, direction, type }) =>
        direction === 'in' ? [{ name, width: typeWidth(type) }] : [],
      ),
    );
}

function isReset(design: Design, name: string): boolean {
  return topOf(design).clocks.some(({ reset }) => reset === name);
}

function timingOf(design: Design, choices: Choices): Timing {
  return Object.fromEntries(
    topOf(design).clocks.map(({ name }, i) => [
      name,
      i === 0 ? { period: 2, phase: 0 } : { period: choices.of([2, 4, 6]), phase: choices.of([0, 1]) },
    ]),
  );
}

function renamed({ modules }: Design, prefix: string): Design {
  const all = modules.map((module): Module => ({
    ...module,
    name: prefix + module.name,
    blackBox:
      module.blackBox?.model == null ? module.blackBox : { ...module.blackBox, model: prefix + module.blackBox.model },
    body: filterBody(module.body, ({ kind }) => kind !== 'check'),
    instances: module.instances.map((one) => ({ ...one, module: prefix + one.module })),
    grids: module.grids.map((one) => ({ ...one, module: prefix + one.module })),
  }));
  return { modules: all, top: all.at(-1)?.name ?? '' };
}
