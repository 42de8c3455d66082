/** What is measured: a design without inputs that runs by itself, and what there is to compare of a run. */
import { elaborate } from '../../hdl/index.ts';
import type { Design } from '../../hdl/ir/types.ts';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import type { MatmulJob } from '../../npu/compiler/job.ts';
import { matmulProgram } from '../../npu/compiler/matmul.ts';
import type { Program } from '../../npu/compiler/program.ts';
import { ArrayBench } from '../../testbench/benchmark/array.ts';
import { IdleBench } from '../../testbench/benchmark/idle.ts';
import { dramPath, NpuBench } from '../../testbench/benchmark/npu.ts';

/** A memory that is filled before a run, and whose bytes are compared after it. */
export interface Dram {
  readonly path: readonly string[];
  readonly image: Uint8Array;
  readonly wordBytes: number;
}

/**
 * A design whose inputs are clock and reset alone, and which has the output `checksum`, or `done`, which ends a run
 * before its last cycle; then the bytes of `dram` are what is compared.
 */
export interface Subject {
  /** For names of files. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Rows and columns of the array. */
  readonly n: number;
  readonly design: Design;
  readonly dram: Dram | null;
}

export type SubjectKind = 'array' | 'npu' | 'design';

/** The systolic array alone, n × n, with new operands in every cycle. */
export function arraySubject(n: number): Subject {
  return {
    name: `array${n}`,
    title: `array of ${n} × ${n}`,
    n,
    design: elaborate(ArrayBench({ rows: n, cols: n })),
    dram: null,
  };
}

/** The NPU with an n × n array, its memory and the bus checker, which multiplies two matrices of size × size. */
export function npuSubject(n: number, size: number): Subject {
  const { config, program } = product(n, size);
  return {
    name: `npu${n}x${size}`,
    title: `NPU of ${n} × ${n}, ${size}³`,
    n,
    design: elaborate(NpuBench(config, program)),
    dram: { path: dramPath, image: program.image, wordBytes: config.busBytes },
  };
}

/** The NPU of 16 × 16 at a product, beside so many engines without work. */
export function idleSubject(engines: number): Subject {
  const { config, program } = product(16, 256);
  return {
    name: `idle${engines}`,
    title: `NPU of 16 × 16 and ${engines} idle engines`,
    n: 16,
    design: elaborate(IdleBench(config, program, engines)),
    dram: { path: ['bench', ...dramPath], image: program.image, wordBytes: config.busBytes },
  };
}

/** The NPU of 16 × 16 at a short product of which it makes bytes, each column by its own scale. */
export function requantiseSubject(): Subject {
  const columns = 256;
  const { config, program } = product(16, columns, {
    k: 16,
    requantise: {
      multiplier: Int32Array.from({ length: columns }, (_, i) => 2 ** 30 + i * 4_194_301),
      shift: Int8Array.from({ length: columns }, (_, i) => (i % 9) - 8),
      zero: -3,
      low: -128,
      high: 127,
    },
  });
  return {
    name: 'requantise',
    title: 'NPU of 16 × 16, 256 × 16 × 256 requantised',
    n: 16,
    design: elaborate(NpuBench(config, program)),
    dram: { path: dramPath, image: program.image, wordBytes: config.busBytes },
  };
}

function product(
  n: number,
  size: number,
  more: Partial<Pick<MatmulJob, 'k' | 'requantise'>> = {},
): { readonly config: NpuConfig; readonly program: Program } {
  // Local memories grow with the array, so that it is the array's size that is compared and not how much waits for the
  // bus.
  const config = npuConfig({
    rows: n,
    cols: n,
    busBytes: Math.min(64, Math.max(4, n)),
    accumulatorBytes: Math.max(64 * 1024, 4096 * n),
  });
  const operand = (factor: number): Int8Array =>
    Int8Array.from({ length: size * (more.k ?? size) }, (_, i) => Math.imul(i + 1, factor) >>> 24);
  return {
    config,
    program: matmulProgram(config, {
      m: size,
      k: size,
      n: size,
      dataflow: 'ws',
      a: operand(0x9e3779b1),
      b: operand(0x85ebca6b),
      ...more,
    }),
  };
}

/** Fowler, Noll and Vo's hash FNV-1a of 32 bits, which the C++ program computes too. */
export function hash(bytes: Uint8Array): number {
  let h = 0x811c9dc5;
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
  return h >>> 0;
}
