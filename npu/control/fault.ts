import { enumeration, type SignalOf } from '../../hdl/index.ts';

/**
 * What can be wrong with a command; the codes stand in the error register.
 *
 * `zeroLength`: a dimension or length of 0, refused before any work. `busRead`, `busWrite`: SLVERR or DECERR. `range`: a local line that
 * does not exist. `bank`: both operands of a matrix job in one bank. `illegal`: an unknown operation. `semaphore`: one overflowed.
 */
export const faultNames = ['none', 'zeroLength', 'busRead', 'busWrite', 'range', 'bank', 'illegal', 'semaphore'] as const;
export const fault = enumeration('fault', faultNames);
export type Fault = SignalOf<typeof fault>;
