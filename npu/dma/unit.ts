/** The two DMA units as the rest of the NPU sees them. */
import { counter, type UnitSpec } from '../common/unit.ts';
import { dmaFields, dmaJob } from './job.ts';

const errors = {
  load: `After a beat that comes with an error nothing is written (abort), or its bytes are taken to be 0 and the command goes
on (continue), as does its queue: it signals, and its first error is reported as its fault.`,
  store: `After an answer with an error nothing more is written (abort), or the command goes on (continue), as does its
queue: it signals, and its first error is reported as its fault.`,
};

export const loadUnit = {
  title: 'load DMA',
  jobs: 1,
  job: dmaJob,
  fields: dmaFields,
  operations: {
    load: {
      code: 16,
      unit: 'load',
      fields: dmaFields,
      meaning: `for i in 0..lines: for x in 0..lineBytes:
  memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes] = dram[dram + i*stride + x]
${errors.load}`,
    },
  },
  counters: {
    loadBusy: counter('busy', 0x84, 'of them, those in which the load DMA had a command'),
    loadErrors: counter('event', 0xb8, 'beats that were read for a load and came with an error'),
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
  jobs: 1,
  job: dmaJob,
  fields: dmaFields,
  operations: {
    store: {
      code: 17,
      unit: 'store',
      fields: dmaFields,
      meaning: `for i in 0..lines: for x in 0..lineBytes:
  dram[dram + i*stride + x] = memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes]
${errors.store}`,
    },
  },
  counters: {
    storeBusy: counter('busy', 0x88, 'the same for the store DMA'),
    storeErrors: counter('event', 0xbc, 'bursts of a store that were answered with an error'),
    storeWaits: counter(
      'waits',
      0xac,
      'cycles in which the store DMA had no command, and its next one waited for a semaphore',
    ),
  },
  wraps: {},
} as const satisfies UnitSpec;
