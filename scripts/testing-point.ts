/** For tests: a point of a sweep that is quickly run. */
import type { Point } from '../testbench/sweep/point.ts';

export const quickPoint = (own: Partial<Point> = {}): Point => ({
  parameters: { rows: 2, cols: 2 },
  preset: null,
  dataflow: 'ws',
  m: 3,
  k: 4,
  n: 5,
  latency: 2,
  stall: 0,
  seed: 1,
  layer: null,
  ...own,
});
