import { expect, test } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { compile, simulate } from '../../hdl/sim/index.ts';
import { LanesBench, laneShapes } from './lanes.ts';

test.each(laneShapes)('%s runs as vectors, and gives what the reference engine gives', (shape) => {
  const design = elaborate(LanesBench(shape, 17));
  const compiled = compile(design);
  expect(compiled.arrays().flatMap(({ functions }) => functions.flatMap(({ scalar }) => scalar ?? []))).toEqual([]);
  const [found, right] = [compiled.start(), simulate(design, { engine: 'reference' })].map((sim) => {
    sim.reset();
    sim.step(40);
    return sim.peek('checksum');
  });
  expect(found).toBe(right);
});
