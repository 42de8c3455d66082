/** Properties: what must hold of every case that can be drawn, and whose failures can be run again with waves. */
import fc from 'fast-check';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileReason } from '../../hdl/messages/file-reasons.ts';
import { UserError } from '../../hdl/messages/user-error.ts';
import type { EngineName, Simulator } from '../../hdl/sim/index.ts';
import { environmentNumber } from './environment.ts';
import { shellCommand } from './shell.ts';

/** How a case is run: the options of a {@link Bench}. */
export interface Watched {
  readonly engine?: EngineName;
  /** To be called with the simulation before its first cycle: attaches waves. */
  readonly onStart?: (sim: Simulator) => void;
}

/** A kind of case: how cases are drawn, and what must hold of each. */
export interface Property<C> {
  readonly name: string;
  /** Of plain data, which goes to JSON and back. */
  readonly cases: fc.Arbitrary<C>;
  /** Runs a case in simulations of its own. @throws anything where it does not hold, such as {@link DifferenceError} */
  readonly holds: (drawn: C, watched: Watched) => void;
  /** The module that exports it, `import.meta.url`: `systole replay` runs its cases again. */
  readonly module?: string;
}

/** A design came to its end, and what it left is not what it must leave. */
export class DifferenceError extends UserError {
  override readonly name = 'DifferenceError';
}

/** Compares number by number. @throws DifferenceError naming the first one that is not as it must be */
export function checkSame<T extends number | bigint | boolean | string>(
  what: string,
  found: ArrayLike<T>,
  expected: ArrayLike<T>,
): void {
  const at = Array.from(expected).findIndex((value, i) => value !== found[i]);
  if (at >= 0 && at < found.length)
    throw new DifferenceError(`${what}: number ${at} is ${String(found[at])}, not ${String(expected[at])}`);
  if (found.length !== expected.length)
    throw new DifferenceError(`${what}: ${found.length} numbers, not ${expected.length}`);
}

/**
 * What is written of a case that failed: its seed and path draw it again; it itself is there for people, and as a
 * check.
 */
export interface CaseFile {
  readonly property: string;
  readonly seed: number;
  readonly path: string;
  readonly case: unknown;
}

/** Smaller cases that are tried once one has failed: a number, since a busy machine is to find the same. */
const SHRINKS = 1000;

/** Of the case's file, in characters. */
const LONGEST_NAME = 80;

/** What is to be written to a file that `systole replay` reads, and its further arguments. */
export interface Replay {
  readonly content: unknown;
  readonly flags: readonly string[];
}

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
  /** How a case that failed is run again, where not by the property's module; null: only with seed and path. */
  readonly replay?: (drawn: CaseFile) => Replay | null;
}

/** A property does not hold: seed, shrunk case and the command that replays it are in the message. */
export class PropertyError extends UserError {
  override readonly name = 'PropertyError';
}

/**
 * Checks a property on cases drawn at random.
 * @throws PropertyError with everything needed to see the failure again; the shrunk case is written to a file.
 */
export function checkProperty<C>(property: Property<C>, options: PropertyOptions): void {
  const { name, cases, holds } = property;
  const seed = options.seed ?? environmentNumber('SYSTOLE_SEED');
  const most = options.shrinks ?? environmentNumber('SYSTOLE_SHRINKS') ?? SHRINKS;
  const path = options.path ?? process.env['SYSTOLE_PATH'];
  // A simulation takes its time, and a case has thousands of smaller neighbours: past the budget they count as fine.
  let tried = 0;
  let failed = false;
  const bounded = (drawn: C): void => {
    if (failed && ++tried > most) return;
    try {
      holds(drawn, {});
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
  const drawn = { property: name, seed: details.seed, path: details.counterexamplePath ?? '', case: shrunk };
  const replay = options.replay === undefined ? replayByModule(property, drawn) : options.replay(drawn);
  throw new PropertyError(
    [
      `${name} does not hold after ${details.numRuns} cases: ${reason}`,
      `  seed:   SYSTOLE_SEED=${details.seed} SYSTOLE_PATH=${details.counterexamplePath ?? ''}`,
      `  shrunk: ${summary(shrunk)} (${details.numShrinks} steps${rest})`,
      ...(replay === null ? [] : [`  replay: ${replayCommand(name, replay)}`]),
    ].join('\n'),
  );
}

/** By `--from` the property's module; null where it names none. */
export function replayByModule({ module }: Pick<Property<unknown>, 'module'>, content: CaseFile): Replay | null {
  if (module === undefined) return null;
  const file = fileURLToPath(module);
  const within = relative('.', file);
  return { content, flags: ['--from', within.startsWith(`..${sep}`) ? file : within] };
}

/** The command line as it is started: of an installed package, or in a checkout. */
const command = import.meta.url.includes('/node_modules/') ? ['npx', 'systole'] : ['npm', 'run', '-s', 'systole', '--'];

/** Writes what is to be run again to a file, and says how; that it cannot be written hides no failure. */
function replayCommand(name: string, { content, flags }: Replay): string {
  try {
    const title = name.replaceAll(/\W+/g, '-').slice(0, LONGEST_NAME);
    const file = join(mkdtempSync(join(tmpdir(), 'systole-')), `${title}.json`);
    writeFileSync(file, JSON.stringify(content), { flag: 'wx' });
    return shellCommand(...command, 'replay', file, ...flags, '--waves', 'failure.vcd');
  } catch (error) {
    const { why, remedy } = fileReason(error, 'write');
    return `cannot write the case to ${tmpdir()}: ${why}; ${remedy}, and draw it again with the seed`;
  }
}

/** The case on one line, long lists cut. */
function summary(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    Array.isArray(part) && part.length > 16 ? [...part.slice(0, 16), `… ${part.length}`] : part,
  );
}
