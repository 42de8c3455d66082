/**
 * The NPU at work, and systolic engines beside it that never get a job: what a design costs that is there and not used.
 *
 * Interface and timing: those of {@link NpuBench}.
 */
import { bit, constant, module, produce, uint, vec } from '../../hdl/index.ts';
import type { NpuConfig } from '../../npu/config.ts';
import type { Program } from '../../npu/compiler/program.ts';
import { SystolicEngine } from '../../npu/matrix/systolic/engine.ts';
import { gemmJob } from '../../npu/matrix/job.ts';
import { NpuBench } from './npu.ts';

export const IdleBench = (config: NpuConfig, program: Pick<Program, 'image' | 'ring'>, engines: number) =>
  module('idle_bench', { in: {}, out: { done: bit, busy: bit } }, () => {
    const npu = NpuBench(config, program)({}, { name: 'bench' });
    const line = constant(
      vec(config.lineBytes, uint(8)),
      Array.from({ length: config.lineBytes }, () => 0),
    );
    const busy = Array.from({ length: engines }, (_, i) => {
      const job = produce(`job${i}`, { valid: constant(bit, 0), payload: constant(gemmJob, zeroJob) });
      return SystolicEngine(config)({ job, aData: line, bData: line }, { name: `engine${i}` }).active;
    });
    return { done: npu.done, busy: busy.reduce((any, one) => any.or(one), constant(bit, 0)) };
  });

const zeroJob = {
  dataflow: 'ws',
  accumulate: 0,
  a: 0,
  b: 0,
  c: 0,
  m: 0,
  n: 0,
  k: 0,
  aZero: 0,
  bZero: 0,
  aUnsigned: 0,
  bUnsigned: 0,
  aFold: 0,
  aWidth: 0,
  aStep: 0,
  aRow: 0,
  bFold: 0,
  cFold: 0,
} as const;
