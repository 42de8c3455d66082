/** For tests of the command line: the program as a user starts it, in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { main } from './cli.ts';

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Paths, from the root or the folder. */
export interface Streams {
  readonly stdin?: string;
  readonly stdout?: string;
  readonly stderr?: string;
}

export interface CommandLine {
  readonly folder: string;
  /** What Node is given to start it. */
  readonly program: string;
  /** Starts `systole` in the folder. */
  readonly run: (...args: readonly string[]) => Outcome;
  /** Does the same in this process, which is quicker. */
  readonly here: (...args: readonly string[]) => Promise<Outcome>;
  /** Starts it with streams that come from and go to files; an outcome has nothing of those. */
  readonly runWith: (streams: Streams, ...args: readonly string[]) => Outcome;
  readonly remove: () => void;
}

export const BUILT_VERSION = '0.0.0-built';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = (cwd: string, args: readonly string[], { stdin, stdout, stderr }: Streams = {}): Outcome => {
  const opened = (
    [
      [stdin, 'r'],
      [stdout, 'w'],
      [stderr, 'w'],
    ] as const
  ).map(([path, mode]) => (path === undefined ? null : openSync(resolve(cwd, path), mode)));
  try {
    const {
      status,
      stdout: out,
      stderr: errors,
    } = spawnSync(process.execPath, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
      stdio: opened.map((fd, i) => fd ?? (i === 0 ? 'ignore' : 'pipe')),
    });
    return { status, stdout: out, stderr: errors };
  } finally {
    for (const fd of opened) if (fd !== null) closeSync(fd);
  }
};

const DAY = 24 * 60 * 60_000;

/**
 * The program as it is shipped, which starts four times as fast as the source; built by the first of the tests that ask
 * for it while the sources are the same. Types are checked elsewhere: a mistake in them does not hinder.
 */
export function builtProgram(): string {
  return join(builtFolder(), 'scripts', 'systole.js');
}

function builtFolder(): string {
  // Below the root, where its dependencies are found; `node_modules` hides the root's package.json.
  const caches = join(root, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  const sources = ['hdl', 'npu', 'testbench', 'waveforms', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const hash = createHash('sha256');
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.build.json', ...sources.toSorted()]) {
    hash.update(`${name}\0`).update(readFileSync(join(root, name)));
  }
  const place = join(caches, `systole-built-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(place)) return place;
  for (const name of readdirSync(caches).filter((one) => one.startsWith('systole-'))) {
    const old = join(caches, name);
    if (Date.now() - statSync(old).mtimeMs > DAY) rmSync(old, { recursive: true, force: true });
  }
  const built = mkdtempSync(join(caches, 'systole-'));
  const { stdout, stderr } = node(root, [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--outDir',
    built,
    '--declaration',
    'false',
    '--declarationMap',
    'false',
    '--sourceMap',
    'false',
  ]);
  // Kept for a day, a build without a program would fail every test that asks for it.
  if (!existsSync(join(built, 'scripts', 'systole.js'))) throw new Error(`nothing was built\n${stdout}${stderr}`);
  // Its version is told from that of the project in whose node_modules it lies, as an installed one's is.
  const packed = readFileSync(join(root, 'package.json'), 'utf8').replace(
    /"version": "[^"]*"/,
    `"version": "${BUILT_VERSION}"`,
  );
  writeFileSync(join(built, 'package.json'), packed);
  try {
    renameSync(built, place);
  } catch (error) {
    // Another test has been quicker.
    if (!existsSync(place)) throw error;
    rmSync(built, { recursive: true });
  }
  return place;
}

/** The program in a folder of its own. */
export function commandLine(): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'systole-cli-'));
  const program = builtProgram();
  return {
    folder,
    program,
    here: async (...args) => runHere(folder, args),
    run: (...args) => node(folder, [program, ...args]),
    runWith: (streams, ...args) => node(folder, [program, ...args], streams),
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs a command line in this process, in a folder: many times as fast as a process of its own, and no stdin. */
export async function runHere(folder: string, args: readonly string[]): Promise<Outcome> {
  const [before, written] = [process.cwd(), { stdout: '', stderr: '' }];
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  // yargs answers --help and --version by it.
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => {
    written.stdout += `${text}\n`;
  });
  process.chdir(folder);
  try {
    return { status: await main(args), ...written };
  } finally {
    process.chdir(before);
    for (const spy of [...spies, log]) spy.mockRestore();
  }
}

/** A .npy file: header text and data as given, whatever their sense. */
export function npyFile(
  descr: string,
  shape: string,
  data: Uint8Array,
  { fortran = false, version = 1 } = {},
): Uint8Array {
  const header = `{'descr': ${descr}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const start = version === 1 ? 10 : 12;
  const length = Math.ceil((start + header.length + 1) / 64) * 64 - start;
  const bytes = new Uint8Array(start + length + data.length);
  bytes.set([0x93, ...Buffer.from('NUMPY'), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, length, true);
  else view.setUint32(8, length, true);
  bytes.set(Buffer.from(`${header.padEnd(length - 1)}\n`), start);
  bytes.set(data, start + length);
  return bytes;
}
