/** Sums of products with a filter: convolutions and fully connected layers, int8, with scales by channel. */
import type { Activation, GraphData, GraphTensor, OperatorKinds } from '../../../npu/graph/graph.ts';
import { activationRange } from '../activation-range.ts';
import { multiplierOf, scaled, type Multiplier } from '../fixed-point.ts';
import { clamp, made, numbersOf, scaleOf, sizeOf, type KernelOptions, type Value } from '../values.ts';

const at = (shape: readonly number[], index: number): number => shape[index] ?? 1;

/** How a channel's sum becomes its result, by channel. */
function outputOf(
  picture: GraphTensor,
  filter: GraphTensor,
  bias: Value | null,
  result: GraphTensor,
  channels: number,
  activation: Activation,
  { rounding }: KernelOptions,
  realOf = (filterScale: number) => (scaleOf(picture).scale * filterScale) / scaleOf(result).scale,
): (sum: number, channel: number) => number {
  const { scales } = filter.quantisation ?? { scales: [1] };
  const multipliers: readonly Multiplier[] = Array.from({ length: channels }, (_, channel) =>
    multiplierOf(realOf(scales.length > 1 ? (scales[channel] ?? 1) : (scales[0] ?? 1)), rounding),
  );
  const biases = bias === null ? null : numbersOf(bias);
  const range = activationRange(result, activation);
  const { zero } = scaleOf(result);
  return (sum, channel) => {
    const multiplier = multipliers[channel] ?? { multiplier: 0, shift: 0 };
    return clamp(scaled((sum + (biases?.[channel] ?? 0)) | 0, multiplier, rounding) + zero, range);
  };
}

export function conv2d(
  picture: Value,
  filter: Value,
  bias: Value | null,
  result: GraphTensor,
  { stride, dilation, padding, activation }: OperatorKinds['conv2d'],
  options: KernelOptions,
): GraphData {
  const [x, w] = [numbersOf(picture), numbersOf(filter)];
  const [, height = 1, width = 1, depth = 1] = picture.tensor.shape;
  const [channels = 1, down = 1, across = 1] = filter.tensor.shape;
  const [, rows = 1, columns = 1] = result.shape;
  const { zero } = scaleOf(picture.tensor);
  const finish = outputOf(picture.tensor, filter.tensor, bias, result, channels, activation, options);
  return made(result, (index) => {
    const channel = index % channels;
    const place = Math.floor(index / channels);
    const [column, row, batch] = [
      place % columns,
      Math.floor(place / columns) % rows,
      Math.floor(place / columns / rows),
    ];
    let sum = 0;
    for (let dy = 0; dy < down; dy += 1) {
      const y = row * stride[0] - padding.top + dy * dilation[0];
      if (y < 0 || y >= height) continue;
      for (let dx = 0; dx < across; dx += 1) {
        const xx = column * stride[1] - padding.left + dx * dilation[1];
        if (xx < 0 || xx >= width) continue;
        const from = ((batch * height + y) * width + xx) * depth;
        const weight = ((channel * down + dy) * across + dx) * depth;
        for (let k = 0; k < depth; k += 1) sum += ((x[from + k] ?? 0) - zero) * (w[weight + k] ?? 0);
      }
    }
    return finish(sum, channel);
  });
}

