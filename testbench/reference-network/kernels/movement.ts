/** Operators that only say where elements go. */
import type { GraphData, GraphTensor, OperatorKinds } from '../../../npu/graph/graph.ts';
import { roundAway } from '../fixed-point.ts';
import { clamp, emptyOf, limits, made, numbersOf, scaleOf, type Value } from '../values.ts';

type Shape = readonly number[];

/** The place of each element of a shape, first to last. */
function* places(shape: Shape): Generator<Shape> {
  const place = shape.map(() => 0);
  const size = shape.reduce((product, length) => product * length, 1);
  for (let i = 0; i < size; i += 1) {
    yield place;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place[axis] = (place[axis] ?? 0) + 1;
      if ((place[axis] ?? 0) < (shape[axis] ?? 1)) break;
      place[axis] = 0;
    }
  }
}

/** Which element of a shape stands at a place; null outside. */
function indexAt(shape: Shape, place: Shape): number | null {
  let index = 0;
  for (const [axis, size] of shape.entries()) {
    const at = place[axis] ?? 0;
    if (at < 0 || at >= size) return null;
    index = index * size + at;
  }
  return index;
}

/** A tensor whose element at each place of `shape` is the input's at another, or `fill` outside of it. */
function moved(input: Value, result: GraphTensor, shape: Shape, from: (place: Shape) => Shape, fill = 0): GraphData {
  const indices = Array.from(places(shape), (place) => indexAt(input.tensor.shape, from(place)));
  const { data } = input;
  if (data instanceof BigInt64Array) {
    return BigInt64Array.from(indices, (at) => (at === null ? BigInt(fill) : (data[at] ?? 0n)));
  }
  return made(result, (index) => {
    const at = indices[index] ?? null;
    return at === null ? fill : (data[at] ?? 0);
  });
}

export function pad(input: Value, result: GraphTensor, { before, value }: OperatorKinds['pad']): GraphData {
  const fill = value ?? (input.tensor.quantisation === null ? 0 : scaleOf(result).zero);
  return moved(input, result, result.shape, (place) => place.map((at, axis) => at - (before[axis] ?? 0)), fill);
}

export const slice = (input: Value, result: GraphTensor, { begin, step, size }: OperatorKinds['slice']): GraphData =>
  moved(input, result, size, (place) => place.map((at, axis) => (begin[axis] ?? 0) + at * (step[axis] ?? 1)));

export const transpose = (input: Value, result: GraphTensor, { order }: OperatorKinds['transpose']): GraphData =>
  moved(input, result, result.shape, (place) => input.tensor.shape.map((_, axis) => place[order.indexOf(axis)] ?? 0));

export const reshape = (input: Value, result: GraphTensor): GraphData =>
  moved(input, result, input.tensor.shape, (place) => place);

/** The parts of a tensor, one after another along an axis. */
export function split(input: Value, results: readonly GraphTensor[], { axis }: OperatorKinds['split']): GraphData[] {
  let done = 0;
  return results.map((result) => {
    const from = done;
    done += result.shape[axis] ?? 0;
    return moved(input, result, result.shape, (place) => place.map((at, i) => (i === axis ? at + from : at)));
  });
}

/**
 * Of uint8, inputs with another quantisation than the result's are brought to it in single precision, as
 * ConcatenationWithScaling of TensorFlow Lite's reference kernels does it.
 */
function joined(input: Value, result: GraphTensor): ArrayLike<number> {
  const [from, to] = [scaleOf(input.tensor), scaleOf(result)];
  const x = numbersOf(input);
  if (result.type !== 'uint8' || (from.scale === to.scale && from.zero === to.zero)) return x;
  const single = Math.fround;
  const factor = single(single(from.scale) * single(1 / single(to.scale)));
  const offset = single(-from.zero * factor);
  return Array.from(x, (value) => clamp(roundAway(single(single(value * factor) + offset)) + to.zero, limits.uint8));
}

export function concat(inputs: readonly Value[], result: GraphTensor, { axis }: OperatorKinds['concat']): GraphData {
  const data = emptyOf(result);
  let done = 0;
  for (const input of inputs) {
    const from = done;
    const x = joined(input, result);
    let index = 0;
    for (const place of places(input.tensor.shape)) {
      const to =
        indexAt(
          result.shape,
          place.map((at, i) => (i === axis ? at + from : at)),
        ) ?? 0;
      if (data instanceof BigInt64Array) data[to] = BigInt(x[index] ?? 0);
      else data[to] = x[index] ?? 0;
      index += 1;
    }
    done += input.tensor.shape[axis] ?? 0;
  }
  return data;
}
