/** Random cases that shrink: small arrays, small memories, any shape, every option. */
import fc from 'fast-check';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import type { NpuParameters } from '../npu/parameters.ts';
import { roundingNames } from '../npu/vector/job.ts';
import type { MatmulCase, ScaleCase } from './case.ts';

export interface CaseLimits {
  /** Largest m, k and n (24). */
  readonly dimension?: number;
  /** Largest rows and columns (9). */
  readonly array?: number;
}

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** Machines whose memories hold from a single tile to the whole product, so that every way of cutting it up occurs. */
function machines(largest: number): fc.Arbitrary<Partial<NpuParameters>> {
  return fc
    .record({
      matrix: fc.constantFrom('systolic', 'systolic', 'single'),
      rows: fc.integer({ min: 1, max: largest }),
      cols: fc.integer({ min: 1, max: largest }),
      busBytes: fc.constantFrom(4, 8, 16),
      bankLines: fc.integer({ min: 2, max: 200 }),
      accLines: fc.integer({ min: 6, max: 120 }),
      maxBurst: fc.constantFrom(1, 3, 16),
      outstanding: fc.integer({ min: 1, max: 6 }),
      queueDepth: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ bankLines, accLines, ...rest }) => {
      const up = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
      const line = up(Math.max(rest.rows, rest.cols), rest.busBytes);
      return {
        ...rest,
        scratchpadBytes: Math.max(1024, 6 * line * bankLines),
        accumulatorBytes: Math.max(256, up(rest.cols, rest.busBytes / 4) * 4 * accLines),
      };
    });
}

function scales(columns: number): fc.Arbitrary<ScaleCase> {
  const channels = fc.constantFrom(1, columns);
  return fc
    .record({
      rounding: fc.constantFrom(...roundingNames),
      multiplier: channels.chain((count) => fc.array(fc.integer(INT32), { minLength: count, maxLength: count })),
      zero: fc.integer({ min: -128, max: 127 }),
      clamp: fc.tuple(fc.integer({ min: -128, max: 255 }), fc.integer({ min: -128, max: 255 })),
      seed: fc.integer({ min: -31, max: 31 }),
      shifts: channels,
    })
    .map(({ rounding, multiplier, zero, clamp, seed, shifts }) => ({
      rounding,
      // Significands of single precision.
      multiplier: rounding === 'float' ? multiplier.map((one) => one >> 7) : multiplier,
      zero,
      low: Math.min(...clamp),
      high: Math.max(...clamp),
      shift: Array.from({ length: shifts }, (_, i) => Math.max(-31, Math.min(31, seed + (i % 3)))),
    }));
}

/** Every m, k and n from 1 up, with data that includes −128 · −128 and sums that wrap. */
export function matmulCases({ dimension = 24, array = 9 }: CaseLimits = {}): fc.Arbitrary<MatmulCase> {
  const size = fc.integer({ min: 1, max: dimension });
  const most = dimension * dimension;
  // Of the largest size whatever the shape is, so that shapes and data shrink apart from each other.
  const bytes = fc.oneof(
    { weight: 4, arbitrary: fc.int8Array({ minLength: most, maxLength: most }) },
    { weight: 1, arbitrary: fc.constantFrom(-128, 127).map((value) => new Int8Array(most).fill(value)) },
  );
  return fc
    .record({
      parameters: machines(array),
      dataflow: fc.constantFrom(...dataflowNames),
      m: size,
      k: size,
      n: size,
      a: bytes,
      b: bytes,
      aUnsigned: fc.boolean(),
      bUnsigned: fc.boolean(),
      zeros: fc.boolean(),
      aZero: fc.integer({ min: -128, max: 127 }),
      bZero: fc.integer({ min: -128, max: 127 }),
      bias: fc.option(fc.int32Array({ minLength: most, maxLength: most }), { nil: null }),
      memory: fc.record({
        latency: fc.integer({ min: 2, max: 24 }),
        stall: fc.constantFrom(0, 0, 40, 128, 200),
        seed: fc.integer({ min: 1, max: 1000 }),
      }),
    })
    .chain((drawn) =>
      fc.option(scales(drawn.n), { nil: null, freq: 3 }).map((requantise): MatmulCase => {
        const { m, k, n } = drawn;
        const take = (data: Int8Array, count: number, unsigned: boolean): number[] =>
          Array.from(unsigned ? new Uint8Array(data.buffer, 0, count) : data.subarray(0, count));
        // A zero point of the kind of its operand.
        const zero = (value: number, unsigned: boolean): number => (drawn.zeros ? value + (unsigned ? 128 : 0) : 0);
        return {
          parameters: drawn.parameters,
          dataflow: drawn.dataflow,
          m,
          k,
          n,
          memory: drawn.memory,
          requantise,
          a: take(drawn.a, m * k, drawn.aUnsigned),
          b: take(drawn.b, k * n, drawn.bUnsigned),
          aUnsigned: drawn.aUnsigned,
          bUnsigned: drawn.bUnsigned,
          aZero: zero(drawn.aZero, drawn.aUnsigned),
          bZero: zero(drawn.bZero, drawn.bUnsigned),
          bias: drawn.bias === null ? null : Array.from(drawn.bias.subarray(0, m * n)),
        };
      }),
    );
}
