/** Files that a user names: one line says what is wrong with them, and a result appears whole or not at all. */
import {
  closeSync,
  constants,
  fchmodSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { codeOf, fileReason } from '../hdl/messages/file-reasons.ts';
import { UsageError } from './failure.ts';

/** The name that stands for standard input where a file is read. */
export const STDIN = '-';

export function fileError(doing: `${'read' | 'write'} ${string}`, error: unknown): UsageError {
  const { why, remedy } = fileReason(error, doing.startsWith('read') ? 'read' : 'write');
  return new UsageError(`cannot ${doing}: ${why}`, remedy, { cause: error });
}

/** What messages call a file that is read. */
export const inputName = (path: string): string => (path === STDIN ? 'stdin' : path);

/** The bytes of a file, or of standard input. @throws UsageError when it cannot be read. */
export function readInput(path: string): Uint8Array {
  // Nobody types a file of bytes: whoever sees this waited for something else.
  if (path === STDIN && isatty(0)) throw new UsageError('stdin is a terminal', 'send a file into it: systole … < FILE');
  try {
    return path === STDIN ? readStdin() : readFileSync(path);
  } catch (error) {
    throw fileError(`read ${inputName(path)}`, error);
  }
}

/** Milliseconds between two looks at a pipe whose writer is not done and that does not wait by itself. */
const PATIENCE = 10;

function readStdin(): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = new Uint8Array(2 ** 16);
    try {
      const length = readSync(0, piece);
      if (length === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, length));
    } catch (error) {
      if (codeOf(error) === 'EOF') return Buffer.concat(pieces);
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE);
    }
  }
}

/** A file that will be written later; that it can be is checked now, before the work. */
export class Output {
  readonly path: string;
  /** Pipes and devices are written themselves: a rename would replace them. */
  readonly #isDevice: boolean;
  /** With symbolic links followed, so that a link stays one. */
  readonly #target: string;
  /** As protected as what it replaces. */
  readonly #mode: number | undefined;

  /** @throws UsageError when the path cannot be written. */
  constructor(path: string) {
    this.path = path;
    try {
      const existing: Stats | undefined = statSync(path, { throwIfNoEntry: false });
      if (existing?.isDirectory() === true) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
      this.#isDevice = existing !== undefined && !existing.isFile();
      this.#mode = existing?.mode;
      this.#target = existing === undefined ? path : realpathSync(path);
      if (!this.#isDevice) {
        // A read-only file is not to be replaced, even where its folder would let us.
        if (existing !== undefined) closeSync(openSync(path, constants.O_WRONLY));
        const [fd, part] = newPart(this.#target);
        closeSync(fd);
        rmSync(part);
      }
    } catch (error) {
      throw fileError(`write ${path}`, error);
    }
    if (!this.#isDevice && /^\/(dev\/(fd|std)|proc\/)/.test(resolve(path))) {
      throw new UsageError(
        `cannot write ${path}: what is written there already would be lost`,
        'give the file its own name',
      );
    }
  }

  /** @throws UsageError when the bytes do not get to the disk: nothing is left then, and what was there stays. */
  write(bytes: Uint8Array): void {
    let made: string | null = null;
    try {
      if (this.#isDevice) {
        writeFileSync(this.path, bytes);
        return;
      }
      const [fd, part] = newPart(this.#target);
      made = part;
      try {
        if (this.#mode !== undefined) fchmodSync(fd, this.#mode);
        writeFileSync(fd, bytes);
      } finally {
        closeSync(fd);
      }
      renameSync(part, this.#target);
    } catch (error) {
      if (made !== null) rmSync(made, { force: true });
      throw fileError(`write ${this.path}`, error);
    }
  }
}

/** A new file beside `target`, whatever else lies there. */
function newPart(target: string): [fd: number, path: string] {
  for (let n = 0; ; n++) {
    const path = `${target}.${process.pid}-${n}.part`;
    try {
      return [openSync(path, 'wx'), path];
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}
