import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import type { Graph, GraphTensor, Pair } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

const bytes = (length: number, seed: number): Int8Array =>
  Int8Array.from({ length }, (_, i) => (Math.imul(i + 1, seed | 1) >> 11) & 0xff);

const upTo = (max: number) => fc.integer({ min: 1, max });
const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8 },
  { rows: 3, cols: 5, busBytes: 4 },
  { rows: 1, cols: 1, busBytes: 4 },
);

test('strides beside windows of any size, cropped on either side, give every byte of the reference', () => {
  const cases = fc.record({
    picture: fc.tuple(upTo(2), upTo(5), upTo(5), upTo(9)),
    out: upTo(9),
    window: fc.tuple(upTo(5), upTo(5)),
    stride: fc.tuple(upTo(3), upTo(3)),
    /** How much is cropped of what there can be, above and below, left and right. */
    cropped: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
    parameters: machines,
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(cases, ({ picture, out, window, stride, cropped, parameters, seed }) => {
      const [batches, height, width, depth] = picture;
      const along = (size: number, at: 0 | 1): number => (size - 1) * stride[at] + window[at];
      const [top, bottom, left, right] = cropped;
      const [rows, columns] = [along(height, 0) - top - bottom, along(width, 1) - left - right];
      // The file's padding is such that the result, as a picture, gives the one that is taken.
      const fits = (size: number, results: number, at: 0 | 1, before: number, after: number): boolean =>
        results >= 1 && Math.floor((results + before + after - window[at]) / stride[at]) + 1 === size;
      fc.pre(fits(height, rows, 0, top, bottom) && fits(width, columns, 1, left, right));
      const scaled = (name: string, shape: readonly number[], scale: number, zero: number): GraphTensor => ({
        name,
        shape,
        type: 'int8',
        quantisation: { scales: [scale], zeros: [zero], axis: 0 },
        data: null,
      });
      const filterShape = [out, ...window, depth];
      const steps: Pair = stride;
      const graph: Graph = {
        tensors: [
          { ...scaled('filter', filterShape, 0.01, 0), data: bytes(elementsIn(filterShape), seed + 1) },
          scaled('x', picture, 0.1, -9),
          scaled('y', [batches, rows, columns, out], 0.2, 4),
        ],
        operators: [
          {
            kind: 'transposeConv',
            title: 'TRANSPOSE_CONV',
            inputs: [0, 1],
            outputs: [2],
            attributes: { stride: steps, padding: { top, left, bottom, right }, activation: 'none' },
          },
        ],
        inputs: [1],
        outputs: [2],
      };
      const values = runGraph(graph, [bytes(elementsIn(picture), seed)]);
      expect(differences(parameters, graph, values)).toEqual([]);
    }),
    { numRuns: runsOf({ few: 8, all: 100 }) },
  );
});
