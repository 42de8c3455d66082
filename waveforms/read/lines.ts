/** Files as pieces of whole lines, as the parser wants them: a declaration across two pieces comes out garbled. */
import { closeSync, openSync, readSync } from 'node:fs';
import { fileError, WaveformError } from '../error.ts';

const CHUNK = 1 << 16;
const NEWLINE = 10;

/**
 * Pieces of at most 64 KiB; each is a copy.
 * @param path or a file that is open, which is closed in the end
 * @param name what messages call it
 * @throws WaveformError where it cannot be read, or its last line has no end
 */
export function* linesOf(path: string | number, name = String(path)): Generator<Buffer, void, void> {
  const buffer = Buffer.alloc(CHUNK);
  const attempt = <T>(run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      throw fileError(`read waves from ${name}`, cause);
    }
  };
  const fd = typeof path === 'number' ? path : attempt(() => openSync(path, 'r'));
  let held = 0;
  try {
    for (;;) {
      const count = attempt(() => readSync(fd, buffer, held, CHUNK - held, null));
      if (count === 0) break;
      held += count;
      const cut = buffer.subarray(0, held).lastIndexOf(NEWLINE) + 1;
      if (cut === 0 && held === CHUNK)
        throw refusal(name, `it has a line of more than ${CHUNK} bytes; is it a VCD file?`);
      if (cut === 0) continue;
      yield Buffer.from(buffer.subarray(0, cut));
      buffer.copyWithin(0, cut, held);
      held -= cut;
    }
  } finally {
    closeSync(fd);
  }
  if (held > 0) throw refusal(name, 'it was cut: its last line has no end');
}

/** The last line of a piece, without its end. */
export function lastLineOf(piece: Buffer): string {
  return piece.toString('latin1', piece.lastIndexOf(NEWLINE, -2) + 1, piece.length - 1);
}

export const refusal = (name: string, why: string): WaveformError =>
  new WaveformError(`cannot read waves from ${name}: ${why}`);
