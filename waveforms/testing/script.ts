/** Scripts that run in a process of their own, for tests of what its end does. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HANG, hung } from './tools.ts';

const sources = new URL('../../', import.meta.url);

export interface ScriptEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it printed, to stdout and then to stderr. */
  readonly output: string;
}

/**
 * Runs TypeScript in `folder`.
 * @param text may import files of this repository as from its top: `#/hdl/index.ts`
 * @param options of Node
 */
export function runScript(
  folder: string,
  text: string,
  options: { readonly env?: NodeJS.ProcessEnv; readonly node?: readonly string[] } = {},
): ScriptEnd {
  const file = join(folder, 'script.mts');
  writeFileSync(file, text.replaceAll(/(?<=\bfrom ')#\/(?=[^']*')/g, sources.href));
  const ended = spawnSync(process.execPath, [...(options.node ?? []), '--import', import.meta.resolve('tsx'), file], {
    cwd: folder,
    encoding: 'utf8',
    timeout: HANG,
    env: options.env ?? process.env,
  });
  const late = hung('the script', ended);
  if (late !== null) throw new Error(late);
  return { status: ended.status, signal: ended.signal, output: ended.stdout + ended.stderr };
}
