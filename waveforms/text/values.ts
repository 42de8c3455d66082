import type { Type } from '../../hdl/ir/types.ts';
import { typeWidth } from '../../hdl/ir/walk.ts';

/**
 * A value as short text: hexadecimal for `uint`, with `0x` before it from 10 on (below, it is the same in decimal),
 * decimal for `sint`, a word for an enumeration, `[1 2]` for a vector, element 0 first.
 */
export function showPattern(type: Type, pattern: bigint): string {
  switch (type.kind) {
    case 'uint':
      return pattern < 10n ? String(pattern) : `0x${pattern.toString(16)}`;
    case 'sint':
      return String(BigInt.asIntN(type.width, pattern));
    case 'enum':
      return type.labels[Number(pattern)] ?? `?${pattern}`;
    case 'vec': {
      const { element } = type;
      const width = typeWidth(element);
      const elements = Array.from({ length: type.length }, (_, i) =>
        showPattern(element, BigInt.asUintN(width, pattern >> BigInt(i * width))),
      );
      return `[${elements.join(' ')}]`;
    }
  }
}
