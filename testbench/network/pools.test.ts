import { expect, test } from 'vitest';
import type { Graph, GraphTensor, Operator } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

// More rows or columns than the vector unit's windows have: 263 has no divisor.
test.each([
  ['averagePool', [1, 1, 300, 3]],
  ['averagePool', [2, 263, 1, 2]],
  ['maxPool', [1, 600, 1, 3]],
] as const)('%s of all of %j', (kind, shape) => {
  const [pictures, height, width, channels] = shape;
  const tensor = (name: string, size: readonly number[]): GraphTensor => ({
    name,
    shape: size,
    type: 'int8',
    quantisation: { scales: [0.1], zeros: [-20], axis: 0 },
    data: null,
  });
  const padding = { top: 0, left: 0, bottom: 0, right: 0 };
  const operator: Operator = {
    kind,
    title: kind,
    inputs: [0],
    outputs: [1],
    attributes: { window: [height, width], stride: [height, width], padding, activation: 'relu' },
  };
  const graph: Graph = {
    tensors: [tensor('x', shape), tensor('y', [pictures, 1, 1, channels])],
    operators: [operator],
    inputs: [0],
    outputs: [1],
  };
  const input = Int8Array.from({ length: elementsIn(shape) }, (_, i) => (Math.imul(i + 1, 977) >> 6) & 0xff);
  expect(differences({ rows: 4, cols: 4, busBytes: 8 }, graph, runGraph(graph, [input]))).toEqual([]);
});
