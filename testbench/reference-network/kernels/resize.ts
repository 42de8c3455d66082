/** Pictures of other sizes. */
import type { GraphData, GraphTensor, OperatorKinds } from '../../../npu/graph/graph.ts';
import type { Rounding } from '../fixed-point.ts';
import { roundAway } from '../fixed-point.ts';
import { made, numbersOf, type KernelOptions, type Value } from '../values.ts';

type How = OperatorKinds['resizeBilinear'];

/** The element that is nearest; in single precision. */
function nearest(at: number, size: number, results: number, { alignCorners, halfPixels }: How): number {
  const scale = alignCorners && results > 1 ? Math.fround((size - 1) / (results - 1)) : Math.fround(size / results);
  const place = Math.fround((at + (halfPixels ? 0.5 : 0)) * scale);
  return Math.min(alignCorners ? roundAway(place) : Math.floor(place), size - 1);
}

export function resizeNearest(input: Value, result: GraphTensor, how: How): GraphData {
  const x = numbersOf(input);
  const [, height = 1, width = 1, depth = 1] = input.tensor.shape;
  const [, rows = 1, columns = 1] = result.shape;
  return made(result, (index) => {
    const [channel, place] = [index % depth, Math.floor(index / depth)];
    const [column, row, batch] = [
      place % columns,
      Math.floor(place / columns) % rows,
      Math.floor(place / columns / rows),
    ];
    const [y, xx] = [nearest(row, height, rows, how), nearest(column, width, columns, how)];
    return x[((batch * height + y) * width + xx) * depth + channel] ?? 0;
  });
}

/** Two neighbours and the share of the second, in 1024ths; in whole numbers. */
function between(at: number, size: number, results: number, { alignCorners, halfPixels }: How) {
  const [from, to] = alignCorners && results > 1 ? [size - 1, results - 1] : [size, results];
  const scale = Math.trunc((1024 * from + Math.trunc(to / 2)) / to);
  const place = halfPixels ? at * scale + Math.trunc(scale / 2) - 512 : at * scale;
  const lower = Math.max(Math.trunc(place / 1024), 0);
  const upper = Math.min(Math.trunc((place + 1023) / 1024), size - 1);
  return { lower, upper, share: place - 1024 * lower };
}

export function resizeBilinear(input: Value, result: GraphTensor, how: How, { rounding }: KernelOptions): GraphData {
  const x = numbersOf(input);
  const [, height = 1, width = 1, depth = 1] = input.tensor.shape;
  const [, rows = 1, columns = 1] = result.shape;
  return made(result, (index) => {
    const [channel, place] = [index % depth, Math.floor(index / depth)];
    const [column, row, batch] = [
      place % columns,
      Math.floor(place / columns) % rows,
      Math.floor(place / columns / rows),
    ];
    const [down, across] = [between(row, height, rows, how), between(column, width, columns, how)];
    const element = (y: number, xx: number): number => x[((batch * height + y) * width + xx) * depth + channel] ?? 0;
    const sum =
      element(down.lower, across.lower) * (1024 - down.share) * (1024 - across.share) +
      element(down.upper, across.lower) * down.share * (1024 - across.share) +
      element(down.lower, across.upper) * (1024 - down.share) * across.share +
      element(down.upper, across.upper) * down.share * across.share;
    return halved(sum, rounding);
  });
}

/** / 2^20, to nearest; halves away from zero, or up. */
const halved = (sum: number, rounding: Rounding): number =>
  rounding === 'single'
    ? Math.floor((sum + 2 ** 19) / 2 ** 20)
    : Math.trunc((sum + (sum > 0 ? 2 ** 19 : -(2 ** 19))) / 2 ** 20);