export function depthwiseConv2d(
  picture: Value,
  filter: Value,
  bias: Value | null,
  result: GraphTensor,
  { stride, dilation, padding, activation, multiplier }: OperatorKinds['depthwiseConv2d'],
  options: KernelOptions,
): GraphData {
  const [x, w] = [numbersOf(picture), numbersOf(filter)];
  const [, height = 1, width = 1, depth = 1] = picture.tensor.shape;
  const [, down = 1, across = 1, channels = 1] = filter.tensor.shape;
  const [, rows = 1, columns = 1] = result.shape;
  const { zero } = scaleOf(picture.tensor);
  const finish = outputOf(picture.tensor, filter.tensor, bias, result, channels, activation, options);
  return made(result, (index) => {
    const channel = index % channels;
    const place = Math.floor(index / channels);
    const [column, row, batch] = [
      place % columns,
      Math.floor(place / columns) % rows,
      Math.floor(place / columns / rows),
    ];
    let sum = 0;
    for (let dy = 0; dy < down; dy += 1) {
      const y = row * stride[0] - padding.top + dy * dilation[0];
      for (let dx = 0; dx < across; dx += 1) {
        const xx = column * stride[1] - padding.left + dx * dilation[1];
        if (y < 0 || y >= height || xx < 0 || xx >= width) continue;
        const from = ((batch * height + y) * width + xx) * depth + Math.floor(channel / multiplier);
        sum += ((x[from] ?? 0) - zero) * (w[(dy * across + dx) * channels + channel] ?? 0);
      }
    }
    return finish(sum, channel);
  });
}

/** Each element of the picture is spread over the window that it would have been made of. */
export function transposeConv(
  filter: Value,
  picture: Value,
  bias: Value | null,
  result: GraphTensor,
  { stride, padding, activation }: OperatorKinds['transposeConv'],
  options: KernelOptions,
): GraphData {
  const [x, w] = [numbersOf(picture), numbersOf(filter)];
  const [batches = 1, height = 1, width = 1, depth = 1] = picture.tensor.shape;
  const [channels = 1, down = 1, across = 1] = filter.tensor.shape;
  const [, rows = 1, columns = 1] = result.shape;
  const { zero } = scaleOf(picture.tensor);
  const sums = new Float64Array(sizeOf(result));
  for (let place = 0; place < batches * height * width; place += 1) {
    const [column, row, batch] = [
      place % width,
      Math.floor(place / width) % height,
      Math.floor(place / width / height),
    ];
    for (let channel = 0; channel < channels; channel += 1) {
      for (let dy = 0; dy < down; dy += 1) {
        for (let dx = 0; dx < across; dx += 1) {
          const [y, xx] = [row * stride[0] - padding.top + dy, column * stride[1] - padding.left + dx];
          if (y < 0 || y >= rows || xx < 0 || xx >= columns) continue;
          let sum = 0;
          for (let k = 0; k < depth; k += 1) {
            const weight = w[((channel * down + dy) * across + dx) * depth + k] ?? 0;
            sum += ((x[place * depth + k] ?? 0) - zero) * weight;
          }
          const to = ((batch * rows + y) * columns + xx) * channels + channel;
          sums[to] = (sums[to] ?? 0) + sum;
        }
      }
    }
  }
  const finish = outputOf(picture.tensor, filter.tensor, bias, result, channels, activation, options);
  return made(result, (index) => finish(sums[index] ?? 0, index % channels));
}

export function fullyConnected(
  picture: Value,
  filter: Value,
  bias: Value | null,
  result: GraphTensor,
  { activation }: OperatorKinds['fullyConnected'],
  options: KernelOptions,
): GraphData {
  const [x, w] = [numbersOf(picture), numbersOf(filter)];
  const [channels, depth] = [at(filter.tensor.shape, 0), at(filter.tensor.shape, 1)];
  const { zero, scale } = scaleOf(picture.tensor);
  // With one scale for all channels, both scales are multiplied in single precision.
  const isPerChannel = (filter.tensor.quantisation?.scales.length ?? 0) > 1;
  const product = (filterScale: number): number =>
    isPerChannel ? scale * filterScale : Math.fround(scale * filterScale);
  const realOf = (filterScale: number): number => product(filterScale) / scaleOf(result).scale;
  const finish = outputOf(picture.tensor, filter.tensor, bias, result, channels, activation, options, realOf);
  return made(result, (index) => {
    const [channel, row] = [index % channels, Math.floor(index / channels)];
    let sum = 0;
    for (let k = 0; k < depth; k += 1) sum += ((x[row * depth + k] ?? 0) - zero) * (w[channel * depth + k] ?? 0);
    return finish(sum, channel);
  });
}
