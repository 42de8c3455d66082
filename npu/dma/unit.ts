/** The two DMA units as the rest of the NPU sees them. */
import { counter, type UnitSpec } from '../common/unit.ts';
import {
  blockFields,
  dmaFields,
  dmaImplied,
  dmaJob,
  lineFields,
  listFields,
  LOAD_JOBS,
  pictureFields,
  STORE_JOBS,
} from './job.ts';

const { value } = pictureFields;
/** Kinds of jobs by their codes. */
const [BLOCK, VALUE, TRANSPOSED, GATHERED] = [1, 2, 3, 4];

const errors = {
  load: `After a beat that comes with an error nothing is written (abort), or its bytes are taken to be 0 and the command goes
on (continue), as does its queue: it signals, and its first error is reported as its fault.`,
  store: `After an answer with an error nothing more of it is written (abort), or the command goes on (continue), as does
its queue: it signals, and its first error is reported as its fault.`,
};

/** Where byte x of line i is, in a local memory and in DRAM. */
const inMemory = {
  lines: 'memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes]',
  block:
    'memory[space][local + row*rowStep + (i % rowLines)*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes]',
};
const inDram = {
  lines: 'dram[dram + i*stride + x]',
  block: `dram[dram + row*rowStride + (i % rowLines)*stride + down*downStride + across*acrossStride + x % runBytes]`,
};
const loops = {
  lines: 'for i in 0..lines: for x in 0..lineBytes:',
  block: `for i in 0..lines: for x in 0..lineBytes:
  row = i / rowLines; down = x / runBytes / runsAcross; across = x / runBytes % runsAcross`,
};
const zeros = 'A rowLines of 0 stands for 65536, a runsAcross of 0 for 256, a runBytes of 0 for all of a line.';
const { lines, lineBytes, space, local, pieceBytes, lineStep, pieceStep } = lineFields;
const { rowLines, rowStep } = blockFields;
const fillFields = { lines, lineBytes, space, local, pieceBytes, lineStep, pieceStep, rowLines, rowStep, value };

export const loadUnit = {
  title: 'load DMA',
  jobs: LOAD_JOBS,
  job: dmaJob,
  fields: dmaFields,
  implied: dmaImplied,
  operations: {
    load: {
      code: 16,
      unit: 'load',
      fields: lineFields,
      meaning: `${loops.lines}
  ${inMemory.lines} = ${inDram.lines}
${errors.load}`,
    },
    loadBlock: {
      code: 18,
      unit: 'load',
      fields: { ...lineFields, ...blockFields, ...pictureFields },
      implied: { kind: BLOCK },
      meaning: `${loops.block}
  y = top + row*rowDown + down*runDown; x' = left + (i % rowLines)*lineAcross + across*runAcross
  ${inMemory.block} =
    0 <= y < height and 0 <= x' < width ?
      ${inDram.block} : value
${zeros}
${errors.load}`,
    },
    loadTransposed: {
      code: 21,
      unit: 'load',
      fields: lineFields,
      implied: { kind: TRANSPOSED },
      meaning: `${loops.lines}
  spm[local + x*lineStep + (i / pieceBytes)*pieceStep].byte[i % pieceBytes] = ${inDram.lines}
where space is the scratchpad.
${errors.load}`,
    },
    loadGather: {
      code: 22,
      unit: 'load',
      fields: { ...lineFields, ...listFields },
      implied: { kind: GATHERED },
      meaning: `${loops.lines}
  index = the unsigned little-endian word at dram[list + 4*i]
  ${inMemory.lines} =
    index < count ? dram[dram + index*stride + x] : a fault
where list is a multiple of 4. An index that is not below count has no row: nothing is written from it on
(abort), or its line is 0 and the command goes on (continue), as is each line whose index comes with an error.
${errors.load}`,
    },
    fill: {
      code: 19,
      unit: 'load',
      fields: fillFields,
      implied: { kind: VALUE },
      meaning: `${loops.lines} row = i / rowLines
  ${inMemory.block} = value
A rowLines of 0 stands for 65536.`,
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
  jobs: STORE_JOBS,
  job: dmaJob,
  fields: dmaFields,
  implied: dmaImplied,
  operations: {
    store: {
      code: 17,
      unit: 'store',
      fields: lineFields,
      meaning: `${loops.lines}
  ${inDram.lines} = ${inMemory.lines}
${errors.store}`,
    },
    storeBlock: {
      code: 20,
      unit: 'store',
      fields: { ...lineFields, ...blockFields },
      implied: { kind: BLOCK },
      meaning: `${loops.block}
  ${inDram.block} =
    ${inMemory.block}
${zeros}
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
