/** Properties whose failures can be replayed with waves. */
import fc from 'fast-check';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MatmulCase } from './case.ts';
import { fileReason } from '../waveforms/file-reasons.ts';
import { shellCommand } from './shell.ts';
import { UserError } from '../hdl/messages/user-error.ts';
import { isCase } from './case-file.ts';
import { properties } from './properties/all.ts';
import type { DrawnFile } from './properties/drawn.ts';

/** Smaller cases that are tried once one has failed: a number, since a busy machine is to find the same. */
const SHRINKS = 1000;

/** Of the case's file, in characters. */
const LONGEST_NAME = 80;

export interface PropertyOptions {
  /** Cases drawn. */
  readonly runs: number;
  /**
   * Draws the same cases again: both printed by a failure. The environment's SYSTOLE_SEED and SYSTOLE_PATH do the same.
   */
  readonly seed?: number;
  readonly path?: string;
  /** Smaller cases that are tried once one has failed (1,000). The environment's SYSTOLE_SHRINKS does the same. */
  readonly shrinks?: number;
}

/** A property does not hold: seed, shrunk case and the command that replays it are in the message. */
export class PropertyError extends UserError {
  override readonly name = 'PropertyError';
}

/**
 * Checks that `holds` returns (does not throw) for cases drawn from `cases`, which must be plain data.
 * @throws PropertyError with everything needed to see the failure again; the shrunk case is written to a file.
 */
export function checkProperty<C>(
  name: string,
  cases: fc.Arbitrary<C>,
  holds: (drawn: C) => void,
  options: PropertyOptions,
): void {
  const seed = options.seed ?? fromEnvironment('SYSTOLE_SEED');
  const most = options.shrinks ?? fromEnvironment('SYSTOLE_SHRINKS') ?? SHRINKS;
  const path = options.path ?? process.env['SYSTOLE_PATH'];
  // A simulation takes its time, and a case has thousands of smaller neighbours: past the budget they count as fine.
  let tried = 0;
  let failed = false;
  const bounded = (drawn: C): void => {
    if (failed && ++tried > most) return;
    try {
      holds(drawn);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const details = fc.check(fc.property(cases, bounded), {
    numRuns: options.runs,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return;
  const shrunk = details.counterexample?.[0];
  const reason =
    details.errorInstance instanceof Error
      ? `${details.errorInstance.name}: ${details.errorInstance.message}`
      : String(details.errorInstance);
  const untried = Math.max(0, tried - most);
  const left = `; ${untried} smaller cases were left untried after ${most}: SYSTOLE_SHRINKS=${10 * most} tries more`;
  const rest = untried === 0 ? '' : left;
  throw new PropertyError(
    [
      `${name} does not hold after ${details.numRuns} cases: ${reason}`,
      `  seed:   SYSTOLE_SEED=${details.seed} SYSTOLE_PATH=${details.counterexamplePath ?? ''}`,
      `  shrunk: ${summary(shrunk)} (${details.numShrinks} steps${rest})`,
      ...replayLine(name, { property: name, seed: details.seed, path: details.counterexamplePath ?? '', case: shrunk }),
    ].join('\n'),
  );
}

/** The command line as it is started: of an installed package, or in a checkout. */
const command = import.meta.url.includes('/node_modules/') ? ['npx', 'systole'] : ['npm', 'run', '-s', 'systole', '--'];

/**
 * How what failed is run again with waves: a product from its case, others from what draws them; nothing for what only
 * a test knows.
 */
function replayLine(name: string, drawn: DrawnFile): readonly string[] {
  if (properties.some((one) => one.name === name)) return [`  replay: ${replayCommand(name, drawn)}`];
  return isCase(drawn.case) ? [`  replay: ${replayCommand(name, drawn.case)}`] : [];
}

/** Writes what is to be run again to a file, and says how; that it cannot be written hides no failure. */
function replayCommand(name: string, content: DrawnFile | MatmulCase): string {
  try {
    const title = name.replaceAll(/\W+/g, '-').slice(0, LONGEST_NAME);
    const file = join(mkdtempSync(join(tmpdir(), 'systole-')), `${title}.json`);
    writeFileSync(file, JSON.stringify(content), { flag: 'wx' });
    return shellCommand(...command, 'replay', file, '--waves', 'failure.vcd');
  } catch (error) {
    const { why, remedy } = fileReason(error, 'write');
    return `cannot write the case to ${tmpdir()}: ${why}; ${remedy}, and draw it again with the seed`;
  }
}

/** @throws PropertyError for a value that is no whole number. */
function fromEnvironment(name: 'SYSTOLE_SEED' | 'SYSTOLE_SHRINKS'): number | undefined {
  const given = process.env[name];
  if (given === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(given)) {
    throw new PropertyError(`${name} is ${given}; give the whole number that a failure printed, or leave it out`);
  }
  return Number(given);
}

/** The case on one line, long lists cut. */
function summary(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    Array.isArray(part) && part.length > 16 ? [...part.slice(0, 16), `… ${part.length}`] : part,
  );
}
