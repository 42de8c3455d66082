/** Checks over the intermediate form. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Design } from '../ir/types.ts';
import { contextOf, type Check } from './context.ts';
import { clockCrossings } from './crossings.ts';
import { twoDrivers } from './drivers.ts';
import { latches } from './latches.ts';
import { combinationalLoops } from './loops.ts';
import { memoryPorts } from './memory-ports.ts';
import { streamRules } from './streams.ts';
import { undriven } from './undriven.ts';

export { validate } from './validate.ts';

const checks: readonly Check[] = [
  undriven,
  twoDrivers,
  latches,
  memoryPorts,
  combinationalLoops,
  streamRules,
  clockCrossings,
];

/**
 * Every mistake of a well-formed design (see {@link validate}): E0005 combinational loops, E0006 undriven, E0007 two
 * drivers, E0008 incomplete assignments, E0009 registers never written, E0010 memory ports, E0014 clock crossings,
 * E0015 streams. Costs time in proportion to the text of the design, not to the number of instances.
 */
export function check(design: Design): readonly Diagnostic[] {
  const context = contextOf(design);
  return checks.flatMap((each) => each(context));
}
