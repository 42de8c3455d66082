/** A file that appears under its name only when it is whole: written beside it and renamed at the end. */
import { accessSync, closeSync, constants, fchmodSync, openSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileError, WaveformError } from './error.ts';
import { Guard } from './guard.ts';

/** A file that may be written until it is closed, and what to throw when it cannot be. */
export interface OpenFile { readonly fd: number; failure(cause: unknown): Error }

export class OutputFile {
  readonly path: string;
  /** Where the bytes go until {@link keep}. */
  readonly partPath: string;
  /** A device or pipe, which is written itself: a rename would replace it. */
  readonly isDevice: boolean;
  /** The path with symbolic links followed, so that a link stays one. */
  readonly #target: string;
  readonly #guard: Guard | null;
  #fd: number;
  #bytes = 0;

  /** @throws WaveformError when the path cannot be written. */
  constructor(path: string) {
    this.path = path;
    const existing = existingAt(path);
    this.isDevice = existing !== undefined && !existing.isFile();
    if (!this.isDevice && /^\/(dev\/(fd|std)|proc\/)/.test(resolve(path))) {
      throw new WaveformError(`cannot write waves to ${path}: what is written there already would be lost; give a file its own name`);
    }
    try {
      this.#target = existing === undefined ? linkedFrom(resolve(path)) : realpathSync(path);
      if (existing !== undefined) accessSync(path, constants.W_OK);
      [this.#fd, this.partPath] = this.isDevice ? [openSync(path, 'w'), path] : newPart(this.#target);
      // As protected as what it replaces.
      if (existing?.isFile() === true) fchmodSync(this.#fd, existing.mode);
    } catch (cause) {
      throw this.#failure(cause);
    }
    this.#guard = this.isDevice ? null : new Guard([this.partPath]);
  }

  /** For a thread that writes by itself; null for devices and pipes, whose bytes are counted here. */
  get open(): OpenFile | null {
    return this.isDevice ? null : { fd: this.#fd, failure: (cause) => this.#failure(cause) };
  }

  /** @throws WaveformError when the bytes do not get to the disk. */
  write(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done);
    } catch (cause) {
      throw this.#failure(cause);
    }
    this.#bytes += bytes.length;
  }

  /** Gives the file its name; returns its length in bytes. */
  keep(): number {
    this.#close();
    if (this.isDevice) return this.#bytes;
    try {
      const { size } = statSync(this.partPath);
      renameSync(this.partPath, this.#target);
      return size;
    } catch (cause) {
      rmSync(this.partPath, { force: true });
      throw this.#failure(cause);
    } finally {
      this.#guard?.release();
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    this.#close();
    if (!this.isDevice) rmSync(this.partPath, { force: true });
    this.#guard?.release();
  }

  #failure(cause: unknown): WaveformError {
    return fileError(`write waves to ${this.path}`, cause);
  }

  #close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** What a path leads to, if anything. @throws WaveformError for a directory, and where nothing can be. */
function existingAt(path: string): Stats | undefined {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    return existing;
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

/** A new file beside `target`: other writers of the same have theirs. */
function newPart(target: string): [fd: number, path: string] {
  for (let n = 0; ; n++) {
    const path = `${target}.${process.pid}-${n}.part`;
    try {
      return [openSync(path, 'wx'), path];
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    }
  }
}
