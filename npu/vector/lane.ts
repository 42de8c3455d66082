/**
 * A lane of the vector unit, as far as all operations have it in common: the parameters of its channel, and what
 * requantises.
 */
import { bit, enumeration, match, module, regs, select, sint, uint, when } from '../../hdl/index.ts';
import { combine, digit, rounding } from './job.ts';
import { RequantiseLane } from './requantise.ts';

/** The lines of parameters of a fold, in their order. */
export const part = enumeration('part', ['bias', 'multiplier', 'shift']);

/**
 * One lane: keeps a channel's bias and scale, chooses between them and the tensor's, and requantises a sum of the
 * accumulator, the total of a window, or with `step` what a step of two pictures multiplies, `x` times `factor`
 * (elementwise.ts). Several sums become one by `combine`: with `keep` it stays for the next one, which comes with
 * `among`. `part` says which of the parameters the sum is, where `parameter` is high; the rest is RequantiseLane's.
 */
export const VectorLane = module(
  'vector_lane',
  {
    in: {
      sum: sint(32),
      keep: bit,
      among: bit,
      combine,
      total: sint(32),
      windowed: bit,
      x: sint(32),
      factor: sint(32),
      step: bit,
      parameter: bit,
      part,
      multiply: bit,
      finish: bit,
      lostBefore: bit,
      perChannel: bit,
      multiplier: sint(32),
      shift: sint(8),
      rounding,
      zero: sint(9),
      least: sint(10),
      most: sint(10),
      digit,
    },
    out: { exact: sint(32), rounded: sint(32), y: uint(8), wrapped: bit },
  },
  ({
    sum,
    keep,
    among,
    combine: how,
    total,
    windowed,
    x,
    factor,
    step,
    parameter,
    part: which,
    perChannel,
    multiplier,
    shift,
    ...rest
  }) => {
    const own = regs({ ownBias: sint(32), ownMultiplier: sint(32), ownShift: sint(8) });
    const { before } = regs({ before: sint(32) });
    const combined = select(how.is('digits'), before.shl(8).add(sum), select(before.gt(sum), before, sum));
    const chosen = select(among, combined, sum);
    when(keep, () => {
      before.next = chosen;
    });
    when(parameter, () =>
      match(which, {
        bias: () => {
          own.ownBias.next = sum;
        },
        multiplier: () => {
          own.ownMultiplier.next = sum;
        },
        shift: () => {
          own.ownShift.next = sum.truncate(8);
        },
      }),
    );
    return RequantiseLane()({
      x: select(step, x, select(windowed, total, chosen)),
      bias: select(perChannel, own.ownBias, 0),
      multiplier: select(step, factor, select(perChannel, own.ownMultiplier, multiplier)),
      shift: select(perChannel, own.ownShift, shift),
      ...rest,
    });
  },
);
