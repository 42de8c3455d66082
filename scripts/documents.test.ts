/** What documents point at is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = ['.', 'docs', 'hdl', 'npu', 'waveforms', 'testbench', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);

/**
 * Files that are named by links, or by a path from the document's folder or from the top; but for those that readers
 * save.
 */
function namedIn(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
  const saved = new Set([...text.matchAll(/^```ts (\S+)$/gm)].map(([, file]) => file));
  const paths = [...text.matchAll(/`([\w-]+(?:\/[\w.-]+)+\.ts)`/g)].map(([, path = '']) => path);
  return [...links, ...paths].filter((path) => !saved.has(path));
}

it.each(documents)('%s', (document) => {
  const named = namedIn(readFileSync(join(root, document), 'utf8'));
  const missing = named.filter(
    (path) => ![dirname(join(root, document)), root].some((from) => existsSync(join(from, path))),
  );
  expect(missing).toEqual([]);
});

it('finds links and paths', () => {
  expect(namedIn('[a](b/c.md#d) [e](https://f.g) `h/i.ts` `j.ts`')).toEqual(['b/c.md', 'h/i.ts']);
  expect(documents).toContain('README.md');
});
