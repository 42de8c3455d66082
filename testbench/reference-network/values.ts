/** Values of tensors while a network runs. */
import type { ElementArrays, GraphData, GraphTensor, GraphType } from '../../npu/graph/graph.ts';
import type { Rounding } from './fixed-point.ts';

/** A tensor and its elements. */
export interface Value {
  readonly tensor: GraphTensor;
  readonly data: GraphData;
}

export interface KernelOptions {
  readonly rounding: Rounding;
}

const makers: { readonly [T in GraphType]: (length: number) => ElementArrays[T] } = {
  int8: (length) => new Int8Array(length),
  uint8: (length) => new Uint8Array(length),
  int16: (length) => new Int16Array(length),
  int32: (length) => new Int32Array(length),
  int64: (length) => new BigInt64Array(length),
  float32: (length) => new Float32Array(length),
};

export const sizeOf = ({ shape }: { readonly shape: readonly number[] }): number =>
  shape.reduce((product, size) => product * size, 1);

/** A tensor's elements, all 0. */
export const emptyOf = (tensor: { readonly type: GraphType; readonly shape: readonly number[] }): GraphData =>
  makers[tensor.type](sizeOf(tensor));

/** Elements as numbers. */
export const numbersOf = ({ data }: Value): ArrayLike<number> =>
  data instanceof BigInt64Array ? Array.from(data, Number) : data;

/** A tensor's elements, each as `element` says by its index. */
export function made(tensor: GraphTensor, element: (index: number) => number): GraphData {
  const data = emptyOf(tensor);
  if (data instanceof BigInt64Array) for (let i = 0; i < data.length; i += 1) data[i] = BigInt(element(i));
  else for (let i = 0; i < data.length; i += 1) data[i] = element(i);
  return data;
}

/** The one scale and zero point of a tensor; 1 and 0 of one that has none. */
export function scaleOf({ quantisation }: GraphTensor): { readonly scale: number; readonly zero: number } {
  const { scales, zeros } = quantisation ?? { scales: [1], zeros: [0] };
  return { scale: scales[0] ?? 1, zero: zeros[0] ?? 0 };
}

/** Least and most of a type of integers. */
export const limits = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
  float32: [-Infinity, Infinity],
} as const satisfies Record<GraphType, readonly [number, number]>;

export const clamp = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(Math.max(value, low), high);

/** Index of each element of the result among the elements of a tensor that is stretched to the result's shape. */
export function stretched(shape: readonly number[], result: readonly number[]): readonly number[] {
  const lacking = result.length - shape.length;
  const size = result.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, index) => {
    let [rest, at, step] = [index, 0, 1];
    for (let i = result.length - 1; i >= 0; i -= 1) {
      const place = rest % (result[i] ?? 1);
      rest = (rest - place) / (result[i] ?? 1);
      const length = i < lacking ? 1 : (shape[i - lacking] ?? 1);
      if (length > 1) at += place * step;
      step *= length;
    }
    return at;
  });
}
