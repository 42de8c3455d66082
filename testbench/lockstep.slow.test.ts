/** The engines on an NPU whose array is wider than a vector of the machine: every signal, every cycle. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matmulCases } from './arbitrary.ts';
import { compareEngines } from './testing-lockstep.ts';

it.each(['ws', 'os'] as const)('both engines agree on a wide array (%s)', (dataflow) => {
  const [drawn = expect.fail('nothing drawn')] = fc.sample(matmulCases({ dimension: 20 }), { seed: 3, numRuns: 1 });
  compareEngines({
    ...drawn,
    dataflow,
    parameters: { rows: 17, cols: 33 },
    memory: { ...drawn.memory, stall: 0, latency: 3 },
  });
});
