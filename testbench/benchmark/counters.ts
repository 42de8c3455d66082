/**
 * The least that a simulation can do: what is measured of it is what every step costs, and every call.
 *
 * Interface: `go` in, on the first clock; `count` out, of the cycles with `go`, and `other`, of all edges of the second
 * clock.
 */
import { bit, inClock, inDomain, module, reg, uint, when } from '../../hdl/index.ts';

const word = uint(32);

export const CounterBench = module('counter_bench', { in: { go: bit }, out: { count: word } }, ({ go }) => {
  const count = reg('count', word);
  when(go, () => {
    count.next = count.add(1);
  });
  return { count };
});

const clocks = ['clk', 'second'] as const;

export const TwoClocksBench = module(
  'two_clocks_bench',
  { clocks, in: { go: bit }, out: { count: word, other: inDomain('second', word) } },
  ({ go }) => {
    const count = reg('count', word);
    when(go, () => {
      count.next = count.add(1);
    });
    const other = inClock('second', () => {
      const edges = reg('edges', word);
      edges.next = edges.add(1);
      return edges;
    });
    return { count, other };
  },
);
