import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import { measureModels, modelsIn } from './benchmark/models.ts';
import { runMatmul } from '../testbench/run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');

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
  expect(readme).toContain(`${(counters.cycles / 256).toFixed(2)} × the least: multiplies 128, bus 256 cycles`);
  expect(readme).toContain(
    `load ${counters.loadBusy}, store ${counters.storeBusy}, matrix ${counters.matrixBusy}, vector ${counters.vectorBusy} cycles`,
  );
});

it('gives the figures of networks', () => {
  const rows = measureModels(modelsIn(), () => undefined);
  expect(rows.map(({ match }) => match)).toEqual(rows.map(() => true));
  for (const { model, layers, macs, cycles, ratio, overall } of rows) {
    if (model === 'hello_world_int8') continue;
    const [all, taken] = [macs, cycles].map((number) => number.toLocaleString('en-US'));
    const figures = `${layers} | ${all} | ${taken} | ${ratio.toFixed(2)} | ${(100 * overall).toFixed(1)} %`;
    expect(readme).toContain(`(\`${model}\`) | ${figures} |`);
  }
});

it('names no folder for output that is part of the source', () => {
  const named = [...readme.matchAll(/^systole .*--out (\S+)/gm)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(1);
  for (const path of named) expect(existsSync(join(root, path)) && !ignored.includes(`/${path}/`)).toBe(false);
});
