/** Parts of signals. */
import type { Type } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';

/** Bits [low, low + width) of the signal `name`; null where they are no element, run of elements or part of one. */
export function selection(name: string, type: Type, low: number, width: number): string | null {
  if (width === typeWidth(type)) return name;
  if (type.kind !== 'vec') return width === 1 ? `${name}[${low}]` : `${name}[${low + width - 1}:${low}]`;
  const size = typeWidth(type.element);
  const first = Math.floor(low / size);
  if (low % size === 0 && width % size === 0 && width > size) return `${name}[${first + width / size - 1}:${first}]`;
  return (low % size) + width <= size ? selection(`${name}[${first}]`, type.element, low % size, width) : null;
}
