/** For tests of the command line: the program as a user starts it, in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Outcome { readonly status: number | null; readonly stdout: string; readonly stderr: string }

export interface Bench {
  readonly folder: string;
  /** Starts `systole` in the folder. */
  readonly run: (...args: readonly string[]) => Outcome;
  readonly remove: () => void;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const node = (cwd: string, args: readonly string[]): Outcome => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status, stdout, stderr };
};

/** Builds the program as it is shipped, which starts four times as fast as the source. Types are checked elsewhere: a mistake in them does not hinder. */
export function bench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'systole-cli-'));
  // Below the root, where its dependencies are found; `node_modules` hides the root's package.json.
  const caches = join(root, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  const built = mkdtempSync(join(caches, 'systole-'));
  node(root, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', built, '--declaration', 'false']);
  copyFileSync(join(root, 'package.json'), join(built, 'package.json'));
  return {
    folder,
    run: (...args) => node(folder, [join(built, 'scripts', 'systole.js'), ...args]),
    remove: () => {
      rmSync(folder, { recursive: true });
      rmSync(built, { recursive: true });
    },
  };
}

/** A .npy file: header text and data as given, whatever their sense. */
export function npyFile(descr: string, shape: string, data: Uint8Array, { fortran = false, version = 1 } = {}): Uint8Array {
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
