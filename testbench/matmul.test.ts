import { describe, expect, it } from 'vitest';
import { RESULT } from '../npu/compiler/matmul.ts';
import { scheduleFor } from '../npu/compiler/program.ts';
import { matmulCases } from './arbitrary.ts';
import { difference, expectedWraps, runCase } from './case.ts';
import { checkProperty } from './property.ts';
import { runsOf } from '../hdl/testing-runs.ts';

/** Cases of the property below; SYSTOLE_RUNS asks for more. */
const RUNS = runsOf({ few: 6, all: 20 });

describe('a matrix product on the NPU', () => {
  it('equals the reference and tells what wrapped, for any shape, array, dataflow, buffers, data, stalls', () => {
    checkProperty(
      {
        name: 'matmul equals the reference',
        cases: matmulCases(),
        holds: (drawn) => {
          const { result, wraps, program } = runCase(drawn);
          const wrong = difference(drawn, result);
          if (wrong !== null) throw new Error(wrong);
          expect(wraps).toEqual(expectedWraps(drawn, scheduleFor(program, RESULT).works));
        },
      },
      { runs: RUNS },
    );
  });
});
