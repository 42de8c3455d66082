/** What slices of a TFLite file take, with everything that they may leave out spelled out. */
import type { OperatorKinds } from '../../graph/graph.ts';
import type { Place } from './place.ts';

/** Of SLICE: a size of −1 is all that is left. */
export function plainSlice(place: Place): OperatorKinds['slice'] {
  const { shape } = place.inputTensor(0);
  const [begin, sizes] = [place.numbers(1), place.numbers(2)];
  if (begin.length !== shape.length || sizes.length !== shape.length) {
    place.refuseConversion(`takes a slice of ${begin.length} by ${sizes.length} numbers of ${shape.length} dimensions`);
  }
  return {
    begin,
    step: shape.map(() => 1),
    size: shape.map((size, i) => (sizes[i] === -1 ? size - (begin[i] ?? 0) : (sizes[i] ?? 0))),
  };
}

/**
 * Of STRIDED_SLICE: negative places count from the end, places beyond it are its end, a bit in a mask leaves a begin or
 * an end out, or takes a single place and drops the dimension.
 */
export function stridedSlice(place: Place): OperatorKinds['slice'] {
  const { shape } = place.inputTensor(0);
  const [begins, ends, steps] = [place.numbers(1), place.numbers(2), place.numbers(3)];
  const mask = (slot: number) => (dimension: number) => ((place.options.int32(slot) >> dimension) & 1) === 1;
  const [noBegin, noEnd, single] = [mask(0), mask(1), mask(4)];
  if (place.options.int32(2) !== 0 || place.options.int32(3) !== 0) {
    place.refuse('takes a slice with an ellipsis or new axes', 'write the slice with a begin and an end for each axis');
  }
  if (begins.length > shape.length || ends.length !== begins.length || steps.length !== begins.length) {
    place.refuseConversion(`takes a slice of ${begins.length} axes of ${shape.length}`);
  }
  const areOffsets = place.options.bool(5);
  const axes = shape.map((size, i) => {
    const [begin = 0, end = size, step = 1] = [begins[i], ends[i], steps[i]];
    if (step < 1) place.refuse(`takes a slice in steps of ${step}`, 'only steps forward are there');
    const within = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
    if (i < begins.length && single(i)) {
      const at = begin < 0 ? begin + size : begin;
      return { begin: at, step: 1, size: 1 };
    }
    const isGiven = i < begins.length;
    const from = isGiven && !noBegin(i) ? within(begin) : 0;
    const to = isGiven && !noEnd(i) ? within(areOffsets ? begin + end : end) : size;
    return { begin: from, step, size: Math.max(0, Math.ceil((to - from) / step)) };
  });
  return {
    begin: axes.map(({ begin }) => begin),
    step: axes.map(({ step }) => step),
    size: axes.map(({ size }) => size),
  };
}
