/** Saved views beside waveform files. */
import { rmSync, writeFileSync } from 'node:fs';
import { parse, resolve } from 'node:path';
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { fileError } from '../error.ts';
import type { Held } from '../vcd/stream.ts';
import { defaultView } from './default-view.ts';
import { isOurs, sealed } from './sealed.ts';
import { saveFileText } from './text.ts';
import type { View } from './view.ts';
import { WordFiles } from './words.ts';

/**
 * Writes the saved view of `run.vcd` (or `.fst`) as `run.gtkw` beside it, with a file `run.NAME.words` for each
 * enumeration shown. Open both with `gtkwave run.vcd run.gtkw`, or the waves alone with `gtkwave run.gtkw`.
 *
 * A view that a person has saved or edited is never overwritten: ours begins with a checksum of the rest, which does
 * not survive either. The new view then goes to `run.systole.gtkw` (or, should that be a person's too,
 * `run.systole-2.gtkw` and so on), and words likewise to `run.NAME-2.words`.
 *
 * Folders that hold waves, view and words may be moved and renamed.
 *
 * @param held what closing the waves has told: its times are where markers and the stretch on screen must lie, in its
 * units
 * @returns the path written
 * @throws WaveformError when it cannot be written, or the view names a signal that the trace does not have.
 */
export function writeGtkw(
  trace: TraceSource,
  wavePath: string,
  view: View = defaultView(trace),
  held: Partial<Held> = {},
): string {
  const wave = resolve(wavePath);
  const { dir, name } = parse(wave);
  const stem = resolve(dir, name);
  const words = new WordFiles(stem, wave.endsWith('.fst'));
  const path = freePath(stem);
  const text = saveFileText(trace, view, { wave, view: path }, words, held);
  for (const [file, content] of [...words.files, [path, sealed('[*] systole view', text)] as const]) {
    try {
      writeFileSync(file, content);
    } catch (cause) {
      // Half a file would be taken for a person's from then on.
      rmSync(file, { force: true });
      throw fileError(`write the view ${file}`, cause);
    }
  }
  return path;
}

function freePath(stem: string): string {
  for (let n = 0; ; n++) {
    const path = n === 0 ? `${stem}.gtkw` : `${stem}.systole${n === 1 ? '' : `-${n}`}.gtkw`;
    if (isOurs(path, '[*] systole view')) return path;
  }
}
