/** `systole test` in somebody's project, with a real Vitest. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { project } from '../testbench/vitest/testing/project.ts';
import { HANG } from '../waveforms/testing/tools.ts';

const folder = project();
const bare = mkdtempSync(join(tmpdir(), 'systole-bare-'));
afterAll(() => {
  rmSync(dirname(folder), { recursive: true });
  rmSync(bare, { recursive: true });
});
const program = fileURLToPath(new URL('systole.ts', import.meta.url));

function systole(cwd: string, ...args: readonly string[]) {
  const node = ['--import', import.meta.resolve('tsx'), program, 'test', ...args];
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined, SYSTOLE_SEED: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { cwd, env, encoding: 'utf8', timeout: HANG });
  return { status, stdout, stderr };
}

it('lists the tests with a pattern in their path or name', () => {
  const all = systole(folder, '--list');
  expect([all.status, all.stdout.split('\n')[0]]).toEqual([0, 'test/failing.test.ts > a check of the design']);
  expect(systole(folder, 'a suite > expects', '--list').stdout).toBe(
    'test/failing.test.ts > a suite > expects / "much" ../..\n'.repeat(2),
  );
});

it('runs those that are meant, with waves where they are asked for', () => {
  const { status, stdout } = systole(folder, 'passes', '--waves', '--seed', '5');
  expect(status).toBe(0);
  expect(stdout).toMatch(/Tests +1 passed \| \d+ skipped/);
  expect(stdout).toMatch(/^1 file of waves in \.systole.waves$/m);
  expect(readdirSync(join(folder, '.systole', 'waves')).filter((name) => name.endsWith('.vcd'))).toEqual([
    expect.stringMatching(/^failing-passes-seed5-[0-9a-f]{8}\.vcd$/),
  ]);
});

it('runs with one seed after the other until a test fails, and says how to run that one again', () => {
  const { status, stdout, stderr } = systole(folder, 'depends on', '--runs', '5', '--seed', '2');
  expect(status).toBe(1);
  expect(stdout.match(/^seed .*/gm)).toEqual(['seed 2, run 1 of 5', 'seed 3, run 2 of 5']);
  expect(stderr).toContain("systole: a test fails with seed 3; systole test 'depends on' --seed 3 --waves\n");
});

it('says in a line what is missing', () => {
  expect(systole(folder, 'nowhere')).toMatchObject({
    status: 2,
    stderr: 'systole: no test has nowhere in its path or name; systole test --list shows them all\n',
  });
  expect(systole(bare)).toMatchObject({
    status: 2,
    stderr: 'systole: Vitest is not installed in this project; npm install --save-dev vitest\n',
  });
  expect(systole(folder, '--runs', '0')).toMatchObject({ status: 2 });
});
