/** The programs that the bench calls: which there are, their versions, and calling them. */
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { BenchError } from './contender.ts';

const programs = {
  verilator: ['--version'],
  'clang++': ['--version'],
  'g++': ['--version'],
  make: ['--version'],
  iverilog: ['-V'],
  vvp: ['-V'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Program = keyof typeof programs;
const programNames = Object.keys(programs).filter((name): name is Program => name in programs);

/** Version lines of the programs that are there. */
export type Tools = ReadonlyMap<Program, string>;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly tools: Readonly<Record<string, string>>;
}

export function findTools(): Tools {
  return new Map(
    programNames.flatMap((name) => {
      const { stdout, error } = spawnSync(name, programs[name], { encoding: 'utf8' });
      return error === undefined
        ? [
            [
              name,
              stdout
                .split('\n')
                .find((line) => line.trim() !== '')
                ?.trim() ?? name,
            ],
          ]
        : [];
    }),
  );
}

export function describeMachine(tools: Tools): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    tools: Object.fromEntries(tools),
  };
}

/** Programs of `needed` that are missing, as a reason; null: none. */
export function lacks(tools: Tools, ...needed: readonly Program[]): string | null {
  const missing = needed.filter((name) => !tools.has(name));
  return missing.length === 0 ? null : `${missing.join(', ')} not installed`;
}

export interface Called {
  readonly seconds: number;
  readonly stdout: string;
}

/** @throws BenchError with the program's last words where it fails. */
export function call(program: string, args: readonly string[], cwd: string): Called {
  const began = performance.now();
  const { status, stdout, stderr, error, signal } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const seconds = (performance.now() - began) / 1000;
  if (status !== 0) {
    const words = `${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n');
    throw new BenchError(
      `${program} failed (${error?.message ?? (signal === null ? `status ${status}` : signal)})\n${words}`,
    );
  }
  return { seconds, stdout };
}

/** The numbers that a run printed: `name=value` words. @throws BenchError */
export function readNumbers<const N extends string>(stdout: string, names: readonly N[]): Readonly<Record<N, number>> {
  const found = new Map([...stdout.matchAll(/(\w+)=([\d.e+-]+)/g)].map(([, name, value]) => [name, Number(value)]));
  const number = (name: N): number => {
    const value = found.get(name);
    if (value === undefined || Number.isNaN(value))
      throw new BenchError(`no ${name} in what a simulation printed: ${stdout.slice(-500)}`);
    return value;
  };
  return Object.fromEntries(names.map((name) => [name, number(name)])) as Record<N, number>;
}
