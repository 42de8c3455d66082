import { fifoWithCount, module, stream, uint } from '../index.ts';

/**
 * A queue of `depth` numbers of `bits` bits; a number can leave from the cycle after it came. `fill` says how many are
 * inside.
 */
export const Queue = (bits: number, depth: number) =>
  module(
    'queue',
    {
      in: { input: stream(uint(bits)) },
      out: { output: stream(uint(bits)), fill: uint(depth.toString(2).length) },
    },
    ({ input }) => {
      const { out, count } = fifoWithCount('words', input, depth);
      return { output: out, fill: count };
    },
  );
