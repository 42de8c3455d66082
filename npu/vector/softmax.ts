/**
 * Softmax over the channels of a place, one place after another, a channel a cycle; as the reference kernels of
 * TensorFlow Lite do it, with the powers of e from a table of the job's.
 *
 *   d = largest − x        e = powers[d], fractions of 31 bits        s = the sum of divide(e, 12)
 *   y = clamp(divide(highMul(r, e), 35 − h) + zero, low, high)
 *
 * with h the leading zeros of s, and r about 2^31 / (s · 2^h / 2^31), by three steps of Newton's method: q is
 * s · 2^h / 2, without a remainder, v begins as 48/17 − 32/17 · q and becomes v + 4 · highMul(v, 2^29 − highMul(q, v))
 * three times, r = 2 · v; what is multiplied by 4 and 2 comes to the nearest end of 32 bits. highMul and divide as in
 * requantise.ts.
 *
 * Interface: works on `job` while `run` is high, from its beginning on whenever that rises. `read` asks for lines of
 * the picture, `power` for lines of powers: `line` and `sums` have them in the next cycle. Power d is lane d mod P of
 * line d / P from `parameters` on, with P the largest power of two that is not above the number of lanes. `ends` is
 * high beside the last write.
 *
 * Timing: a cycle to begin with. For each place F + n cycles to look for the largest of n channels in F folds,
 * F + n + 2 for the sum, h + 22 for r, n + 6F for the results; more where `read` waits.
 */
import {
  bit,
  constant,
  delay,
  enumeration,
  fsm,
  module,
  named,
  pack,
  regs,
  select,
  sint,
  stream,
  struct,
  uint,
  unpack,
  vec,
  when,
  type SInt,
} from '../../hdl/index.ts';
import { indexBits } from '../../hdl/lib/bits.ts';
import { further, WALK_BITS } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';
import type { NpuConfig } from '../config.ts';
import { powersOfLine, vectorJob } from './job.ts';
import { RequantiseLane } from './requantise.ts';

/** Numbers of Newton's method, with 2 bits before the point. */
const [FIRST, SLOPE, ONE] = [1_515_870_810, -1_010_580_540, 2 ** 29];
/** Products that it takes, and the cycles of each. */
const [PRODUCTS, PRODUCT_CYCLES] = [7, 3];
/** By how much results are shifted where the sum has no leading zero, and where it is nothing else. */
const [MOST_SHIFT, LEAST_SHIFT] = [35, 3];
/** Bits that a power is shifted by before it is added up. */
const SUM_SHIFT = 12;

const address = uint(WALK_BITS);
const lineRequest = struct({ enable: bit, address });
const pass = enumeration('pass', ['largest', 'sum', 'results']);

