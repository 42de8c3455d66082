/** Runs what was exported in other people's simulators. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Export } from './export.ts';

/** Puts the files into a folder and runs one of the commands that the export names there. */
export function runExport({ files, commands }: Pick<Export, 'files' | 'commands'>, purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'systole pröj (1) '));
  const objects = mkdtempSync(join(tmpdir(), 'systole-objects-'));
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const command = commands.find((one) => one.purpose === purpose)?.command ?? 'false';
    // Compiling quickly matters more here than running quickly.
    const env = { ...process.env, TMPDIR: objects, MAKEFLAGS: 'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0' };
    return execFileSync('sh', ['-c', `${command} 2>&1`], { cwd: folder, encoding: 'utf8', env });
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(objects, { recursive: true });
  }
}
