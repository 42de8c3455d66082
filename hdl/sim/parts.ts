import type { Type } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import type { TracedPart } from './trace.ts';

/** Of a scalar, one for all: a trace has many. */
const none: readonly number[] = [];

/** The parts of signals of these types, in the order that {@link TraceSource.parts} has. */
export function partsOf(signals: readonly { readonly type: Type }[]): readonly TracedPart[] {
  return signals.flatMap(({ type }, signal) => elements(type, signal, 0, none));
}

function elements(type: Type, signal: number, low: number, indices: readonly number[]): TracedPart[] {
  if (type.kind !== 'vec') return [{ signal, indices, type, low }];
  const { element, length } = type;
  const width = typeWidth(element);
  return Array.from({ length }, (_, i) => elements(element, signal, low + i * width, [...indices, i])).flat();
}
