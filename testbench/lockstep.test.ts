/** The engines on the NPU: every signal, every cycle. */
import { it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { matmulCases } from './arbitrary.ts';
import { checkProperty } from './property.ts';
import { compareEngines } from './testing-lockstep.ts';

it('both engines agree on every signal of the NPU in every cycle', () => {
  checkProperty('engines in lockstep on the NPU', matmulCases({ dimension: 12, array: 6 }), compareEngines, {
    runs: runsOf({ few: 1, all: 8 }),
  });
});
