/**
 * The file that waves are written to: under its own name from its first byte on, so that what is written is there to
 * look at, whatever ends the process. Everything that can be known before is checked before; an older file of that name
 * stays until the first byte.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileError, WaveformError } from './error.ts';
import { cutToWholeTime } from './vcd/cut.ts';

/** A file that may be written until it is closed, and what to throw when it cannot be. */
export interface OpenFile {
  readonly fd: number;
  failure(cause: unknown): Error;
}

/** Files that this process is writing: two runs in one file would be neither. */
const inUse = new Set<string>();

export class OutputFile {
  readonly path: string;
  /** A device or pipe. */
  readonly isDevice: boolean;
  /** The path, absolute, with symbolic links followed: a program that replaces the file leaves them links. */
  readonly target: string;
  /** What was there before, if anything. */
  readonly #older: Stats | undefined;
  #fd = -1;
  #bytes = 0;
  #begun = false;

  /** @throws WaveformError when the path cannot be written. */
  constructor(path: string) {
    this.path = path;
    const older = (this.#older = olderAt(path));
    this.isDevice = older !== undefined && !older.isFile();
    if (!this.isDevice && /^\/(dev\/(fd|std)|proc\/)/.test(resolve(path))) {
      throw new WaveformError(
        `cannot write waves to ${path}: what is written there already would be lost; give a file its own name`,
      );
    }
    try {
      this.target = older === undefined ? linkedFrom(resolve(path)) : realpathSync(path);
      if (older !== undefined) accessSync(path, constants.W_OK);
      if (!this.isDevice && inUse.has(this.target)) throw new Error('waves of another run are being written there');
      // Without O_TRUNC: what is there is replaced by the first byte only.
      const create = older === undefined ? constants.O_CREAT : 0;
      this.#fd = openSync(path, this.isDevice ? 'w' : constants.O_RDWR | constants.O_APPEND | create);
    } catch (cause) {
      throw this.#failure(cause);
    }
    if (!this.isDevice) inUse.add(this.target);
  }

  /** Whether there is a byte of the waves: an older file is replaced. */
  get begun(): boolean {
    return this.#begun;
  }

  /** For a thread that writes by itself from now on; null for devices and pipes, whose bytes are counted here. */
  get open(): OpenFile | null {
    if (this.isDevice) return null;
    this.#begin();
    return { fd: this.#fd, failure: (cause) => this.#failure(cause) };
  }

  /** @throws WaveformError when the bytes do not get to the disk. */
  write(bytes: Uint8Array): void {
    this.#begin();
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    } catch (cause) {
      throw this.#failure(cause);
    }
    this.#bytes += bytes.length;
  }

  /** Where the file is so far. @returns what takes back everything after; null for devices and pipes */
  mark(): (() => void) | null {
    if (this.isDevice) return null;
    const size = this.#begun ? fstatSync(this.#fd).size : 0;
    return () => {
      try {
        if (this.#begun) ftruncateSync(this.#fd, size);
      } catch (cause) {
        throw this.#failure(cause);
      }
    };
  }

  /** Leaves the file to another program, which begins it now. @returns {@link target} */
  handOver(): string {
    this.#begun = true;
    this.#close();
    return this.target;
  }

  /** It is whole; returns its length in bytes. @throws WaveformError when it is gone. */
  keep(): number {
    this.#end();
    if (this.isDevice) return this.#bytes;
    try {
      const { size, mode } = statSync(this.target);
      // As protected as what another program has replaced.
      if (this.#older !== undefined && this.#older.mode !== mode) chmodSync(this.target, this.#older.mode);
      return size;
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  /**
   * Nothing more can be written to it because of `error`: it is cut where its VCD text is whole, and kept. What came of
   * it is added to the error that is returned.
   */
  fail(error: unknown): unknown {
    const time = this.isDevice || !this.#begun ? null : cutToWholeTime(this.#fd);
    if (time === null) this.discard();
    else this.#end();
    if (!(error instanceof WaveformError) || this.isDevice || !this.#begun) return error;
    const what = time === null ? 'no waves are left' : `the waves end early, at time ${time}`;
    return new WaveformError(`${error.message}; ${what}`, { cause: error });
  }

  /** Leaves nothing of this run: no file, or the older one where nothing was written. */
  discard(): void {
    if (!inUse.has(this.target)) return;
    this.#end();
    if (!this.isDevice && (this.#begun || this.#older === undefined)) rmSync(this.target, { force: true });
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    try {
      if (!this.isDevice) ftruncateSync(this.#fd);
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  #failure(cause: unknown): WaveformError {
    return fileError(`write waves to ${this.path}`, cause);
  }

  #end(): void {
    this.#close();
    inUse.delete(this.target);
  }

  #close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** Runs what makes ready for writing a file; where that fails, nothing of the file is left. */
export function orDiscard<T>(file: Pick<OutputFile, 'discard'>, run: () => T): T {
  try {
    return run();
  } catch (error) {
    file.discard();
    throw error;
  }
}

/** What a path leads to, if anything. @throws WaveformError for a directory, and where nothing can be. */
function olderAt(path: string): Stats | undefined {
  try {
    const older = statSync(path, { throwIfNoEntry: false });
    if (older?.isDirectory() === true) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    return older;
  } catch (cause) {
    throw fileError(`write waves to ${path}`, cause);
  }
}

/** Where a link leads to a file that is not there yet; the path itself if it is none. */
function linkedFrom(path: string): string {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return path;
  }
}
