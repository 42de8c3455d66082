/**
 * Operators that only put elements elsewhere, and that a graph has no kind for: several operators of the graph for one
 * of the file, all under its title, with tensors between them.
 */
import type { GraphTensor, Operator } from '../../graph/graph.ts';
import { sameShape, showShape } from '../../graph/shape.ts';
import type { Place } from './place.ts';

type Shape = readonly number[];
type Ends = Pick<Operator, 'title' | 'inputs' | 'outputs'>;
type Read = (place: Place) => readonly Operator[];

/** An operator of a chain, each of which takes what the one before it makes. */
interface Link {
  readonly makes: Shape;
  readonly of: (ends: Ends) => Operator;
}

const reshaped = (makes: Shape): Link => ({ makes, of: (ends) => ({ ...ends, kind: 'reshape', attributes: {} }) });

const turned = (shape: Shape, order: readonly number[]): Link => ({
  makes: order.map((axis) => shape[axis] ?? 1),
  of: (ends) => ({ ...ends, kind: 'transpose', attributes: { order } }),
});

/** The first input in several steps, the last of which has to make what the file says. */
function chain(place: Place, links: readonly Link[]): readonly Operator[] {
  const [result, last] = [place.outputTensor(), links.at(-1)];
  if (last === undefined || !sameShape(last.makes, result.shape)) {
    place.refuseConversion(`makes ${showShape(last?.makes ?? [])}, and the file says ${showShape(result.shape)}`);
  }
  const { title } = place;
  let input = place.input(0);
  return links.map((link) => {
    const outputs = link === last ? place.outputs : [place.between(result, link.makes)];
    const operator = link.of({ title, inputs: [input], outputs });
    input = outputs[0] ?? input;
    return operator;
  });
}

/** Side by side along an axis that none of them has. */
export const pack: Read = (place) => {
  place.takes(1, 2 ** 16);
  const { title, outputs } = place;
  const result = place.outputTensor();
  const axis = place.axis(place.options.int32(1), result);
  const reshapes = place.inputs.map((_, at): Operator => {
    const { shape } = place.inputTensor(at);
    const output = place.between(result, shape.toSpliced(axis, 0, 1));
    return { kind: 'reshape', title, inputs: [place.input(at)], outputs: [output], attributes: {} };
  });
  const inputs = reshapes.flatMap((reshape) => reshape.outputs);
  return [...reshapes, { kind: 'concat', title, inputs, outputs, attributes: { axis, activation: 'none' } }];
};

/** A result for each place along an axis, which it does not have. */
export const unpack: Read = (place) => {
  const { title, outputs } = place;
  place.takes(1, 1, Math.max(1, outputs.length));
  const picture = place.inputTensor(0);
  const { shape } = picture;
  const axis = place.axis(place.options.int32(1), picture);
  if (outputs.length !== shape[axis]) {
    place.refuseConversion(`makes ${outputs.length} tensors of ${showShape(shape)} along axis ${axis}`);
  }
  return outputs.map((output, at): Operator => {
    const attributes = { begin: shape.map((_, i) => (i === axis ? at : 0)), step: shape.map(() => 1) };
    const size = shape.with(axis, 1);
    return { kind: 'slice', title, inputs: [place.input(0)], outputs: [output], attributes: { ...attributes, size } };
  });
};

/** Channels of a place as a square of places, or the other way round. */
export const ofSquares =
  (to: 'depth' | 'space'): Read =>
  (place) => {
    place.takes(1);
    const { shape } = place.inputTensor(0);
    const { height, width } = place.picture(place.inputTensor(0));
    const [side] = place.pair('block', place.options.int32(0), 1);
    const [batches = 1, , , channels = 1] = shape;
    const whole = (size: number, by: number): number => {
      if (size % by !== 0) place.refuseConversion(`takes ${showShape(shape)} in blocks of ${side} × ${side}`);
      return size / by;
    };
    if (to === 'depth') {
      const [down, across] = [whole(height, side), whole(width, side)];
      const blocks = [batches, down, side, across, side, channels];
      const places = turned(blocks, [0, 1, 3, 2, 4, 5]);
      return chain(place, [reshaped(blocks), places, reshaped([batches, down, across, side * side * channels])]);
    }
    const depth = whole(channels, side * side);
    const blocks = [batches, height, width, side, side, depth];
    const places = turned(blocks, [0, 1, 3, 2, 4, 5]);
    return chain(place, [reshaped(blocks), places, reshaped([batches, height * side, width * side, depth])]);
  };

