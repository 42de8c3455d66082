/** Designs that are not an array and not the NPU: each says what one kind of logic costs. */
import { elaborate } from '../../hdl/index.ts';
import { AesBench } from '../../testbench/benchmark/aes.ts';
import { CoresBench } from '../../testbench/benchmark/cores.ts';
import { LanesBench } from '../../testbench/benchmark/lanes.ts';
import { idleSubject, requantiseSubject, type Subject } from './subject.ts';

/** By the name that a process of its own is told, and a user. */
export const designs: Readonly<Record<string, () => Subject>> = Object.fromEntries([
  design('cores1', 'one RV32I core', () => CoresBench(1)),
  design('cores16', '16 RV32I cores', () => CoresBench(16)),
  design('cores64', '64 RV32I cores', () => CoresBench(64)),
  design('aes', 'AES-128, ten rounds in a pipeline', () => AesBench),
  design('dot', '64 dot products of 4 bytes', () => LanesBench('dot', 64)),
  design('tree', '64 adder trees of 16 bytes', () => LanesBench('tree', 64)),
  design('chain', '64 products in a chain of sums', () => LanesBench('chain', 64)),
  design('barrel', '64 rotations of 32 bits', () => LanesBench('barrel', 64)),
  design('memory', '64 memories of 64 bytes, a product each', () => LanesBench('memory', 64)),
  design('table', '64 × 4 reads of a table of 256 bytes', () => LanesBench('table', 64)),
  ['requantise', requantiseSubject],
  ['idle0', () => idleSubject(0)],
  ['idle3', () => idleSubject(3)],
]);

function design(
  name: string,
  title: string,
  make: () => Parameters<typeof elaborate>[0],
): readonly [string, () => Subject] {
  return [name, () => ({ name, title, n: 1, design: elaborate(make()), dram: null })];
}
