import { describe, it } from 'vitest';
import { matmulCases } from './arbitrary.ts';
import { difference, runCase } from './case.ts';
import { checkProperty } from './property.ts';

/** Cases of the property below; SYSTOLE_RUNS asks for more. */
const RUNS = Number(process.env['SYSTOLE_RUNS'] ?? 60);

describe('a matrix product on the NPU', () => {
  it('equals the reference for any shape, array, dataflow, buffers, data, stalls and latencies', () => {
    checkProperty('matmul equals the reference', matmulCases(), (drawn) => {
      const wrong = difference(drawn, runCase(drawn).result);
      if (wrong !== null) throw new Error(wrong);
    }, { runs: RUNS });
  });
});
