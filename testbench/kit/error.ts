import { UserError } from '../../hdl/messages/user-error.ts';

/** A testbench and its design do not fit together, or the other end of a bus did what it must not. */
export class BenchError extends UserError {
  override readonly name = 'BenchError';
}
