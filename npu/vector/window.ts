/**
 * What becomes of windows: lines of a picture go through the last three slots, and a token's results take the bytes of
 * their taps from there, times the kernel's or as they are, up to three a cycle and lane. Their sums, or largest ones,
 * stay in a memory until the last pass over them.
 *
 * Interface: what WindowWalk says of a line, in the cycle in which it is asked for; `line` in the one after that. Where
 * `max` is high the largest bytes are looked for, which are nothing less than −256, else sums of bytes less `zero`;
 * where `weighted` is high they are multiplied.
 *
 * Timing: `totals` has what a token comes to two cycles after it arrived: the results of those that are the last ones.
 *
 * Invariants: 32 bits hold all sums: a kernel of 255 × 255 comes to 255² · 255 · 128 at most.
 */
import {
  all,
  bit,
  byColumn,
  cat,
  delay,
  lanes,
  module,
  pack,
  regs,
  select,
  selectAs,
  sint,
  sram,
  uint,
  unpack,
  vec,
  when,
  type SInt,
} from '../../hdl/index.ts';
import { numbers } from '../common/numbers.ts';
import { MOST_RESULTS, mostKernel, TAPS } from './job.ts';
import { token, weight } from './window-walk.ts';

/** A byte's value has 9 bits, and a product of it with a weight 17. */
const VALUE_BITS = 9;
const TERM_BITS = 17;
/** Less than any byte. */
const LEAST = -256;

/** One lane. `slot` moves its bytes on, `take` takes the terms of a token, which are in `total` in the next cycle. */
const WindowLane = module(
  'window_lane',
  {
    in: {
      x: uint(8),
      weight0: sint(8),
      weight1: sint(8),
      weight2: sint(8),
      inside: uint(TAPS),
      slot: bit,
      take: bit,
      unsigned: bit,
      zero: sint(VALUE_BITS),
      max: bit,
      weighted: bit,
      first: bit,
      before: sint(32),
    },
    out: { total: sint(32) },
  },
  ({ x, weight0, weight1, weight2, inside, slot, take, unsigned, zero, max, weighted, first, before }) => {
    const r = regs({
      x1: uint(8),
      x2: uint(8),
      term0: sint(TERM_BITS),
      term1: sint(TERM_BITS),
      term2: sint(TERM_BITS),
    });
    when(slot, () => {
      r.x1.next = x;
      r.x2.next = r.x1;
    });
    const taps = [
      { byte: r.x2, factor: weight0, term: r.term0 },
      { byte: r.x1, factor: weight1, term: r.term1 },
      { byte: x, factor: weight2, term: r.term2 },
    ];
    when(take, () => {
      taps.forEach(({ byte, factor, term }, tap) => {
        const value = numbers.fromMemory(byte, unsigned, zero).truncate(VALUE_BITS);
        const weighed = select(weighted, value.mul(factor), value.extend(TERM_BITS));
        term.next = select(inside.bit(tap), weighed, selectAs(sint(TERM_BITS), max, LEAST, 0));
      });
    });
    const [term0, term1, term2] = [r.term0.extend(32), r.term1.extend(32), r.term2.extend(32)];
    const larger = (one: SInt<32>, other: SInt<32>): SInt<32> => select(one.lt(other), other, one);
    const rest = select(first, selectAs(sint(32), max, LEAST, 0), before);
    const total = select(max, larger(larger(term0, term1), larger(term2, rest)), term0.add(term1).add(term2.add(rest)));
    return { total };
  },
);

export const Windows = (cols: number) =>
  module(
    'windows',
    {
      in: {
        weight,
        slot: bit,
        token,
        line: vec(cols, uint(8)),
        unsigned: bit,
        zero: sint(VALUE_BITS),
        max: bit,
        weighted: bit,
      },
      out: { totals: vec(cols, sint(32)) },
    },
    (i) => {
      const numberOf = ({ row, group }: typeof i.token.at) => cat(row, group);
      const loaded = delay('loaded', i.weight);
      const weights = Array.from({ length: TAPS }, (_, tap) => {
        const memory = sram(`weights_${tap}`, {
          depth: (mostKernel.rows * mostKernel.columns) / TAPS,
          word: vec(cols, sint(8)),
          readDuringWrite: 'old',
        });
        when(loaded.enable.and(loaded.tap.eq(tap)), () =>
          memory.write({ address: numberOf(loaded.at), data: unpack(vec(cols, sint(8)), pack(i.line)) }),
        );
        return memory.read(`weight_${tap}`, {
          address: numberOf(i.token.at),
          enable: i.token.enable.and(i.weighted),
        });
      });
      const [weight0, weight1, weight2] = weights;
      if (weight0 === undefined || weight1 === undefined || weight2 === undefined)
        throw new RangeError('a group has three taps');

      const arrived = delay('arrived', i.token);
      const taken = delay('taken', arrived);
      const sums = sram('sums', { depth: MOST_RESULTS, word: vec(cols, sint(32)), readDuringWrite: 'new' });
      const before = sums.read('before', {
        address: arrived.index,
        enable: arrived.enable.and(arrived.first.not()),
      });
      const { total } = lanes('lane', cols, WindowLane, {
        x: byColumn(i.line),
        weight0: byColumn(weight0),
        weight1: byColumn(weight1),
        weight2: byColumn(weight2),
        inside: all(pack(arrived.inside)),
        slot: all(delay('slot_q', i.slot)),
        take: all(arrived.enable),
        unsigned: all(i.unsigned),
        zero: all(i.zero),
        max: all(i.max),
        weighted: all(i.weighted),
        first: all(taken.first),
        before: byColumn(before),
      });
      when(taken.enable.and(taken.last.not()), () => sums.write({ address: taken.index, data: total }));
      return { totals: total };
    },
  );
