/** The designs that the writer is judged on. */
import type { Design } from '../../ir/types.ts';
import { elaborate } from '../../index.ts';
import { examples } from '../../examples/index.ts';
import { BurstSplitter } from '../../../npu/dma/bursts.ts';
import { Decisions } from './decisions.ts';

/** By name: the small examples, a circuit of decisions, and the NPU's splitter of bursts. */
export const designs: ReadonlyMap<string, Design> = new Map([
  ...Object.entries(examples).map(([name, example]): [string, Design] => [name, elaborate(example)]),
  ['decisions', elaborate(Decisions)],
  ['bursts', elaborate(BurstSplitter({ busBytes: 16, maxBurst: 16 }))],
]);
