import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matmulCases } from './arbitrary.ts';
import { difference, runCase } from './case.ts';

it('a product equals the reference where a line of the accumulator is more than 64 beats long', () => {
  const [drawn] = fc.sample(
    matmulCases({ dimension: 70 }).filter(({ requantise, n }) => (requantise?.multiplier.length ?? 0) > 1 && n > 67),
    { seed: 5, numRuns: 1 },
  );
  if (drawn === undefined) throw new Error('nothing drawn');
  for (const requantise of [drawn.requantise, null]) {
    const wide = {
      ...drawn,
      requantise,
      parameters: { rows: 3, cols: 67, busBytes: 4, scratchpadBytes: 16384, accumulatorBytes: 16384 },
    };
    expect(difference(wide, runCase(wide).result)).toBeNull();
  }
});
