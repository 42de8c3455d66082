/** Where VCD text that was not written to its end is whole. */
import { fstatSync, ftruncateSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;
/** Longer than a line `#time` can be, and the line break before it. */
const OVERLAP = 32;

/**
 * Cuts a file after the last line `#time` that is whole: all that came before that time is there, and what is there
 * ends as a whole file does. Returns the time; null, and cuts nothing, where there is none after the first.
 */
export function cutToWholeTime(fd: number): number | null {
  const { size } = fstatSync(fd);
  const buffer = Buffer.alloc(CHUNK + OVERLAP);
  for (let end = size; end > 0; end -= CHUNK) {
    const start = Math.max(0, end - CHUNK);
    const length = readSync(fd, buffer, 0, Math.min(size, end + OVERLAP) - start, start);
    const text = buffer.toString('latin1', 0, length);
    for (let at = text.lastIndexOf('\n#'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('\n#', at - 1)) {
      const line = /^\n#(\d+)\n/.exec(text.slice(at, at + OVERLAP));
      if (line === null) continue;
      // The first values follow the first time: without them there is nothing.
      if (text.startsWith('$dumpvars', at + line[0].length)) return null;
      ftruncateSync(fd, start + at + line[0].length);
      return Number(line[1]);
    }
  }
  return null;
}
