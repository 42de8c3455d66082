import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import { runMatmul } from '../testbench/run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');

/** A checkout with what the README tells a newcomer to write, at its top and in a playground. */
function checkout(): { readonly folder: string; readonly printed: string } {
  const [, source = '', printed = ''] = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(readme) ?? [];
  const [, test = ''] = /my-counter\.test\.ts`.*?```ts\n(.*?)```/s.exec(readme) ?? [];
  // Below the root's node_modules, where the tests of the root do not look.
  const caches = join(root, 'node_modules', '.cache');
  mkdirSync(caches, { recursive: true });
  const folder = mkdtempSync(join(caches, 'readme-'));
  for (const name of ['tsconfig.json', 'vitest.config.ts', 'package.json', '.oxlintrc.json'])
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

it.each(['README.md', 'hdl/verilog/README.md'])('%s shows a counter, and its Verilog, as they are', (file) => {
  const [, source = '', verilog = ''] =
    /```ts\n(export const Counter .*?)```\n\n```verilog\n(.*?)```/s.exec(readFileSync(join(root, file), 'utf8')) ?? [];
  expect(readFileSync(join(root, 'hdl/examples/counter.ts'), 'utf8')).toContain(source);
  expect(readFileSync(join(root, 'hdl/verilog/golden/counter.sv'), 'utf8')).toContain(verilog);
  expect(verilog).toMatch(/^module counter .*endmodule\n$/s);
});

it('gives the figures of npm start', () => {
  const job = { m: 32, k: 32, n: 32, dataflow: 'ws', a: new Int8Array(1024), b: new Int8Array(1024) } as const;
  const { counters } = runMatmul(npuConfig({ rows: 16, cols: 16 }), job);
  const half = runMatmul(npuConfig({ rows: 8, cols: 16 }), job).counters;
  expect(readme).toContain(`cycles     ${counters.cycles}:`);
  expect(readme).toContain(`${half.cycles} cycles instead of ${counters.cycles}`);
  const used = (rows: number, active: number): string => `${((100 * 32 ** 3) / (rows * 16 * active)).toFixed(1)} %`;
  expect(readme).toContain(
    `${used(8, half.arrayActive)} of the array's cycles instead of ${used(16, counters.arrayActive)}`,
  );
  expect(readme).toContain(`over the ${counters.arrayActive} cycles with operands`);
  expect(readme).toContain(
    `load ${counters.loadBusy}, store ${counters.storeBusy}, matrix ${counters.matrixBusy}, vector ${counters.vectorBusy} cycles`,
  );
});

it('names no folder for output that is part of the source', () => {
  const named = [...readme.matchAll(/^systole .*--out (\S+)/gm)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(1);
  for (const path of named) expect(existsSync(join(root, path)) && !ignored.includes(`/${path}/`)).toBe(false);
});
