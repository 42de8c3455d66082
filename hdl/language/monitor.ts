/** A watcher of streams. */
import { typeName } from '../ir/walk.ts';
import { current, nameOf } from './builder.ts';
import { assert } from './check.ts';
import { shapeOfValue } from './bundle.ts';
import type { Given } from './node.ts';
import { describeGiven, remedyFor } from './operand.ts';
import { Scalar } from './signal.ts';
import { delay } from './state.ts';
import { surface } from './surface.ts';
import type { Bit } from './types.ts';
import { packNodes } from './values.ts';

/**
 * Watches a stream from its producer's side: once valid, valid and payload must hold until the transfer (rule 2). Adds
 * registers called `<name>_waiting` and `<name>_offered` and two asserts; costs nothing where it is not called.
 */
export function monitor(
  name: string,
  stream: { readonly valid: unknown; readonly ready: unknown; readonly payload: unknown },
): void {
  const builder = current('a monitor');
  nameOf(name, 'a monitor');
  const given: Given = stream;
  const { valid, ready }: { readonly valid?: unknown; readonly ready?: unknown } =
    typeof given === 'object' && given !== null ? given : {};
  if (!(valid instanceof Scalar) || !(ready instanceof Scalar)) {
    builder.report({
      code: 'E0002',
      message: `monitor ${name} watches ${describeGiven(stream)}, which is no stream`,
      help: remedyFor(stream, 'give it a stream, or { valid, ready, payload }'),
    });
    return;
  }
  const payload: Given = stream.payload;
  const bits = packNodes(shapeOfValue(payload).unwrap(payload, (seen) => `${seen} (${typeName(valid.type)})`));
  const waiting = delay(builder.freeName(`${name}_waiting`), valid.and(ready.not()));
  const offered = delay(builder.freeName(`${name}_offered`), bits);
  const holds = (what: Scalar): Bit => surface<Bit>(waiting.not().or(what));
  assert(holds(valid), `stream ${name}: valid falls before the transfer`);
  assert(holds(bits.eq(offered)), `stream ${name}: the payload changes before the transfer`);
}
