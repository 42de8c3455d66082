/** A file that appears under its name only when it is whole: written beside it and renamed at the end. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { fileError, type WaveformError } from './error.ts';

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
  #fd: number;
  #bytes = 0;
  /** The file stays open for a thread that may be at it: another one that got its number would be written to. */
  readonly #removeAtExit = (): void => {
    if (!this.isDevice) rmSync(this.partPath, { force: true });
  };

  /** @throws WaveformError when the path cannot be written. */
  constructor(path: string) {
    this.path = path;
    try {
      const existing = statSync(path, { throwIfNoEntry: false });
      if (existing?.isDirectory() === true) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
      this.isDevice = existing !== undefined && !existing.isFile();
      this.#target = existing === undefined ? path : realpathSync(path);
      this.partPath = this.isDevice ? path : `${this.#target}.${process.pid}.part`;
      this.#fd = openSync(this.partPath, 'w');
    } catch (cause) {
      throw fileError(`write waves to ${path}`, cause);
    }
    process.once('exit', this.#removeAtExit);
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
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    this.#close();
    if (!this.isDevice) rmSync(this.partPath, { force: true });
  }

  #failure(cause: unknown): WaveformError {
    return fileError(`write waves to ${this.path}`, cause);
  }

  #close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
    process.off('exit', this.#removeAtExit);
  }
}
