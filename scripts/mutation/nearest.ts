/** Which tests have to do with a file, nearest first. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/**
 * The tests among `tests` that load `file`, directly or not: those beside it first, then by the seconds that they
 * take.
 */
export function nearestTests(
  file: string,
  tests: readonly string[],
  seconds: ReadonlyMap<string, number>,
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): string[] {
  const reached = (test: string): boolean => {
    const seen = new Set([test]);
    for (const from of seen) for (const to of importsOf(from, known(from))) seen.add(to);
    return seen.has(file);
  };
  const texts = new Map<string, string>();
  const known = (path: string): string => {
    const text = texts.get(path) ?? read(path);
    texts.set(path, text);
    return text;
  };
  const own = file.replace(/\.ts$/, '.test.ts');
  const distance = (test: string): number => (test === own ? 0 : posix.dirname(test) === posix.dirname(file) ? 1 : 2);
  return tests
    .filter(reached)
    .sort((a, b) => distance(a) - distance(b) || (seconds.get(a) ?? 0) - (seconds.get(b) ?? 0) || a.localeCompare(b));
}

/** The files that a file imports, types too. */
function importsOf(from: string, text: string): string[] {
  return [...text.matchAll(/\bfrom '(\.[^']*)'/g)].map((found) => posix.join(posix.dirname(from), found[1] ?? ''));
}
