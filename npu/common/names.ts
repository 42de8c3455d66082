/** How errors name values, and show them. */
import { UserError } from '../../hdl/messages/user-error.ts';

/**
 * An error about values that have names. Whoever knows them by others, such as a command line by its flags, has it say
 * itself again in those.
 */
export type InNames = (nameOf: (name: string) => string) => string;

export abstract class NamedValuesError extends UserError {
  /** One line: cause, figures and remedy, with each name as `nameOf` gives it. */
  readonly inNames: InNames;

  constructor(inNames: InNames, options?: ErrorOptions) {
    super(
      inNames((name) => name),
      options,
    );
    this.inNames = inNames;
  }
}

/** A value of any type as an error shows it: '5', 5n and 5 are told apart, and of objects the kind is named. */
export function showGiven(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
