import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../../hdl/testing-runs.ts';
import { layerOrder } from './layer-order.ts';
import type { Layer } from './layer.ts';
import { noSides, type View } from './picture.ts';
import { inputsOf } from './uses.ts';

const view = (tensor: number): View => ({ tensor, picture: { height: 4, width: 4, channels: 8 } });
const result = { zero: 0, low: -128, high: 127 };
const factor = { multiplier: 2 ** 30, shift: 1 };

/** A layer of tensor `output`, of one tensor with so many weights, or of two. */
function layer(output: number, [one = 0, other]: readonly number[], weights: number): Layer {
  if (other !== undefined)
    return {
      kind: 'elementwise',
      operators: [output],
      inputs: [view(one), view(other)],
      output: view(output),
      operator: 'add',
      zeros: [0, 0],
      leftShift: 20,
      inScales: [factor, factor],
      scale: factor,
      result,
    };
  return {
    kind: 'convolution',
    operators: [output],
    input: view(one),
    output: view(output),
    kernel: [1, 1],
    stride: [1, 1],
    dilation: [1, 1],
    padding: noSides,
    pictures: 1,
    inZero: 0,
    filter: new Int8Array(weights),
    scales: { bias: new Int32Array(8), multiplier: new Int32Array(8), shift: new Int8Array(8) },
    rounding: 'double',
    result,
  };
}

/** Of layers that make tensors 1, 2, 3, …, each of those it names; tensor 0 is given. */
const orderOf = (...given: readonly (readonly [inputs: readonly number[], weights: number])[]): number[] => {
  const layers = given.map(([inputs, weights], index) => layer(index + 1, inputs, weights));
  return layerOrder(
    layers,
    layers.map((_, index) => index),
  );
};

test('of two convolutions that are added the longer one is last', () => {
  // A block of a residual network: 1 and 2 after each other, and 3 beside them.
  expect(orderOf([[0], 90], [[1], 90], [[0], 10], [[2, 3], 0])).toEqual([0, 2, 1, 3]);
  expect(orderOf([[0], 10], [[0], 90], [[1, 2], 0])).toEqual([0, 1, 2]);
  // Of as many multiplications, as the graph has them.
  expect(orderOf([[0], 50], [[0], 50], [[1, 2], 0])).toEqual([0, 1, 2]);
  // The longer one behind all of the shorter one's way.
  expect(orderOf([[0], 90], [[0], 10], [[2], 10], [[1, 3], 0])).toEqual([1, 2, 0, 3]);
});

test('what somebody between takes stays where it is, and so do operands that are no convolutions', () => {
  expect(orderOf([[0], 90], [[1], 10], [[1, 2], 0])).toEqual([0, 1, 2]);
  expect(orderOf([[0], 90], [[0, 1], 0], [[0], 10], [[2, 3], 0])).toEqual([0, 1, 2, 3]);
  expect(orderOf([[0], 90], [[1, 1], 0])).toEqual([0, 1]);
});

test('each layer comes once, after those whose results it takes', () => {
  const anyLayers = fc.array(fc.record({ one: fc.nat(), other: fc.option(fc.nat()), weights: fc.nat(4) }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(anyLayers, (drawn) => {
      const layers = drawn.map(({ one, other, weights }, index) =>
        layer(index + 1, other === null ? [one % (index + 1)] : [one % (index + 1), other % (index + 1)], weights),
      );
      const order = layerOrder(
        layers,
        layers.map((_, index) => index),
      );
      expect([...order].sort((one, other) => one - other)).toEqual(layers.map((_, index) => index));
      order.forEach((index, place) => {
        const made = new Set(order.slice(0, place).map((other) => other + 1));
        for (const { tensor } of inputsOf(layers[index])) expect(tensor === 0 || made.has(tensor)).toBe(true);
      });
    }),
    { numRuns: runsOf({ few: 300, all: 5000 }) },
  );
});
