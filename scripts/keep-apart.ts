/** No file is read and written, or written twice, by one command: the second use would destroy the first. */
import { fstatSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UsageError } from './failure.ts';
import { STDIN } from './files.ts';

/** A file as the command line names it; `by` is the flag or argument that does. */
export interface NamedFile {
  readonly by: string;
  readonly path: string | undefined;
}

/**
 * Spellings do not matter, nor links of either kind: it is the file itself that is compared.
 * @throws UsageError where one of `written` is also read or written otherwise, or is where stdout or stderr go.
 */
export function keepApart(read: readonly NamedFile[], written: readonly NamedFile[]): void {
  const seen = new Map<string, string>();
  for (const { by, path } of read) {
    const file = path === undefined ? null : identityOf(path === STDIN ? 0 : path);
    if (file !== null) seen.set(file, `what ${by} reads`);
  }
  for (const [fd, stream] of [
    [1, 'stdout'],
    [2, 'stderr'],
  ] as const) {
    const file = identityOf(fd);
    if (file !== null) seen.set(file, `where ${stream} goes`);
  }
  for (const { by, path } of written) {
    const file = path === undefined ? null : identityOf(path);
    if (file === null) continue;
    const use = seen.get(file);
    if (use !== undefined)
      throw new UsageError(`${by} ${path} is ${use}, and would destroy it`, `give ${by} a file of its own`);
    seen.set(file, `what ${by} writes`);
  }
}

/**
 * Equal for two names of one file. Null for devices and pipes, which writing does not destroy, and what cannot be seen.
 */
function identityOf(file: string | number): string | null {
  try {
    const found =
      typeof file === 'number'
        ? fstatSync(file, { bigint: true })
        : statSync(file, { bigint: true, throwIfNoEntry: false });
    if (found !== undefined) return found.isFile() ? `${found.dev}:${found.ino}` : null;
    if (typeof file === 'number') return null;
    // Where there is nothing yet, the folder and the name; to some file systems cases and forms of letters are alike.
    const folder = statSync(dirname(file), { bigint: true });
    return `${folder.dev}:${folder.ino}/${basename(file).normalize('NFC').toLowerCase()}`;
  } catch {
    return null;
  }
}
