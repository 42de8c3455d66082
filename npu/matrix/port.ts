/**
 * The port of a matrix engine: what every family of them has in common, so that the rest of the NPU does not know which
 * one it has.
 *
 * Interface: takes a tile job (job.ts) when `ready`; reads lines of A and B from the scratchpad, one of each a cycle at
 * most, whose data is at `aData` and `bData` in the cycle after the address and only then; sends the accumulator at
 * most one update a cycle, which is never held back. `done` is high for one cycle when every result of the job can be
 * read; `fault` says then what was wrong with it. `active` is high while operands are at work, in the cycles that the
 * engine's description says (`timing`). Jobs may overlap, and end in order. No line that does not exist is read or
 * written, and A and B are not read from one bank in one cycle.
 */
import { bit, stream, uint, vec } from '../../hdl/index.ts';
import { lineRead } from '../common/local.ts';
import { unitStatus } from '../common/unit.ts';
import type { NpuConfig } from '../config.ts';
import { accumulatorUpdate } from '../memory/accumulator.ts';
import { gemmJob } from './job.ts';

export function matrixPorts(config: NpuConfig) {
  const line = vec(config.lineBytes, uint(8));
  return {
    in: { job: stream(gemmJob), aData: line, bData: line },
    out: { aRead: lineRead, bRead: lineRead, update: accumulatorUpdate(config), active: bit, ...unitStatus },
  };
}
