import type { Bits, VcdVariable } from '../read/parser.ts';
import type { Words } from '../read/words.ts';
import { showPattern } from './values.ts';

/**
 * A value of a file as short text: as {@link showPattern} does, words where there are any; `x` and `z` for digits of
 * which all bits are, in binary with `0b` where that does not go.
 */
export function showBits({ kind, width }: Pick<VcdVariable, 'kind' | 'width'>, bits: Bits, words?: Words): string {
  const { value, unknown } = bits;
  if (unknown === 0n) {
    if (words !== undefined) return words.get(value) ?? `?${value}`;
    return showPattern({ kind: kind === 'integer' ? 'sint' : 'uint', width }, value);
  }
  const binary = Array.from({ length: width }, (_, i) => bitAt(bits, width - 1 - i)).join('');
  const [first = 'x'] = binary;
  if (binary === first.repeat(width)) return first;
  const digits = binary.padStart(4 * Math.ceil(width / 4), first === '1' ? '0' : first).match(/.{4}/g) ?? [];
  const hex = digits.map((four) =>
    /[xz]/.test(four) ? (/^(.)\1*$/.exec(four)?.[1] ?? '') : Number(`0b${four}`).toString(16),
  );
  return hex.includes('') ? `0b${binary}` : `0x${hex.join('')}`;
}

function bitAt({ value, unknown }: Bits, bit: number): string {
  const isSet = ((value >> BigInt(bit)) & 1n) === 1n;
  return ((unknown >> BigInt(bit)) & 1n) === 1n ? (isSet ? 'z' : 'x') : isSet ? '1' : '0';
}
