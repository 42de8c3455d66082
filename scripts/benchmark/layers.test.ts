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
  expect(measured.columns).toEqual(['4 × 4 ws', '4 × 4 os', '4 × 4 ws int8', '4 × 4 os int8']);
  for (const { cells } of measured.rows)
    for (const { ratio, cycles, expected } of cells) {
      expect(ratio).toBeGreaterThan(1);
      expect(Math.abs(expected - cycles)).toBeLessThan(60);
    }
  expect(layersReport(measured)).toMatch(/two +\| +5 × 9 × 17/);
});
