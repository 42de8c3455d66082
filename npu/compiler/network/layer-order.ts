/**
 * The order in which layers are done. It is the graph's, but for this: where a layer takes the results of two
 * convolutions, the longer of these is done last. The layer's first part can then be made while the rest of that
 * convolution is, and little is left to do once the matrix engine has ended; with the shorter one last, nearly all.
 */
import { planesOf, type ConvolutionLayer, type Layer } from './layer.ts';
import { placesOf } from './picture.ts';
import { inputsOf } from './uses.ts';

const multiplications = (layer: ConvolutionLayer): number =>
  layer.filter.length * placesOf(layer.output.picture) * planesOf(layer).length;

/** @param own layers of the NPU, by their indices, each after those whose results it takes */
export function layerOrder(layers: readonly Layer[], own: readonly number[]): number[] {
  const order = [...own];
  for (const joined of own) {
    const operands = inputsOf(layers[joined])
      .map(({ tensor }) => order.findIndex((index) => layers[index]?.output.tensor === tensor))
      .sort((one, other) => one - other);
    const [first = -1, last = -1] = operands;
    const [early, late] = [layers[order[first] ?? -1], layers[order[last] ?? -1]];
    if (operands.length !== 2 || early?.kind !== 'convolution' || late?.kind !== 'convolution') continue;
    const between = order.slice(first + 1, last + 1).flatMap((index) => inputsOf(layers[index]));
    const isTaken = between.some(({ tensor }) => tensor === early.output.tensor);
    if (isTaken || multiplications(early) <= multiplications(late)) continue;
    order.splice(last + 1, 0, ...order.slice(first, first + 1));
    order.splice(first, 1);
  }
  return order;
}
