/** Whoever wants the language alone leaves out what only the command line, or a reader of files, needs. */

/** The package that an error is about, as one line of cause and remedy; null for every other error. */
export function missingPackage(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  const name = /^Cannot find package '(yargs|pure-rand|flatbuffers)'/.exec(message)?.[1];
  if (name === undefined) return null;
  const who = name === 'flatbuffers' ? '.tflite files need' : 'the command line needs';
  return `${name} is not installed, which only ${who}; npm install ${name}`;
}
