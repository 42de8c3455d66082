/** Whoever wants the language alone leaves out what only the command line needs. */

/** The package that an error is about, as one line of cause and remedy; null for every other error. */
export function missingPackage(error: unknown): string | null {
  const name = /^Cannot find package '(yargs|pure-rand)'/.exec(error instanceof Error ? error.message : '')?.[1];
  return name === undefined ? null : `${name} is not installed, which only the command line needs; npm install ${name}`;
}
