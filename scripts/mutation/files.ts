/** The files of this checkout, by their paths from its root. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The TypeScript files of a folder and of those in it. */
export const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
    .filter((file) => file.endsWith('.ts'))
    .sort();
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
export const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex');
