import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import { runMatmul } from '../testbench/run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

it('shows a counter that runs, and what it prints', () => {
  const code = /```ts\n(.*?)```\n\n```\n(.*?)```/s.exec(readme);
  const [, source = '', printed = ''] = code ?? [];
  // In the checkout, where the README says to save it.
  const folder = mkdtempSync(join(root, 'scripts', '.readme-'));
  try {
    const file = join(folder, 'my-counter.ts');
    writeFileSync(file, source.replaceAll("'./", "'../../"));
    const run = spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: root, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout.trimEnd()).toBe(printed.trimEnd());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('gives the figures of npm start', () => {
  const job = { m: 32, k: 32, n: 32, dataflow: 'ws', a: new Int8Array(1024), b: new Int8Array(1024) } as const;
  const { counters } = runMatmul(npuConfig({ rows: 16, cols: 16 }), job);
  expect(readme).toContain(`cycles     ${counters.cycles}:`);
  expect(readme).toContain(`over the ${counters.arrayActive} cycles with operands`);
  expect(readme).toContain(`load ${counters.loadBusy}, matrix ${counters.matrixBusy}, vector ${counters.vectorBusy}, store ${counters.storeBusy} cycles`);
});

it('names only files that exist', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path).filter((path) => !path.includes('://'));
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) expect(() => readFileSync(join(root, link === 'hdl/' ? 'hdl/README.md' : link))).not.toThrow();
});
