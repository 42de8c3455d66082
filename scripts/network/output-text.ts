/** A result of a network in a line. */
import type { NetworkOutput } from '../../testbench/network/measurement.ts';

/** Elements of a result that are shown. */
const MOST_SHOWN = 16;
/** Converters put names of what they fused one behind the other. */
const LONGEST_NAME = 60;

export function outputText({ name, data, shape, type }: NetworkOutput): string {
  // Of real numbers, the digits that single precision has.
  const first = data
    .slice(0, MOST_SHOWN)
    .map((value) => Number(value.toPrecision(7)))
    .join(' ');
  const called = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return `${called}, ${shape.join(' × ')} ${type}: ${first}${data.length > MOST_SHOWN ? ' …' : ''}`;
}
