import { expect, it } from 'vitest';
import { decodeLz4 } from './lz4.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const block = (...parts: readonly (number | string)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));

it('copies what came before, also where copies overlap, and lengths of more than a byte', () => {
  expect(text(decodeLz4(block(0x30, 'abc'), 3))).toBe('abc');
  // Two literals, then 4 + 3 from two back; then one literal.
  expect(text(decodeLz4(block(0x23, 'ab', 2, 0, 0x10, 'c'), 10))).toBe('ababababac');
  // 15 + 255 + 2 literals; a copy of 4 + 15 + 1.
  const long = 'x'.repeat(272);
  expect(text(decodeLz4(block(0xff, 255, 2, long, 1, 0, 1, 0x10, 'y'), 293))).toBe(`${long}${'x'.repeat(20)}y`);
});

it('refuses what is no block', () => {
  for (const [bad, length] of [
    [block(0x30, 'ab'), 3],
    [block(0x13, 'a', 2, 0), 8],
    [block(0x13, 'a', 0, 0), 8],
    [block(0x30, 'abc'), 4],
    [block(0x1f, 'a', 1, 0), 30],
  ] as const)
    expect(() => decodeLz4(bad, length)).toThrow(RangeError);
});
