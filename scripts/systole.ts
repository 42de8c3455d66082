#!/usr/bin/env node
import { exitWith, guardStreams } from './standard-streams.ts';

guardStreams();
try {
  const { main } = await import('./cli.ts');
  exitWith(await main(process.argv.slice(2)));
} catch (error) {
  // Whoever wants the language alone leaves out what only the command line needs.
  const missing = /^Cannot find package '(yargs|pure-rand)'/.exec(error instanceof Error ? error.message : '')?.[1];
  if (missing === undefined) throw error;
  process.stderr.write(
    `systole: ${missing} is not installed, which only the command line needs; npm install ${missing}\n`,
  );
  exitWith(2);
}
