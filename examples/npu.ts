/** A product on the NPU, as large as one likes and on any machine: cycles, and whether it is right. */
import { npuConfig, type NpuConfig } from 'systole/npu';
import { referenceMatmul, runMatmul } from 'systole/testbench';

export interface Measured {
  readonly cycles: number;
  readonly isRight: boolean;
}

/** Multiplies n × n matrices of small numbers. */
export function measure(config: NpuConfig, n: number): Measured {
  const a = Int8Array.from({ length: n * n }, (_, i) => (i * 7) % 23);
  const b = Int8Array.from({ length: n * n }, (_, i) => (i * 5) % 19);
  const job = { m: n, k: n, n, dataflow: 'ws', a, b } as const;
  const { counters, result } = runMatmul(config, job);
  return { cycles: counters.cycles, isRight: referenceMatmul(job).every((value, i) => value === result[i]) };
}

/** The same product on arrays of other sizes. */
export const sweep = (n: number, sizes: readonly number[]): readonly Measured[] =>
  sizes.map((size) => measure(npuConfig({ rows: size, cols: size }), n));
