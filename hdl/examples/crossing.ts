import { bit, delay, inClock, inDomain, module, reg, synchronise, when } from '../index.ts';

/**
 * A pulse from clock `fast` to clock `slow`: each pulse turns a level over, the level crosses through two registers,
 * and each change of it is a pulse again. Pulses must be further apart than two cycles of the slow clock.
 */
export const PulseCrossing = module(
  'pulse_crossing',
  {
    in: { pulse: bit },
    out: { arrived: inDomain('slow', bit) },
    clocks: ['fast', 'slow'],
  },
  ({ pulse }) => {
    const level = reg('level', bit);
    when(pulse, () => {
      level.next = level.not();
    });
    const arrived = inClock('slow', () => {
      const here = synchronise('here', level);
      return here.xor(delay('before', here));
    });
    return { arrived };
  },
);
