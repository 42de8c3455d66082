import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matmulCases } from './arbitrary.ts';
import { difference, expectedWraps, runCase } from './case.ts';
import { checkProperty } from './property.ts';
import { runsOf } from '../hdl/testing-runs.ts';

/** Cases of the property below; SYSTOLE_RUNS asks for more. */
const RUNS = runsOf({ few: 15, all: 60 });

describe('a matrix product on the NPU', () => {
  it('equals the reference and tells what wrapped, for any shape, array, dataflow, buffers, data, stalls', () => {
    checkProperty(
      'matmul equals the reference',
      matmulCases(),
      (drawn) => {
        const { result, wraps, program } = runCase(drawn);
        const wrong = difference(drawn, result);
        if (wrong !== null) throw new Error(wrong);
        expect(wraps).toEqual(expectedWraps(drawn, program.tile));
      },
      { runs: RUNS },
    );
  });

  it('equals it also where a line of the accumulator is more than 64 beats long', () => {
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
});
