import { createCipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { Aes } from './aes.ts';

test('the pipeline enciphers as OpenSSL does, a block a cycle', () => {
  const bytes = (seed: number): number[] =>
    Array.from({ length: 16 }, (_, i) => Math.imul(seed + i + 1, 0x9e3779b1) >>> 24);
  const key = bytes(5);
  const sim = simulate(elaborate(Aes(key)));
  const blocks = Array.from({ length: 20 }, (_, i) => bytes(100 * i));
  blocks.forEach((block, n) => {
    block.forEach((byte, i) => {
      sim.poke(`block[${i}]`, byte);
    });
    sim.step();
    const entered = blocks[n - 9];
    if (entered === undefined) return;
    const cipher = createCipheriv('aes-128-ecb', Buffer.from(key), null).setAutoPadding(false);
    const expected = [...cipher.update(Buffer.from(entered))];
    expect(Array.from({ length: 16 }, (_, i) => Number(sim.peek(`cipher[${i}]`)))).toEqual(expected);
  });
});
