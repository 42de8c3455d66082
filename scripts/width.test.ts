/**
 * At most 120 columns. The formatter keeps code to them, save texts, which stay whole so that they can be searched for;
 * this test keeps what the formatter leaves as it is: comments, and the prose of documents (not tables).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const COLUMNS = 120;
const root = fileURLToPath(new URL('..', import.meta.url));
const files = ['.', 'docs', 'hdl', 'npu', 'waveforms', 'testbench', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' })
    .map((file) => (folder === '.' ? file : join(folder, file)))
    .filter((file) => /\.(ts|md)$/.test(file)),
);

const isComment = (line: string) => /^\s*(\/\/|\/\*|\*( |$))/.test(line);
const isTable = (line: string) => line.startsWith('|');
const counts = (file: string) => (file.endsWith('.md') ? (line: string) => !isTable(line) : isComment);

function tooLong(file: string, text: string): readonly string[] {
  return text
    .split('\n')
    .map((line, at) => ({ line, place: `${file}:${at + 1}` }))
    .filter(({ line }) => line.length > COLUMNS && counts(file)(line))
    .map(({ place }) => place);
}

it('comments and prose keep to 120 columns', () => {
  expect(files.length).toBeGreaterThan(500);
  expect(files.flatMap((file) => tooLong(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

it('finds a comment and prose that do not', () => {
  const long = 'x'.repeat(COLUMNS);
  expect(tooLong('a.ts', `// ${long}\n  * ${long}\nconst a = '${long}';`)).toEqual(['a.ts:1', 'a.ts:2']);
  expect(tooLong('a.md', `${long}x\n${long}\n| ${long} |`)).toEqual(['a.md:1']);
});
