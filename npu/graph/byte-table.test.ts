/** What the compiler works out for itself is what the reference kernels work out for themselves. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { runGraph } from '../../testbench/reference-network/run-graph.ts';
import { byteKinds, byteTable, concatTable, isByteOperator, type ByteKind, type ByteScale } from './byte-table.ts';
import type { Graph, GraphTensor, Operator } from './graph.ts';

const real = fc
  .tuple(fc.integer({ min: 2 ** 10, max: 2 ** 11 - 1 }), fc.integer({ min: -12, max: 2 }))
  .map(([mantissa, exponent]) => Math.fround((mantissa / 1024) * 2 ** exponent));
const zeros = fc.oneof(fc.constantFrom(-128, 0, 127), fc.integer({ min: -128, max: 127 }));

const fixed: Partial<Record<ByteKind, { readonly scale: number; readonly zero: number }>> = {
  logistic: { scale: 1 / 256, zero: -128 },
  tanh: { scale: 1 / 128, zero: 0 },
};

function operatorOf(kind: ByteKind, alpha: number): Operator<ByteKind> {
  const ends = { title: kind, inputs: [0], outputs: [1] };
  return kind === 'leakyRelu' ? { kind, ...ends, attributes: { alpha } } : { kind, ...ends, attributes: {} };
}

function tensor(name: string, { scale, zero, type }: ByteScale): GraphTensor {
  return { name, shape: [256], type, quantisation: { scales: [scale], zeros: [zero], axis: 0 }, data: null };
}

/** By the reference kernels, for all bytes. */
function reference(operator: Operator, from: ByteScale, to: ByteScale, rounding: 'double' | 'single') {
  const graph: Graph = {
    tensors: [tensor('from', from), tensor('to', to)],
    operators: [operator],
    inputs: [0],
    outputs: [1],
  };
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const input = from.type === 'int8' ? new Int8Array(bytes.buffer) : bytes;
  const [, result] = runGraph(graph, [input], { rounding });
  return Uint8Array.from(Array.from<number | bigint, number>(result ?? [], Number));
}

describe('tables of all bytes are what the reference kernels make of them', () => {
  test.each(byteKinds.flatMap((kind) => (['double', 'single'] as const).map((rounding) => [kind, rounding] as const)))(
    '%s, %s rounding',
    (kind, rounding) => {
      fc.assert(
        fc.property(
          fc.record({ scale: real, ratio: real, zeros: fc.tuple(zeros, zeros), alpha: real, negative: fc.boolean() }),
          ({ scale, ratio, zeros: [zero, other], alpha, negative }) => {
            // A hard swish makes nothing finer than 1/128 of what it takes.
            const step = Math.fround(scale * (kind === 'hardSwish' ? Math.max(ratio, 1 / 64) : ratio));
            const from = { scale, zero, type: 'int8' as const };
            const to = { ...(fixed[kind] ?? { scale: step, zero: other }), type: 'int8' as const };
            const slope = negative && rounding === 'double' ? -alpha : alpha;
            const operator = operatorOf(kind, slope);
            expect(byteTable(operator, from, to, rounding)).toEqual(reference(operator, from, to, rounding));
          },
        ),
        { numRuns: runsOf({ few: 60, all: 250 }) },
      );
    },
  );

  test('bytes without a sign, on either side', () => {
    const operator = operatorOf('quantise', 0);
    const [signed, unsigned] = [
      { scale: 0.5, zero: -3, type: 'int8' as const },
      { scale: 0.25, zero: 130, type: 'uint8' as const },
    ];
    expect(byteTable(operator, signed, unsigned)).toEqual(reference(operator, signed, unsigned, 'double'));
    expect(byteTable(operator, unsigned, signed)).toEqual(reference(operator, unsigned, signed, 'double'));
    expect(byteTable(operator, unsigned, signed)[130]).toBe(253);
  });
});

test('an input of a concatenation of bytes without a sign becomes what the reference kernel makes of it', () => {
  const operator: Operator = {
    kind: 'concat',
    title: 'CONCATENATION',
    inputs: [0],
    outputs: [1],
    attributes: { axis: 0, activation: 'none' },
  };
  const unsigned = fc.record({
    scale: real,
    zero: fc.integer({ min: 0, max: 255 }),
    type: fc.constant('uint8' as const),
  });
  fc.assert(
    fc.property(unsigned, unsigned, (from, to) => {
      fc.pre(from.scale !== to.scale || from.zero !== to.zero);
      expect(concatTable(from, to)).toEqual(reference(operator, from, to, 'double'));
    }),
    { numRuns: runsOf({ few: 60, all: 250 }) },
  );
  // Half a step is 2 of a quarter; what is less than 0 and more than 255 is neither.
  const table = concatTable({ scale: 0.5, zero: 10 }, { scale: 0.25, zero: 15 });
  expect([0, 3, 10, 11, 200].map((byte) => table[byte])).toEqual([0, 1, 15, 17, 255]);
});

test('which operators are functions of a byte', () => {
  expect(isByteOperator(operatorOf('tanh', 0))).toBe(true);
  expect(isByteOperator({ ...operatorOf('tanh', 0), kind: 'dequantise', attributes: {} })).toBe(false);
});
