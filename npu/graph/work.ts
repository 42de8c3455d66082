/** How much an operator has to do. */
import type { Ends } from './ends.ts';
import type { Operator } from './graph.ts';
import { elementsIn } from './shape.ts';

/**
 * Elements that are looked at to make an operator's results: products of convolutions and layers, cells of windows,
 * elements of what is only looked at once.
 */
export function workOf(operator: Operator, { inputs, outputs }: Ends): number {
  const [taken = [], second = []] = inputs.map((tensor) => tensor?.shape ?? []);
  const made = outputs.reduce((sum, { shape }) => sum + elementsIn(shape), 0);
  switch (operator.kind) {
    case 'conv2d':
    case 'fullyConnected':
      return made * elementsIn(second.slice(1));
    case 'depthwiseConv2d':
      return made * elementsIn(second.slice(1, 3));
    case 'transposeConv':
      return elementsIn(second) * elementsIn(taken.slice(0, 3));
    case 'maxPool':
    case 'averagePool':
      return made * elementsIn(operator.attributes.window);
    case 'svdf':
      return (taken[0] ?? 1) * elementsIn(second) + elementsIn(inputs[4]?.shape ?? []);
    default:
      return Math.max(made, elementsIn(taken));
  }
}
