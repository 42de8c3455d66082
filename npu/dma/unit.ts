/** The two DMA units as the rest of the NPU sees them. */
import { counter, type UnitSpec } from '../common/unit.ts';
import { dmaFields, dmaJob } from './job.ts';

export const loadUnit = {
  title: 'load DMA',
  job: dmaJob,
  fields: dmaFields,
  operations: {
    load: {
      code: 16,
      unit: 'load',
      fields: dmaFields,
      meaning: `for i in 0..lines: for x in 0..lineBytes:
  memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes] = dram[dram + i*stride + x]`,
    },
  },
  counters: {
    loadBusy: counter('busy', 0x84, 'of them, those in which the load DMA had a command'),
    loadWaits: counter(
      'waits',
      0xa8,
      'cycles in which the load DMA had no command, and its next one waited for a semaphore',
    ),
  },
  wraps: {},
} as const satisfies UnitSpec;

export const storeUnit = {
  title: 'store DMA',
  job: dmaJob,
  fields: dmaFields,
  operations: {
    store: {
      code: 17,
      unit: 'store',
      fields: dmaFields,
      meaning: `for i in 0..lines: for x in 0..lineBytes:
  dram[dram + i*stride + x] = memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes]`,
    },
  },
  counters: {
    storeBusy: counter('busy', 0x88, 'the same for the store DMA'),
    storeWaits: counter(
      'waits',
      0xac,
      'cycles in which the store DMA had no command, and its next one waited for a semaphore',
    ),
  },
  wraps: {},
} as const satisfies UnitSpec;
