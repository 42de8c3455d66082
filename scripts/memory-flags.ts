/** Flags of the simulated DRAM. */
import { numberFlag } from './flags.ts';

const group = 'The run:';
/** The memory's own least latency, and more cycles than any DRAM takes. */
export const LATENCY = { least: 2, most: 100_000 };

export const memoryFlags = {
  latency: numberFlag('latency', LATENCY, {
    group,
    describe: 'cycles that the memory takes to answer',
    otherwise: String(LATENCY.least),
  }),
  stall: numberFlag(
    'stall',
    { least: 0, most: 255 },
    { group, describe: 'cycles out of 256 in which each AXI channel stalls, at random', otherwise: '0' },
  ),
};
