/** The words of enumerations beside a file: its saved view says which filter file is whose. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../hdl/messages/file-reasons.ts';
import { fileError } from '../error.ts';

export type Words = ReadonlyMap<bigint, string>;

/** By path of a signal the words of its values; none where there is no view. @throws WaveformError */
export function wordsBeside(path: string): ReadonlyMap<string, Words> {
  const found = new Map<string, Words>();
  const files = new Map<string, Words>();
  let filter: string | undefined;
  for (const line of linesOf(path.replace(/\.[^./\\]*$/, '.gtkw'))) {
    const [, named] = /^\^\d+ (.+)$/.exec(line) ?? [];
    // The view names it absolutely, and may have been moved together with it.
    if (named !== undefined) filter = join(dirname(path), basename(named));
    else if (/^[@[*-]/.test(line)) filter = undefined;
    else if (filter !== undefined) {
      const words = files.get(filter) ?? wordsIn(filter);
      files.set(filter, words);
      // `+{alias} path[1:0]`, or bit by bit `#{alias} (0)path[1:0] (1)path[1:0]`.
      const signal = /^(?:[+#]\{[^}]*\} )?(?:\(\d+\))?(\S+)/.exec(line)?.[1]?.replace(/\[\d+:\d+\]$/, '');
      if (signal !== undefined) found.set(signal, words);
      filter = undefined;
    }
  }
  return found;
}

function wordsIn(path: string): Words {
  return new Map(
    linesOf(path).flatMap((line) => {
      const [, code, word] = /^([0-9a-fA-F]+) (?:\?[^?]*\?)?(.+)$/.exec(line) ?? [];
      return code === undefined || word === undefined ? [] : [[BigInt(`0x${code}`), word] as const];
    }),
  );
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw fileError(`read ${path}`, cause);
  }
}
