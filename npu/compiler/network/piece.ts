/**
 * Pieces of one tensor that go to another: operators that only say where elements go, as byte moves within DRAM. Each
 * is a nest of loops over dimensions, the last one innermost, with a distance for each in the tensor that is read and
 * in the one that is written.
 */
import type { GraphTensor, Operator, OperatorKinds } from '../../graph/graph.ts';

/** A loop of a piece: so many elements, and how far apart they are where they come from and where they go. */
export interface Along {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** Elements of an input, by its place among the operator's inputs, and of the result. */
export interface Piece {
  readonly input: number;
  readonly from: number;
  readonly to: number;
  readonly along: readonly Along[];
}

/** Operators that only move elements. */
const kinds = ['pad', 'concat', 'slice', 'split', 'transpose', 'resizeNearest'] as const;
export type MoveKind = (typeof kinds)[number];
export const isMove = (operator: Operator): operator is Operator<MoveKind> =>
  kinds.some((kind) => kind === operator.kind);

type Shape = readonly number[];

/** What goes where; `made` says which of several results is meant. */
export function piecesOf(
  { kind, attributes }: Operator<MoveKind>,
  inputs: readonly GraphTensor[],
  outputs: readonly GraphTensor[],
  made: number,
): Piece[] {
  const [input = []] = inputs.map(({ shape }) => shape);
  const output = outputs[made]?.shape ?? [];
  switch (kind) {
    case 'pad':
      return [boxOf({ input: 0, from: input, to: output, size: input, put: attributes.before })];
    case 'slice': {
      const { begin, step, size } = attributes;
      return [boxOf({ input: 0, from: input, to: size, size, begin, step })];
    }
    case 'concat':
      return inputs.map(({ shape }, at) => {
        const put = beforeAlong(inputs, attributes.axis, at);
        return boxOf({ input: at, from: shape, to: output, size: shape, put });
      });
    case 'split': {
      const begin = beforeAlong(outputs, attributes.axis, made);
      return [boxOf({ input: 0, from: input, to: output, size: output, begin })];
    }
    case 'transpose':
      return [turnedOf(input, attributes.order)];
    case 'resizeNearest':
      return resized(input, output, attributes);
  }
}

/** From an element to the next one along each dimension. */
export const distancesOf = (shape: Shape): number[] =>
  shape.map((_, at) => shape.slice(at + 1).reduce((product, size) => product * size, 1));

/** Places from which each of several tensors begins, side by side along an axis. */
const beforeAlong = (tensors: readonly GraphTensor[], axis: number, until: number): number[] => {
  const before = tensors.slice(0, until).reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  return (tensors[until]?.shape ?? []).map((_, at) => (at === axis ? before : 0));
};

interface Box {
  readonly input: number;
  /** Shapes of the two tensors, and of what goes over. */
  readonly from: Shape;
  readonly to: Shape;
  readonly size: Shape;
  /** Its first place in each (0), and how far apart its places are in the first (1). */
  readonly begin?: Shape;
  readonly step?: Shape;
  readonly put?: Shape;
}

function boxOf({ input, from, to, size, begin = [], step = [], put = [] }: Box): Piece {
  const [fromDistances, toDistances] = [distancesOf(from), distancesOf(to)];
  const at = (place: Shape, by: Shape): number => by.reduce((sum, distance, i) => sum + distance * (place[i] ?? 0), 0);
  const along = size.map((length, i) => ({
    size: length,
    from: (fromDistances[i] ?? 0) * (step[i] ?? 1),
    to: toDistances[i] ?? 0,
  }));
  return { input, from: at(begin, fromDistances), to: at(put, toDistances), along };
}

/** A tensor, its dimensions in another order. */
export function turnedOf(input: Shape, order: readonly number[]): Piece {
  const turned = order.map((axis) => input[axis] ?? 1);
  const [from, to] = [distancesOf(input), distancesOf(turned)];
  const along = order.map((axis, at) => ({ size: turned[at] ?? 1, from: from[axis] ?? 0, to: to[at] ?? 0 }));
  return { input: 0, from: 0, to: 0, along };
}

function resized(input: Shape, output: Shape, how: OperatorKinds['resizeNearest']): Piece[] {
  const [batches = 1, height = 1, width = 1, channels = 1] = input;
  const [, rows = 1, columns = 1] = output;
  const [down, across] = [stretches(height, rows, how), stretches(width, columns, how)];
  return down.flatMap((y) =>
    across.map((x): Piece => {
      const along = [
        { size: batches, from: height * width * channels, to: rows * columns * channels },
        { size: y.count, from: y.step * width * channels, to: y.each * columns * channels },
        { size: y.each, from: 0, to: columns * channels },
        { size: x.count, from: x.step * channels, to: x.each * channels },
        { size: x.each, from: 0, to: channels },
        { size: channels, from: 1, to: 1 },
      ];
      const [from, to] = [(y.from * width + x.from) * channels, (y.to * columns + x.to) * channels];
      return { input: 0, from, to, along };
    }),
  );
}

/** Places of a side that come from places which are as far apart, each of them `each` times. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly each: number;
  readonly step: number;
  readonly count: number;
}

function stretches(size: number, results: number, how: OperatorKinds['resizeNearest']): Stretch[] {
  const sources = Array.from({ length: results }, (_, at) => nearest(at, size, results, how));
  const repeated: { from: number; to: number; each: number }[] = [];
  sources.forEach((from, to) => {
    const last = repeated.at(-1);
    if (last?.from === from) last.each++;
    else repeated.push({ from, to, each: 1 });
  });
  const found: { from: number; to: number; each: number; step: number; count: number }[] = [];
  for (const { from, to, each } of repeated) {
    const last = found.at(-1);
    const step = from - (last === undefined ? 0 : last.from + (last.count - 1) * last.step);
    if (last?.each === each && (last.count === 1 || last.step === step)) {
      last.step = step;
      last.count++;
    } else found.push({ from, to, each, step: 0, count: 1 });
  }
  return found;
}

/** The place that is nearest, in single precision. */
function nearest(
  at: number,
  size: number,
  results: number,
  { alignCorners, halfPixels }: OperatorKinds['resizeNearest'],
): number {
  const [whole, parts] = alignCorners && results > 1 ? [size - 1, results - 1] : [size, results];
  const place = Math.fround((at + (halfPixels ? 0.5 : 0)) * Math.fround(whole / parts));
  return Math.min(Math.floor(alignCorners ? place + 0.5 : place), size - 1);
}
