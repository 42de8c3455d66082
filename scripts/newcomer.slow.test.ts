/** What the README tells a newcomer to write runs, is checked and is tested, in a checkout of their own. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** A checkout with what the README tells a newcomer to write, at its top and in a playground. */
function checkout(): { readonly folder: string; readonly printed: string } {
  const [, source = '', printed = ''] = /```ts my-counter\.ts\n(.*?)```.*?```\n(cycle.*?)```/s.exec(readme) ?? [];
  const [, test = ''] = /```ts my-counter\.test\.ts\n(.*?)```/s.exec(readme) ?? [];
  // Below the root's node_modules, where the tests of the root do not look.
  const caches = join(root, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, 'readme-'));
  for (const name of ['tsconfig.json', 'vitest.config.ts', 'package.json', '.oxlintrc.json', 'oxlint.json'])
    cpSync(join(root, name), join(folder, name));
  for (const name of ['hdl', 'waveforms']) symlinkSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, 'playground'));
  writeFileSync(join(folder, 'my-counter.ts'), source);
  writeFileSync(join(folder, 'my-counter.test.ts'), test);
  writeFileSync(join(folder, 'playground', 'other.ts'), source.replaceAll("'./", "'../"));
  writeFileSync(
    join(folder, 'playground', 'other.test.ts'),
    test.replaceAll("'./hdl", "'../hdl").replaceAll('my-counter', 'other'),
  );
  return { folder, printed };
}

describe("a newcomer's own files", () => {
  const { folder, printed } = checkout();
  afterAll(() => rmSync(folder, { recursive: true }));
  const node = (
    ...args: readonly string[]
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
  const tool = (name: string): string => join(root, 'node_modules', name);

  it.each(['my-counter.ts', 'playground/other.ts'])('%s runs, and prints what the README says', (file) => {
    const { stdout, stderr } = node('--import', 'tsx', file);
    expect(stderr).toBe('');
    expect(stdout.trimEnd()).toBe(printed.trimEnd());
  });
  it('are type-checked', () => {
    const { stdout } = node(tool('typescript/bin/tsc'), '-p', 'tsconfig.json', '--listFilesOnly');
    for (const file of ['my-counter.ts', 'my-counter.test.ts', 'playground/other.ts', 'playground/other.test.ts'])
      expect(stdout).toContain(join(folder, file));
  });
  it('are tested', () => {
    const { status, stdout } = node(tool('vitest/vitest.mjs'), 'run', 'my-counter', 'other');
    expect(stdout).toMatch(/Tests +2 passed/);
    expect(status).toBe(0);
  });
});
