/** The engines on the NPU: every signal, every cycle. */
import { it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { matmulCases } from './arbitrary.ts';
import { checkProperty } from './property.ts';
import { compareEngines } from './testing-lockstep.ts';

it('both engines agree on every signal of the NPU in every cycle', () => {
  const cases = matmulCases({ dimension: 12, array: 6 });
  const property = { name: 'engines in lockstep on the NPU', cases, holds: compareEngines };
  checkProperty(property, { runs: runsOf({ few: 1, all: 5 }) });
});
