/** `systole replay` of a case that a property draws again: a program of the NPU, or what a user's property draws. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CheckError, HangError, type EngineName, type Simulator } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { DifferenceError } from '../testbench/kit/property.ts';
import { isProperty, replayable, type DrawnAgain, type Replayable } from '../testbench/kit/replay.ts';
import { exitStatus, RunError, UsageError, type ExitStatus } from './failure.ts';
import { messageOf, statusOf, wavesUntil } from './run.ts';
import { count } from './text.ts';
import { viewerCommand, type Waves } from './wave-flags.ts';

/** The properties that a user's module exports. @throws UsageError for one that cannot be loaded or has none */
export async function propertiesOf(path: string): Promise<readonly Replayable<null>[]> {
  let loaded: unknown;
  try {
    loaded = await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new UsageError(`cannot load ${path}: ${messageOf(cause)}`, remedyFor(cause), { cause });
  }
  const found = Object.values(Object(loaded)).filter(isProperty);
  if (found.length === 0)
    throw new UsageError(`${path} exports no property`, 'export the one that failed: an object of name, cases, holds');
  return found.map((property) => replayable(property, () => null));
}

function remedyFor(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return code === 'ERR_UNKNOWN_FILE_EXTENSION'
    ? 'for TypeScript use Node 22.18 or newer, or install tsx and set NODE_OPTIONS="--import tsx"'
    : 'give the module that exports the property';
}

/**
 * Runs the case, which holds or throws. @throws RunError for what the run throws once it has begun; before, that itself
 */
export async function replayProperty(
  drawn: DrawnAgain<NpuConfig | null>,
  waves: Waves,
  engine: EngineName,
  json: boolean,
): Promise<ExitStatus> {
  const { name, seed, about: config } = drawn;
  let simulation: Simulator | null = null;
  const cycle = (): number | null => simulation?.cycle ?? null;
  const onStart = (sim: Simulator): void => {
    // Of a case that runs several simulations the first is shown.
    if (simulation !== null) return;
    waves.attach(sim, config);
    simulation = sim;
  };
  const machine = config === null ? {} : { rows: config.rows, cols: config.cols };
  const what = { property: name, ...machine, seed, engine };
  const print = (told: object, text: string): void => {
    process.stdout.write(`${json ? JSON.stringify({ ...told, ...what, cycle: cycle() }) : text}\n`);
  };
  try {
    drawn.run({ engine, onStart });
  } catch (thrown) {
    // What a user's property throws says that it does not hold, whatever it is.
    const isKnown = [CheckError, DifferenceError, HangError].some((kind) => thrown instanceof kind);
    const theirs = config === null && !isKnown;
    const error = theirs ? new DifferenceError(messageOf(thrown), { cause: thrown }) : thrown;
    if (cycle() === null) throw error;
    const left = await wavesUntil(error, waves);
    if (json) print({ status: statusOf(error), error: messageOf(error) }, '');
    throw new RunError(error, [`in cycle ${count(cycle() ?? 0)} of a case of: ${name}`, ...left]);
  }
  if (cycle() === null && waves.path !== undefined)
    throw new UsageError(`${name} shows no simulation`, 'give what its function is called with to the Bench: onStart');
  const files = await waves.close();
  const shown = files === null ? '' : `\n  waves      ${viewerCommand(files)}`;
  print({ status: 'holds' }, `${name}: holds, after ${count(cycle() ?? 0)} cycles${shown}`);
  return exitStatus.ok;
}
