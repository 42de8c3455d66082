/** Lint closes what the compiler leaves open of "a signal is an object": each marked line of the fixture is found. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test.each([
  ['of this repository', join(root, '.oxlintrc.json')],
  ['of a project that extends the preset of the package', null],
])('signals as JavaScript conditions, by the rules %s', (_, own) => {
  const fixture = readFileSync(new URL('lint.fail.ts', import.meta.url), 'utf8');
  // The fixture's own folder is not linted, so that the repository is clean: a copy elsewhere is, under the same rules.
  const folder = mkdtempSync(join(tmpdir(), 'systole-lint-'));
  try {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: { types: [] }, include: ['*.ts'] }),
    );
    writeFileSync(join(folder, 'traps.ts'), fixture.replace('../index.ts', join(root, 'hdl/language/index.ts')));
    const oxlint = join(root, 'node_modules/.bin/oxlint');
    const theirs = join(folder, '.oxlintrc.json');
    writeFileSync(theirs, JSON.stringify({ extends: [relative(folder, join(root, 'oxlint.json'))] }));
    const { stdout } = spawnSync(oxlint, ['--type-aware', '-c', own ?? theirs, '-f', 'unix', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const found = new Set([...stdout.matchAll(/traps\.ts:(\d+):/g)].map(([, line]) => Number(line)));
    const marked = fixture.split('\n').flatMap((line, i) => (line.endsWith('// caught') ? [i + 1] : []));
    expect(marked.length).toBeGreaterThan(5);
    expect(marked.filter((line) => !found.has(line))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
