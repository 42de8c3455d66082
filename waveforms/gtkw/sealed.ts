/**
 * Files beside waves that a person may edit. Ours begin with a line that has a checksum of the rest, which does not
 * survive an edit: so what somebody saved or changed is told from what may be replaced.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileError } from '../error.ts';
import { codeOf } from '../../hdl/messages/file-reasons.ts';

/** How the line begins: a comment in a saved view; in a filter file, to GTKWave, a value that never occurs. */
export type Opening = '[*] systole view' | '# systole words';

export function sealed(opening: Opening, rest: string): string {
  return `${opening} ${createHash('sha256').update(rest).digest('hex').slice(0, 16)}\n${rest}`;
}

/**
 * Whether nothing is lost by overwriting it: it is not there, or as we wrote it.
 * @throws WaveformError when it cannot be read.
 */
export function isOurs(path: string, opening: Opening): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) return true;
    throw fileError(`write the view ${path}`, cause);
  }
  return text === sealed(opening, text.slice(text.indexOf('\n') + 1));
}
