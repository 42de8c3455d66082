/** Files that a user names: one line says what is wrong with them, and a result appears whole or not at all. */
import { closeSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { UsageError } from './failure.ts';

const reasons: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  ENOENT: ['no such file or directory', 'check the path'],
  ENOTDIR: ['a part of the path is a file, not a directory', 'check the path'],
  EISDIR: ['it is a directory', 'name a file in it'],
  EACCES: ['permission denied', 'choose another path or change the permissions'],
  EPERM: ['permission denied', 'choose another path or change the permissions'],
  EROFS: ['the file system is read-only', 'choose another path'],
  ENOSPC: ['the disk is full', 'free some space'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter one'],
};

function fileError(doing: string, error: unknown): UsageError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [cause, remedy] = reasons[code] ?? [error instanceof Error ? error.message : String(error), 'choose another path'];
  return new UsageError(`cannot ${doing}: ${cause}`, remedy, { cause: error });
}

/** @throws UsageError when it cannot be read. */
export function readInput(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError(`read ${path}`, error);
  }
}

/** A file that will be written later; that it can be is checked now, before the work. */
export class Output {
  readonly path: string;
  /** Pipes and devices are written themselves: a rename would replace them. */
  readonly #isDevice: boolean;
  /** With symbolic links followed, so that a link stays one. */
  readonly #target: string;

  /** @throws UsageError when the path cannot be written. */
  constructor(path: string) {
    this.path = path;
    try {
      const existing = statSync(path, { throwIfNoEntry: false });
      if (existing?.isDirectory() === true) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
      this.#isDevice = existing !== undefined && !existing.isFile();
      this.#target = existing === undefined ? path : realpathSync(path);
      if (!this.#isDevice) {
        closeSync(openSync(this.#part, 'w'));
        rmSync(this.#part);
      }
    } catch (error) {
      throw fileError(`write ${path}`, error);
    }
  }

  get #part(): string { return `${this.#target}.${process.pid}.part`; }

  /** @throws UsageError when the bytes do not get to the disk; nothing is left then. */
  write(bytes: Uint8Array): void {
    try {
      if (this.#isDevice) {
        writeFileSync(this.path, bytes);
        return;
      }
      writeFileSync(this.#part, bytes);
      renameSync(this.#part, this.#target);
    } catch (error) {
      if (!this.#isDevice) rmSync(this.#part, { force: true });
      throw fileError(`write ${this.path}`, error);
    }
  }
}
