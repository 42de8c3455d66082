/** What can be wrong with a command. */
import { enumeration, type SignalOf } from '../../hdl/index.ts';

/** In the order of their codes, which stand in the error register. */
export const faultNames = [
  'none',
  'zeroLength',
  'busRead',
  'busWrite',
  'range',
  'bank',
  'illegal',
  'semaphore',
  'alignment',
  'arithmetic',
  'ring',
  'index',
] as const;
export const fault = enumeration('fault', faultNames);
export type Fault = SignalOf<typeof fault>;
/** The name of one, or a signal that is one. */
export type FaultIn = Fault | (typeof faultNames)[number];

/** What each of them says. */
export const faultMeanings: Readonly<Record<(typeof faultNames)[number], string>> = {
  none: 'nothing is wrong',
  zeroLength: 'a dimension or length of 0; refused before any work',
  busRead: 'SLVERR or DECERR on a read',
  busWrite: 'SLVERR or DECERR on a write',
  range:
    'a local line that does not exist, a piece longer than a line, or a line of an operand of a matrix job outside of ' +
    "the bank of the operand's first one",
  bank: 'both operands of a matrix job in one bank',
  illegal: 'an operation that does not exist, or a header that cannot be',
  semaphore: 'a signal to a semaphore that was at its most; it stays there',
  alignment:
    'a load into the accumulator whose lines or pieces are not whole lanes of 4 bytes, or a list of indices that does ' +
    'not begin at a multiple of 4; refused before any work',
  arithmetic:
    "a matrix job whose sums could wrap unseen in the array: a zero point that is no value of its operand's " +
    'type, or a k above 32767 where the engine adds up all of it; refused before any work',
  ring:
    'a value written to a register of the ring that cannot be, or a start with such values; ' +
    'nothing comes of the write',
  index: 'an index of a list that is not below the number of rows',
};