/** How many places a block has along each dimension behind the batch, and two numbers for each of those. */
function blocksOf(place: Place): { sides: Shape; first: Shape; second: Shape } {
  place.takes(3);
  const { shape } = place.inputTensor(0);
  const [sides, around] = [place.numbers(1), place.numbers(2)];
  const isWhole = sides.every((side) => side >= 1) && around.every((count) => count >= 0);
  if (!isWhole || sides.length < 1 || sides.length >= shape.length || around.length !== 2 * sides.length) {
    place.refuseConversion(`takes ${showShape(shape)} in blocks of ${sides.join()}, with ${around.join()} around it`);
  }
  const along = (at: 0 | 1): Shape => sides.map((_, i) => around[2 * i + at] ?? 0);
  return { sides, first: along(0), second: along(1) };
}

/** Places that are a block apart as pictures of their own, with a border of the zero point before. */
export const spaceToBatch: Read = (place) => {
  const { sides, first, second } = blocksOf(place);
  const { shape } = place.inputTensor(0);
  const [batches = 1] = shape;
  const [space, rest] = [shape.slice(1, sides.length + 1), shape.slice(sides.length + 1)];
  const spread = (counts: Shape): Shape => [0, ...counts, ...rest.map(() => 0)];
  const [before, after] = [spread(first), spread(second)];
  const padded = shape.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0));
  const border: Link = {
    makes: padded,
    of: (ends) => ({ ...ends, kind: 'pad', attributes: { before, after, value: zeroOf(place.outputTensor()) } }),
  };
  const counts = space.map((_, i) => {
    const [size = 1, side = 1] = [padded[i + 1], sides[i]];
    if (size % side !== 0) place.refuseConversion(`takes ${showShape(padded)} in blocks of ${sides.join()}`);
    return size / side;
  });
  const blocks = [batches, ...counts.flatMap((count, i) => [count, sides[i] ?? 1]), ...rest];
  const order = [
    ...sides.map((_, i) => 2 * i + 2),
    0,
    ...sides.map((_, i) => 2 * i + 1),
    ...rest.map((_, i) => 2 * sides.length + 1 + i),
  ];
  const many = sides.reduce((all, side) => all * side, batches);
  const isBare = sameShape(padded, shape);
  const links = [reshaped(blocks), turned(blocks, order), reshaped([many, ...counts, ...rest])];
  return chain(place, isBare ? links : [border, ...links]);
};

/** Pictures as places of one that are a block apart, cropped behind. */
export const batchToSpace: Read = (place) => {
  const { sides, first, second } = blocksOf(place);
  const { shape } = place.inputTensor(0);
  const [many = 1] = shape;
  const [space, rest] = [shape.slice(1, sides.length + 1), shape.slice(sides.length + 1)];
  const each = sides.reduce((all, side) => all * side, 1);
  if (many % each !== 0) place.refuseConversion(`takes ${many} pictures in blocks of ${sides.join()}`);
  const blocks = [...sides, many / each, ...space, ...rest];
  const order = [
    sides.length,
    ...sides.flatMap((_, i) => [sides.length + 1 + i, i]),
    ...rest.map((_, i) => 2 * sides.length + 1 + i),
  ];
  const whole = [many / each, ...space.map((size, i) => size * (sides[i] ?? 1)), ...rest];
  const begin = [0, ...first, ...rest.map(() => 0)];
  const size = whole.map((length, i) => length - (begin[i] ?? 0) - (i > sides.length ? 0 : (second[i - 1] ?? 0)));
  const crop: Link = {
    makes: size,
    of: (ends) => ({ ...ends, kind: 'slice', attributes: { begin, step: whole.map(() => 1), size } }),
  };
  const links = [reshaped(blocks), turned(blocks, order), reshaped(whole)];
  return chain(place, sameShape(whole, size) ? links : [...links, crop]);
};

const zeroOf = ({ quantisation }: GraphTensor): number => quantisation?.zeros[0] ?? 0;
