/**
 * An error about values that have names. Whoever knows them by others, such as a command line by its flags, has it say itself again in
 * those.
 */
export type InNames = (nameOf: (name: string) => string) => string;

export abstract class NamedValuesError extends Error {
  /** One line: cause, figures and remedy, with each name as `nameOf` gives it. */
  readonly inNames: InNames;

  constructor(inNames: InNames, options?: ErrorOptions) {
    super(inNames((name) => name), options);
    this.inNames = inNames;
  }
}
