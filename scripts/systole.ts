#!/usr/bin/env node
import { exitStatus } from './failure.ts';
import { missingPackage } from './missing-package.ts';
import { exitWith, guardStreams } from './standard-streams.ts';

guardStreams();
try {
  const { main } = await import('./cli.ts');
  exitWith(await main(process.argv.slice(2)));
} catch (error) {
  const missing = missingPackage(error);
  if (missing === null) throw error;
  process.stderr.write(`systole: ${missing}\n`);
  exitWith(exitStatus.usage);
}
