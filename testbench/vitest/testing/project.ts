/** A project of somebody's with tests that fail, in a folder with a blank in its path. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../..', import.meta.url));

/** A project with the tests of testing/failing.ts. */
export function project(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'systole-watched-')), 'some where');
  mkdirSync(join(folder, 'test'), { recursive: true });
  const text = readFileSync(new URL('failing.ts', import.meta.url), 'utf8');
  writeFileSync(join(folder, 'test', 'failing.test.ts'), text);
  symlinkSync(join(sources, 'node_modules'), join(folder, 'node_modules'));
  const alias = `[{ find: /^systole\\/(.*)$/, replacement: ${JSON.stringify(join(sources, '$1', 'index.ts'))} }]`;
  writeFileSync(join(folder, 'vitest.config.ts'), `export default { resolve: { alias: ${alias} } };\n`);
  return folder;
}
