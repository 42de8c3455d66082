/** A command's exit statuses, and the errors that end one. */
export const exitStatus = {
  /** The command did what it was asked, and the result is right. */
  ok: 0,
  /** The simulated hardware went wrong: a wrong result, a failed check, a fault, no end; or two files differ. */
  failed: 1,
  /** The command was given something that it cannot work with. */
  usage: 2,
  /** The program itself went wrong. */
  bug: 3,
} as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Input that a command cannot work with. The message is one line: `cause; remedy`. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(cause: string, remedy: string, options?: ErrorOptions) {
    super(`${cause}; ${remedy}`, options);
  }
}

/** A run that had begun has failed: `cause` is why, the lines say what else is known of it. */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly lines: readonly string[];
  constructor(cause: unknown, lines: readonly string[]) {
    super('a run has failed', { cause });
    this.lines = lines;
  }
}
