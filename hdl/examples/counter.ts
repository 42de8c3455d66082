import { bit, module, regs, uint, when } from '../index.ts';

/**
 * Counts the cycles in which `enable` is 1, modulo 2^`bits`; `clear` wins. `wrapped` is 1 in the cycle before `count`
 * returns to 0 by itself.
 */
export const Counter = (bits: number) =>
  module(
    'counter',
    {
      in: { enable: bit, clear: bit },
      out: { count: uint(bits), wrapped: bit },
    },
    ({ enable, clear }) => {
      const { count } = regs({ count: uint(bits) });
      when(clear, () => {
        count.next = 0;
      }).elsewhen(enable, () => {
        count.next = count.add(1);
      });
      return { count, wrapped: count.all().and(enable).and(clear.not()) };
    },
  );