export const Softmax = ({ cols }: Pick<NpuConfig, 'cols'>) => {
  const bytes = vec(cols, uint(8));
  const lane = uint(indexBits(cols));
  const apart = Math.log2(powersOfLine(cols));

  return module(
    'softmax',
    {
      in: { job: vectorJob, run: bit, line: bytes, sums: vec(cols, sint(32)) },
      out: {
        read: stream(address),
        power: lineRequest,
        write: struct({ enable: bit, address, bytes: uint(DIMENSION_BITS), data: bytes }),
        ends: bit,
      },
    },
    ({ job, run, line, sums }, o) => {
      const state = fsm(['begin', 'ask', 'elements', 'settle', 'normalise', 'reciprocal', 'write'], { reset: 'begin' });
      const r = regs({
        pass,
        /** The lines of this fold, those of the place's first one, and of the first place of its row. */
        from: address,
        fromPlace: address,
        fromRow: address,
        to: address,
        toPlace: address,
        toRow: address,
        /** Places before this one, and those of its row. */
        place: uint(DIMENSION_BITS),
        column: uint(DIMENSION_BITS),
        channelsLeft: uint(DIMENSION_BITS),
        /** The element that is next, the line's elements from it on, and whether they have just come. */
        lane,
        held: bytes,
        fresh: bit,
        largest: sint(9),
        total: uint(32),
        shift: uint(6),
        product: uint(3),
        cycle: uint(2),
        v: sint(32),
        rest: sint(32),
        results: bytes,
        bytes: uint(DIMENSION_BITS),
      });
      const [elements, reciprocal, writes] = [state.is('elements'), state.is('reciprocal'), state.is('write')];

      // Elements, one a cycle, and from the second pass on their powers, which come a cycle later.
      const current = select(r.fresh, line, r.held);
      const element = current.at(0);
      const value = select(job.unsigned, element.extend(9).asSint(), element.asSint().extend(9));
      const below = r.largest.sub(value).asUint().truncate(8);
      const powers = elements.and(r.pass.is('largest').not());
      const arrived = delay('arrived', {
        enable: powers,
        inLine: select(constant(bit, apart > 0 ? 1 : 0), below, 0).truncate(Math.max(1, apart)),
        lane: r.lane,
      });
      const power = named('e', sums.at(arrived.inLine));
      const isResult = r.pass.is('results');

      // The multiplier: of the reciprocal, or of a result.
      const half = r.total.shr(1).asSint();
      const odd = r.product.bit(0);
      const steps = reciprocal.and(r.cycle.eq(0));
      const multiply = steps.or(arrived.enable.and(isResult));
      const finish = delay('finish', multiply);
      const scale = doubled(r.v, 1);
      const isSmall = r.shift.gt(31);
      const out = RequantiseLane()({
        x: select(reciprocal, select(odd.or(r.product.eq(0)), half, r.v), select(isSmall, 0, power)),
        multiplier: select(reciprocal, select(r.product.eq(0), SLOPE, select(odd, r.v, r.rest)), scale),
        shift: select(reciprocal.or(isSmall), 0, constant(sint(8), 0).sub(r.shift.extend(8).asSint())),
        bias: 0,
        rounding: 'double',
        zero: job.zero,
        least: job.low.subGrow(job.zero),
        most: job.high.subGrow(job.zero),
        multiply,
        finish,
        digit: 'none',
        lostBefore: 0,
      });
      const done = delay('done', { enable: arrived.enable.and(isResult), lane: arrived.lane }, { cycles: 2 });
      when(done.enable, () => {
        r.results.next = r.results.with(done.lane, out.y);
      });
      when(arrived.enable.and(r.pass.is('sum')), () => {
        r.total.next = r.total.add(rounded(power, SUM_SHIFT).asUint());
      });
      const moving = arrived.enable.or(finish).or(done.enable);

      const one = constant(uint(1), 1);
      const endsRow = r.column.eq(job.width.sub(1));
      const last = r.place.eq(job.m.sub(1));
      const startPass = (name: 'largest' | 'sum' | 'results'): void => {
        r.pass.next = name;
        r.channelsLeft.next = job.n;
        state.goto('ask');
      };
      const nextFold = (): void => {
        r.from.next = further(r.from, job.fromFold);
        state.goto('ask');
      };
      state.cases({
        begin: () => {
          for (const at of [r.from, r.fromPlace, r.fromRow]) at.next = job.from.extend(WALK_BITS);
          for (const at of [r.to, r.toPlace, r.toRow]) at.next = job.to.extend(WALK_BITS);
          r.place.next = 0;
          r.column.next = 0;
          r.lane.next = 0;
          r.largest.next = -256;
          startPass('largest');
        },
        ask: () =>
          when(o.read.ready, () => {
            r.fresh.next = 1;
            state.goto('elements');
          }),
        elements: () => {
          const placeEnds = r.channelsLeft.eq(1);
          r.fresh.next = 0;
          r.held.next = unpack(bytes, pack(current).shr(8));
          r.channelsLeft.next = r.channelsLeft.sub(1);
          r.lane.next = r.lane.add(1);
          when(r.pass.is('largest').and(value.gt(r.largest)), () => {
            r.largest.next = value;
          });
          when(placeEnds.or(r.lane.eq(cols - 1)), () => {
            r.lane.next = 0;
            r.bytes.next = r.lane.extend(DIMENSION_BITS).add(1);
            when(isResult.or(r.pass.is('sum').and(placeEnds)), () => state.goto('settle'))
              .elsewhen(placeEnds, () => {
                r.from.next = r.fromPlace;
                r.total.next = 0;
                startPass('sum');
              })
              .otherwise(nextFold);
          });
        },
        settle: () =>
          when(moving.not(), () => {
            r.shift.next = select(isResult, r.shift, MOST_SHIFT);
            when(isResult, () => state.goto('write')).otherwise(() => state.goto('normalise'));
          }),
        normalise: () =>
          when(r.total.bit(31).or(r.shift.eq(LEAST_SHIFT)), () => {
            r.product.next = 0;
            r.cycle.next = 0;
            state.goto('reciprocal');
          }).otherwise(() => {
            r.total.next = r.total.shl(one);
            r.shift.next = r.shift.sub(1);
          }),
        reciprocal: () => {
          r.cycle.next = r.cycle.add(1);
          when(r.cycle.eq(PRODUCT_CYCLES - 1), () => {
            r.cycle.next = 0;
            r.product.next = r.product.add(1);
            when(r.product.eq(0), () => {
              r.v.next = out.rounded.add(FIRST);
            })
              .elsewhen(odd, () => {
                r.rest.next = constant(sint(32), ONE).sub(out.rounded);
              })
              .otherwise(() => {
                r.v.next = r.v.add(doubled(out.rounded, 2));
              });
            when(r.product.eq(PRODUCTS - 1), () => {
              r.from.next = r.fromPlace;
              startPass('results');
            });
          });
        },
        write: () =>
          when(r.channelsLeft.ne(0), () => {
            r.to.next = further(r.to, job.toFold);
            nextFold();
          }).otherwise(() => {
            const [from, to] = [
              select(endsRow, further(r.fromRow, job.fromRow), further(r.fromPlace, one)),
              select(endsRow, further(r.toRow, job.toRow), further(r.toPlace, one)),
            ];
            for (const at of [r.from, r.fromPlace]) at.next = from;
            for (const at of [r.to, r.toPlace]) at.next = to;
            when(endsRow, () => {
              r.fromRow.next = from;
              r.toRow.next = to;
            });
            r.column.next = select(endsRow, 0, r.column.add(1));
            r.place.next = r.place.add(1);
            r.largest.next = -256;
            startPass('largest');
          }),
      });
      when(run.not(), () => state.goto('begin'));
      return {
        read: { valid: run.and(state.is('ask')), payload: r.from },
        power: { enable: run.and(powers), address: further(job.parameters, below.shr(apart)) },
        write: { enable: run.and(writes), address: r.to, bytes: r.bytes, data: r.results },
        ends: writes.and(r.channelsLeft.eq(0)).and(last),
      };
    },
  );
};

/** value · 2^by, at the nearest end of 32 bits where it does not fit. */
function doubled(value: SInt<32>, by: 1 | 2): SInt<32> {
  const shifted = value.shl(constant(uint(2), by));
  const end = select(value.lt(0), constant(sint(32), -(2 ** 31)), constant(sint(32), 2 ** 31 - 1));
  return select(shifted.shr(constant(uint(2), by)).eq(value), shifted, end);
}

/** value / 2^by to the nearest, ties away from zero. */
function rounded(value: SInt<32>, by: number): SInt<32> {
  const half = select(value.lt(0), constant(sint(33), 2 ** (by - 1) - 1), constant(sint(33), 2 ** (by - 1)));
  return value
    .extend(33)
    .add(half)
    .shr(constant(uint(4), by))
    .truncate(32);
}
