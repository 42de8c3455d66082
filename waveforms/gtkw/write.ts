/** Saved views beside waveform files. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, resolve } from 'node:path';
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { fileError } from '../error.ts';
import { defaultView } from './default-view.ts';
import { saveFileText } from './text.ts';
import type { View } from './view.ts';
import { WordFiles } from './words.ts';

/**
 * Writes the saved view of `run.vcd` (or `.fst`) as `run.gtkw` beside it, with a file `run.NAME.words` for each enumeration shown. Open
 * both with `gtkwave run.vcd run.gtkw`, or the waves alone with `gtkwave run.gtkw`.
 *
 * A view that a person has saved or edited is never overwritten: ours begins with a checksum of the rest, which does not survive either.
 * The new view then goes to `run.systole.gtkw` (or, should that be a person's too, `run.systole-2.gtkw` and so on).
 *
 * @returns the path written
 * @throws WaveformError when it cannot be written, or the view names a signal that the trace does not have.
 */
export function writeGtkw(trace: TraceSource, wavePath: string, view: View = defaultView(trace)): string {
  const absolute = resolve(wavePath);
  const { dir, name } = parse(absolute);
  const stem = resolve(dir, name);
  const words = new WordFiles(stem);
  const text = saveFileText(trace, view, absolute, words);
  const path = freePath(stem);
  for (const [file, content] of [...words.files, [path, firstLine(text) + text] as const]) {
    try {
      writeFileSync(file, content);
    } catch (cause) {
      throw fileError(`write the view ${file}`, cause);
    }
  }
  return path;
}

function firstLine(rest: string): string {
  return `[*] systole view ${createHash('sha256').update(rest).digest('hex').slice(0, 16)}\n`;
}

function freePath(stem: string): string {
  for (let n = 0; ; n++) {
    const path = n === 0 ? `${stem}.gtkw` : `${stem}.systole${n === 1 ? '' : `-${n}`}.gtkw`;
    if (isOurs(path)) return path;
  }
}

/** Whether nothing is lost by overwriting it. */
function isOurs(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return true;
    throw fileError(`write the view ${path}`, cause);
  }
  const start = text.indexOf('\n') + 1;
  return text.slice(0, start) === firstLine(text.slice(start));
}
