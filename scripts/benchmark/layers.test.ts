import { dataflowNames } from '../../npu/matrix/dataflow.ts';
import { expect, it } from 'vitest';
import { columnsOf, layersReport, measureLayers } from './layers.ts';

it('runs layers, and tells how near they come to the bound', () => {
  const layers = [
    { layer: 'one', m: 20, k: 30, n: 10 },
    { layer: 'two', m: 5, k: 9, n: 17 },
  ];
  const told: string[] = [];
  const measured = measureLayers(layers, columnsOf([4]), (what) => told.push(what));
  expect(told).toEqual(['one', 'two']);
  const names = dataflowNames.map((name) => `4 × 4 ${name}`);
  expect(measured.columns).toEqual([...names, ...names.map((name) => `${name} int8`)]);
  for (const { cells } of measured.rows)
    for (const { ratio, cycles, expected } of cells) {
      expect(ratio).toBeGreaterThan(1);
      expect(Math.abs(expected - cycles)).toBeLessThan(60);
    }
  expect(layersReport(measured)).toMatch(/two +\| +5 × 9 × 17/);
});

it('tells what a slower memory costs long layers, and nothing of short ones', () => {
  const layers = [
    { layer: 'long', m: 48, k: 200, n: 40 },
    { layer: 'short', m: 5, k: 9, n: 17 },
  ];
  const [column] = columnsOf([4]);
  if (column === undefined) throw new Error('no column');
  const measured = measureLayers(layers, [column], () => undefined, { latency: 100 });
  const taken = measured.rows.flatMap(({ cells }) => cells);
  for (const { cycles, later } of taken) expect(later?.cycles).toBeGreaterThan(cycles + 98);
  const [long] = taken;
  const slowdown = (long?.later?.cycles ?? NaN) / (long?.cycles ?? NaN);
  const [, table] = layersReport(measured).split('Cycles at a latency of 100');
  expect(table).toMatch(new RegExp(`long +\\| 48 × 200 × 40 +\\| +${slowdown.toFixed(3)} `));
  expect(table).toMatch(/short +\| +5 × 9 × 17 +\| +\|/);
});

it('forecasts layers without running them', () => {
  const layers = [{ layer: 'one', m: 20, k: 30, n: 10 }];
  const columns = columnsOf([4]);
  const expected = measureLayers(layers, columns, () => undefined).rows.flatMap(({ cells }) =>
    cells.map((cell) => cell.expected),
  );
  const forecast = measureLayers(layers, columns, () => undefined, { cyclesBy: 'forecast', latency: 100 });
  expect(forecast.rows.flatMap(({ cells }) => cells.map(({ cycles }) => cycles))).toEqual(expected);
  expect(layersReport(forecast)).toMatch(/^Cycles that the compiler expects over the bound/);
  expect(layersReport(forecast)).not.toContain('is off by');
});
