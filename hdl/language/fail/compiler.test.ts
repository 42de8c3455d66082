/** The compiler refuses the mistakes of this folder (an unused mark fails `tsc`), and says why briefly. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');

const files = readdirSync(here).filter((file) => file.endsWith('.fail.ts') && file !== 'lint.fail.ts');

test.each(files)('%s holds mistakes, each explained', (file) => {
  const marks = readFileSync(join(here, file), 'utf8')
    .split('\n')
    .filter((line) => line.includes('@ts-expect-error'));
  expect(marks.length).toBeGreaterThan(4);
  for (const mark of marks) expect(mark).toMatch(/\/\/ @ts-expect-error \w.*\w/);
});

test('messages are short', () => {
  const folder = mkdtempSync(join(tmpdir(), 'systole-tsc-'));
  try {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: { types: [], rewriteRelativeImportExtensions: false, allowImportingTsExtensions: true },
        include: ['*.ts'],
      }),
    );
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(
      join(folder, 'mistakes.ts'),
      `import { module, sint, uint } from '${join(root, 'hdl/index.ts')}';
export const A = module('a', { in: { a: uint(8), b: uint(9) }, out: { y: uint(8) } }, ({ a, b }) => ({ y: a.add(b) }));
export const B = module('b', { in: { a: sint(8), sum: sint(32) }, out: { y: sint(32) } }, ({ a, sum }) => ({ y: sum.add(a.mul(a)) }));
`,
    );
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const messages = [...stdout.matchAll(/^mistakes\.ts.*(?:\n .*)*/gm)].map(([message]) => message);
    expect(messages).toHaveLength(2);
    for (const message of messages) expect(message.split('\n').length).toBeLessThanOrEqual(4);
    expect(messages[0]).toContain("Type '9' is not assignable to type '8'");
    expect(messages[1]).toContain("Type '16' is not assignable to type '32'");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
