/** A file that appears under its name only when it is whole: written beside it and renamed at the end. */
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { fileError } from './error.ts';
import { writeAll, WriteBehind } from './write-behind.ts';

/** Files of fewer bytes are written before a thread would have started. */
const WORTH_A_THREAD = 1 << 20;

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
  #behind: WriteBehind | null = null;
  readonly #discardAtExit = (): void => this.discard();

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
    process.once('exit', this.#discardAtExit);
  }

  /** @throws WaveformError when the bytes, or earlier ones, do not get to the disk. */
  write(bytes: Uint8Array): void {
    try {
      if (this.#bytes >= WORTH_A_THREAD) this.#behind ??= new WriteBehind(this.#fd);
      if (this.#behind !== null) this.#behind.write(bytes);
      else writeAll(this.#fd, bytes);
    } catch (cause) {
      throw fileError(`write waves to ${this.path}`, cause);
    }
    this.#bytes += bytes.length;
  }

  /** Gives the file its name; returns its length in bytes. @throws WaveformError as {@link write}. */
  keep(): number {
    try {
      this.#close();
      if (this.isDevice) return this.#bytes;
      const { size } = statSync(this.partPath);
      renameSync(this.partPath, this.#target);
      return size;
    } catch (cause) {
      rmSync(this.partPath, { force: true });
      throw fileError(`write waves to ${this.path}`, cause);
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    try {
      this.#close();
    } catch {
      // What could not be written is not wanted.
    }
    if (!this.isDevice) rmSync(this.partPath, { force: true });
  }

  #close(): void {
    if (this.#fd < 0) return;
    try {
      this.#behind?.end();
    } finally {
      closeSync(this.#fd);
      this.#fd = -1;
      process.off('exit', this.#discardAtExit);
    }
  }
}
