/** What is wrong with what the compiler is given. */
import { NamedValuesError } from '../common/names.ts';

/** A part of a job, or an option, is not what it must be. One line: its name, its value, and what it may be. */
export class JobError extends NamedValuesError {
  override readonly name = 'JobError';
}

/** A product that this NPU cannot do; one line that says why. */
export class ShapeError extends NamedValuesError {
  override readonly name = 'ShapeError';
}
