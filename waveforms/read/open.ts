/** Opens a file of waves of either format. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileError, WaveformError } from '../error.ts';
import { programOnPath } from '../program.ts';
import { VcdFile } from './stream.ts';

/**
 * A VCD file, or an FST file by way of GTKWave's `fst2vcd`.
 * @throws WaveformError where it cannot be read, or the program for it is missing
 */
export async function openWaveFile(path: string): Promise<VcdFile> {
  return path.endsWith('.fst') ? VcdFile.open(converted(path), path) : VcdFile.open(path);
}

/** The text of an FST file, as an open file without a name. */
function converted(path: string): number {
  const fst2vcd = programOnPath('fst2vcd');
  if (fst2vcd === null)
    throw new WaveformError(
      `cannot read waves from ${path}: FST needs the program fst2vcd (Debian: apt install gtkwave), which is not on the PATH; install it or write a .vcd file`,
    );
  try {
    closeSync(openSync(path, 'r'));
  } catch (cause) {
    throw fileError(`read waves from ${path}`, cause);
  }
  const folder = mkdtempSync(join(tmpdir(), 'systole-fst-'));
  try {
    const text = join(folder, 'waves.vcd');
    const { status, error } = spawnSync(fst2vcd, ['-f', path, '-o', text], { stdio: 'ignore' });
    if (error !== undefined || status !== 0)
      throw new WaveformError(`cannot read waves from ${path}: fst2vcd cannot; is it a whole FST file?`);
    return openSync(text, 'r');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
