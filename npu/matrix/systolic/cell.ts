/**
 * One cell of the systolic array: a multiplier, an adder, and two stationary registers that change places.
 *
 * Operands `a` move east and `b` south, sums move south, one cell a cycle; so does the control that belongs to them.
 * `mark` moves south at half that speed. With it neither weights on their way in nor results on their way out need a
 * path of their own:
 *
 * - weight-stationary (`os` 0): weight w[r] enters a column r cycles after `mark`, and both meet in row r, which keeps
 *   it in `hold`. A `swap` beside the first operand of the next tile makes it current in `cur`. Sums pick up a·cur on
 *   their way south.
 * - output-stationary (`os` 1): `cur` gathers a·b. A `swap` beside the first operands of the next tile moves the
 *   finished sum to `hold` and starts a new one; a `mark` one cycle behind puts `hold` on the way south: row r's result
 *   leaves the array r cycles after row 0's.
 *
 * Either way the next tile's loading, or the last one's draining, overlaps with computing, and takes as many cycles as
 * there are rows.
 *
 * Timing: every output is a register. Invariant: `a` is 0 wherever `live` is 0, and swaps are at least `rows` cycles
 * apart.
 *
 * In waves, weight-stationary, a weight of 7 enters, then two operands meet it:
 *
 *     cycle     1     2     3     4     5     6
 *               ┬─────┬─────────────────────────────
 *     north     │7    │0
 *               ──────┐
 *     northMark       └─────────────────────────────
 *               ┬───────────┬─────┬─────┬───────────
 *     west      │0          │3    │-4   │0
 *                           ┌───────────┐
 *     westLive  ────────────┘           └───────────
 *                           ┌─────┐
 *     westSwap  ────────────┘     └─────────────────
 *               ┬───────────┬─────┬─────┬───────────
 *     northSum  │0          │100  │200  │0
 *               ┬─────┬─────────────────────────────
 *     hold      │0    │7
 *               ┬─────────────────┬─────────────────
 *     cur       │0                │7
 *               ┬─────────────────┬─────┬─────┬─────
 *     sum       │0                │121  │172  │0
 *                                 ┌───────────┐
 *     valid     ──────────────────┘           └─────
 */
import { bit, module, regs, select, when } from '../../../hdl/index.ts';
import type { NumberFormat } from '../../common/format.ts';

export const Cell = ({ operand, sum, multiply, add, store, stored }: NumberFormat) =>
  module(
    'cell',
    {
      in: {
        os: bit,
        west: operand,
        westLive: bit,
        westSwap: bit,
        north: operand,
        northMark: bit,
        northSum: sum,
        northValid: bit,
      },
      out: { a: operand, live: bit, swap: bit, b: operand, mark: bit, sum, valid: bit },
    },
    (i) => {
      const r = regs({
        a: operand,
        live: bit,
        swap: bit,
        b: operand,
        markHalf: bit,
        mark: bit,
        sum,
        valid: bit,
        hold: sum,
        cur: sum,
      });
      r.a.next = i.west;
      r.live.next = i.westLive;
      r.swap.next = i.westSwap;
      r.b.next = i.north;
      r.markHalf.next = i.northMark;
      r.mark.next = r.markHalf;

      const weight = stored(select(i.westSwap, r.hold, r.cur));
      const product = multiply(i.west, select(i.os, i.north, weight));
      const addend = select(i.os, select(i.westSwap, 0, r.cur), i.northSum);
      const total = add(addend, product);

      when(i.os, () => {
        r.cur.next = total;
        when(i.westSwap, () => {
          r.hold.next = r.cur;
        });
        r.sum.next = select(i.northMark, r.hold, i.northSum);
        r.valid.next = i.northMark.or(i.northValid);
      }).otherwise(() => {
        when(i.westSwap, () => {
          r.cur.next = r.hold;
        });
        when(i.northMark, () => {
          r.hold.next = store(i.north);
        });
        r.sum.next = total;
        r.valid.next = i.westLive;
      });
      return { a: r.a, live: r.live, swap: r.swap, b: r.b, mark: r.mark, sum: r.sum, valid: r.valid };
    },
  );
