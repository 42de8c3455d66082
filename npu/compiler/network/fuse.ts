/**
 * Layers that one job of the vector unit does together. A maximum over windows of a convolution's results, which do not
 * meet, is taken of the sums when they are requantised: the places of a window are worked out in a plane each, so that
 * only the largest results are ever written, and places that no window reaches are not worked out at all. A mean has a
 * rounding of its own after that of the results, and stays one.
 */
import type { NpuConfig } from '../../config.ts';
import type { Graph, Pair } from '../../graph/graph.ts';
import type { ConvolutionLayer, Layer, PoolLayer } from './layer.ts';
import { placesOf } from './picture.ts';
import { isSparse } from './sparse.ts';
import { inputsOf } from './uses.ts';

/** Places of a window, at the most: of each there are sums at once. */
const MOST_PLANES = 16;

/** The layers with those that are done together as one, in the place of the last of them. */
export function fused(config: NpuConfig, graph: Graph, layers: readonly Layer[]): Layer[] {
  const readers = (tensor: number): number =>
    layers.flatMap(inputsOf).filter((view) => view.tensor === tensor).length +
    graph.outputs.filter((output) => output === tensor).length;
  const gone = new Set<Layer>();
  const found = layers.map((pool): Layer => {
    if (pool.kind !== 'pool' || !isApart(pool)) return pool;
    const before = layers.find(({ output }) => output.tensor === pool.input.tensor);
    if (before?.kind !== 'convolution' || readers(pool.input.tensor) !== 1) return pool;
    // Fewer places than the array has rows would take as long as so many.
    if (before.pictures > 1 || placesOf(pool.output.picture) < config.rows || isSparse(config, before)) return pool;
    const one = together(before, pool);
    if (one === null) return pool;
    gone.add(before);
    return { ...one, operators: [...before.operators, ...pool.operators] };
  });
  return found.filter((layer) => !gone.has(layer));
}

/** Whether a layer takes the largest of windows that neither meet nor reach over an edge. */
const isApart = ({ of, pictures, kernel, stride, padding }: PoolLayer): boolean =>
  of === 'max' &&
  pictures === 1 &&
  kernel[0] * kernel[1] <= MOST_PLANES &&
  kernel.every((size, axis) => size === stride[axis]) &&
  Object.values(padding).every((side) => side === 0);

function together(convolution: ConvolutionLayer, { kernel, output, result }: PoolLayer): ConvolutionLayer | null {
  const [down, across] = convolution.stride;
  const planes = Array.from({ length: kernel[0] * kernel[1] }, (_, place): Pair => {
    const row = Math.floor(place / kernel[1]);
    return [row * down, (place - row * kernel[1]) * across];
  });
  const low = Math.max(convolution.result.low, result.low);
  const high = Math.min(convolution.result.high, result.high);
  if (low > high) return null;
  return {
    ...convolution,
    output,
    stride: [down * kernel[0], across * kernel[1]],
    planes,
    result: { zero: convolution.result.zero, low, high },
  };
}
