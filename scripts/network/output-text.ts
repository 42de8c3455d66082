/** A result of a network in a line. */
import type { NetworkOutput } from '../../testbench/network/measurement.ts';

/** Elements of a result that are shown. */
const MOST_SHOWN = 16;

export function outputText({ name, data, shape, type }: NetworkOutput): string {
  const first = data.slice(0, MOST_SHOWN).join(' ');
  return `${name}, ${shape.join(' × ')} ${type}: ${first}${data.length > MOST_SHOWN ? ' …' : ''}`;
}
