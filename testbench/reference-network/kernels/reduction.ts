/** Pools, means, and SVDF. */
import type { GraphData, GraphTensor, OperatorKinds, Reduction } from '../../../npu/graph/graph.ts';
import { activationRange } from '../activation-range.ts';
import { multiplierOf, scaled } from '../fixed-point.ts';
import { clamp, limits, made, numbersOf, scaleOf, type KernelOptions, type Value } from '../values.ts';

/** What stands in each window that lies in the picture, taken together by `reduce`. */
export function pool(
  picture: Value,
  result: GraphTensor,
  { stride, padding, window, activation }: OperatorKinds['maxPool'],
  reduce: (elements: readonly number[]) => number,
): GraphData {
  const x = numbersOf(picture);
  const [, height = 1, width = 1, depth = 1] = picture.tensor.shape;
  const [, rows = 1, columns = 1] = result.shape;
  const range = activationRange(result, activation);
  return made(result, (index) => {
    const channel = index % depth;
    const place = Math.floor(index / depth);
    const [column, row, batch] = [
      place % columns,
      Math.floor(place / columns) % rows,
      Math.floor(place / columns / rows),
    ];
    const elements: number[] = [];
    for (let dy = 0; dy < window[0]; dy += 1) {
      for (let dx = 0; dx < window[1]; dx += 1) {
        const [y, xx] = [row * stride[0] - padding.top + dy, column * stride[1] - padding.left + dx];
        if (y < 0 || y >= height || xx < 0 || xx >= width) continue;
        elements.push(x[((batch * height + y) * width + xx) * depth + channel] ?? 0);
      }
    }
    return clamp(reduce(elements), range);
  });
}

/** To the nearest whole number; halves away from zero. */
export function average(elements: readonly number[]): number {
  const sum = elements.reduce((total, element) => total + element, 0);
  const half = Math.trunc(elements.length / 2);
  return Math.trunc((sum > 0 ? sum + half : sum - half) / elements.length);
}

/** What the elements along some dimensions become, one after another from `begin` on. */
function reduced(
  input: Value,
  { axes }: Reduction,
  begin: number,
  next: (before: number, element: number) => number,
): readonly number[] {
  const { shape } = input.tensor;
  const x = numbersOf(input);
  const left = shape.reduce((product, size, axis) => (axes.includes(axis) ? product : product * size), 1);
  const results = Array.from({ length: left }, () => begin);
  for (let index = 0; index < x.length; index += 1) {
    let [rest, to, step] = [index, 0, 1];
    for (let i = shape.length - 1; i >= 0; i -= 1) {
      const size = shape[i] ?? 1;
      if (!axes.includes(i)) {
        to += (rest % size) * step;
        step *= size;
      }
      rest = Math.floor(rest / size);
    }
    results[to] = next(results[to] ?? begin, x[index] ?? 0);
  }
  return results;
}

/** Sums of elements less their zero point. */
const sums = (input: Value, reduction: Reduction): readonly number[] => {
  const { zero } = scaleOf(input.tensor);
  return reduced(input, reduction, 0, (sum, element) => sum + element - zero);
};

/** Sums of elements; their count is part of the multiplier. */
export function mean(input: Value, result: GraphTensor, reduction: Reduction, { rounding }: KernelOptions): GraphData {
  const count = reduction.axes.reduce((product, axis) => product * (input.tensor.shape[axis] ?? 1), 1);
  const output = scaleOf(result);
  const whole = multiplierOf(scaleOf(input.tensor).scale / output.scale, rounding);
  const shift = Math.min(Math.floor(Math.log2(count)), 32, 31 + whole.shift);
  const multiplier = Number((BigInt(whole.multiplier) << BigInt(shift)) / BigInt(count));
  const of = sums(input, reduction);
  return made(result, (index) => {
    const value = scaled((of[index] ?? 0) | 0, { multiplier, shift: whole.shift - shift }, rounding);
    return clamp(value + output.zero, limits[result.type]);
  });
}

export function total(input: Value, result: GraphTensor, reduction: Reduction, { rounding }: KernelOptions): GraphData {
  const output = scaleOf(result);
  const multiplier = multiplierOf(scaleOf(input.tensor).scale / output.scale, rounding);
  const of = sums(input, reduction);
  return made(result, (index) =>
    clamp(scaled((of[index] ?? 0) | 0, multiplier, rounding) + output.zero, limits[result.type]),
  );
}

/** The largest of elements, or the least. */
export function extreme(input: Value, result: GraphTensor, reduction: Reduction, of: 'max' | 'min'): GraphData {
  const most =
    of === 'max' ? reduced(input, reduction, -Infinity, Math.max) : reduced(input, reduction, Infinity, Math.min);
  return made(result, (index) => most[index] ?? 0);
}

/**
 * A layer whose filters look at features now, and at their own last results: `state` has `memory` of them for each
 * filter, the newest last, and is changed.
 */
export function svdf(
  {
    picture,
    features,
    time,
    bias,
    state,
  }: Readonly<Record<'picture' | 'features' | 'time' | 'state', Value>> & {
    readonly bias: Value | null;
  },
  result: GraphTensor,
  { rank }: OperatorKinds['svdf'],
  { rounding }: KernelOptions,
): GraphData {
  const [x, wf, wt] = [numbersOf(picture), numbersOf(features), numbersOf(time)];
  const [batches = 1, depth = 1] = picture.tensor.shape;
  const [filters = 1] = features.tensor.shape;
  const [, memory = 1] = time.tensor.shape;
  const units = filters / rank;
  const scales = [picture, features, time, state].map(({ tensor }) => scaleOf(tensor).scale);
  const [pictureScale = 1, featureScale = 1, timeScale = 1, stateScale = 1] = scales;
  const toState = multiplierOf(Math.fround(Math.fround(pictureScale * featureScale) / stateScale), rounding);
  const output = scaleOf(result);
  const toResult = multiplierOf(Math.fround(Math.fround(stateScale * timeScale) / output.scale), rounding);
  const stateZero = scaleOf(state.tensor).zero;
  const kept = state.data;
  if (kept instanceof BigInt64Array) throw new RangeError('a state of int64');

  for (let cell = 0; cell < batches * filters; cell += 1) {
    const [batch, filter] = [Math.floor(cell / filters), cell % filters];
    let sum = 0;
    for (let k = 0; k < depth; k += 1) {
      sum += ((x[batch * depth + k] ?? 0) - scaleOf(picture.tensor).zero) * (wf[filter * depth + k] ?? 0);
    }
    kept.copyWithin(cell * memory, cell * memory + 1, (cell + 1) * memory);
    const newest = scaled(sum | 0, toState, rounding) + stateZero;
    kept[cell * memory + memory - 1] = clamp(newest, limits[state.tensor.type]);
  }
  return made(result, (index) => {
    const [batch, unit] = [Math.floor(index / units), index % units];
    let sum = bias === null ? 0 : (numbersOf(bias)[unit] ?? 0);
    for (let i = 0; i < rank * memory; i += 1) {
      const filter = unit * rank + Math.floor(i / memory);
      const old = kept[(batch * filters + filter) * memory + (i % memory)] ?? 0;
      sum += (wt[filter * memory + (i % memory)] ?? 0) * (old - stateZero);
    }
    return clamp(scaled(sum | 0, toResult, rounding) + output.zero, limits[result.type]);
  });
}
