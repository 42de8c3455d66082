/** Properties whose failures can be replayed with waves. */
import fc from 'fast-check';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellCommand } from './shell.ts';

/** For how long smaller cases are tried once one has failed. */
const SHRINK_SECONDS = 30;

export interface PropertyOptions {
  /** Cases drawn. */
  readonly runs: number;
  /** Draws the same cases again: both printed by a failure. The environment's SYSTOLE_SEED and SYSTOLE_PATH do the same. */
  readonly seed?: number;
  readonly path?: string;
}

/** A property does not hold: seed, shrunk case and the command that replays it are in the message. */
export class PropertyError extends Error {
  override readonly name = 'PropertyError';
}

/**
 * Checks that `holds` returns (does not throw) for cases drawn from `cases`, which must be plain data.
 * @throws PropertyError with everything needed to see the failure again; the shrunk case is written to a file.
 */
export function checkProperty<C>(name: string, cases: fc.Arbitrary<C>, holds: (drawn: C) => void, options: PropertyOptions): void {
  const seed = options.seed ?? (process.env['SYSTOLE_SEED'] === undefined ? undefined : Number(process.env['SYSTOLE_SEED']));
  const path = options.path ?? process.env['SYSTOLE_PATH'];
  // A simulation takes its time, and a case has thousands of smaller neighbours: past the budget they count as fine.
  let until = Infinity;
  const bounded = (drawn: C): void => {
    if (performance.now() > until) return;
    try {
      holds(drawn);
    } catch (error) {
      until = Math.min(until, performance.now() + SHRINK_SECONDS * 1000);
      throw error;
    }
  };
  const details = fc.check(fc.property(cases, bounded), {
    numRuns: options.runs, ...(seed === undefined ? {} : { seed }), ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return;
  const shrunk = details.counterexample?.[0];
  const reason = details.errorInstance instanceof Error ? `${details.errorInstance.name}: ${details.errorInstance.message}` : String(details.errorInstance);
  const file = join(mkdtempSync(join(tmpdir(), 'systole-')), `${name.replace(/\W+/g, '-')}.json`);
  writeFileSync(file, JSON.stringify(shrunk));
  throw new PropertyError([
    `${name} does not hold after ${details.numRuns} cases: ${reason}`,
    `  seed:   SYSTOLE_SEED=${details.seed} SYSTOLE_PATH=${details.counterexamplePath ?? ''}`,
    `  shrunk: ${summary(shrunk)} (${details.numShrinks} steps)`,
    `  replay: ${shellCommand('npm', 'run', '-s', 'systole', '--', 'replay', file, '--waves', 'failure.vcd')}`,
  ].join('\n'));
}

/** The case on one line, long lists cut. */
function summary(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (Array.isArray(part) && part.length > 16 ? [...part.slice(0, 16), `… ${part.length}`] : part));
}
