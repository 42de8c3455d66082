/** `systole replay` of a case that a property draws again: a program, which leaves something other than a product. */
import type { EngineName, Simulator } from '../hdl/sim/index.ts';
import type { drawnAgain } from '../testbench/properties/file.ts';
import { exitStatus, RunError, type ExitStatus } from './failure.ts';
import { messageOf, statusOf, wavesUntil } from './run.ts';
import { count } from './text.ts';
import { viewerCommand, type Waves } from './wave-flags.ts';

type Drawn = NonNullable<ReturnType<typeof drawnAgain>>;

/**
 * Runs the case, which holds or throws. @throws RunError for what the run throws once it has begun; before, that itself
 */
export async function replayProperty(
  drawn: Drawn,
  waves: Waves,
  engine: EngineName,
  json: boolean,
): Promise<ExitStatus> {
  const { name, seed, config } = drawn;
  let simulation: Simulator | null = null;
  const cycle = (): number | null => simulation?.cycle ?? null;
  const onStart = (sim: Simulator): void => {
    waves.attach(sim, config);
    simulation = sim;
  };
  const what = { property: name, rows: config.rows, cols: config.cols, seed, engine };
  const print = (told: object, text: string): void => {
    process.stdout.write(`${json ? JSON.stringify({ ...told, ...what, cycle: cycle() }) : text}\n`);
  };
  try {
    drawn.run({ engine, onStart });
  } catch (error) {
    if (cycle() === null) throw error;
    const left = await wavesUntil(error, waves);
    if (json) print({ status: statusOf(error), error: messageOf(error) }, '');
    throw new RunError(error, [`in cycle ${count(cycle() ?? 0)} of a case of: ${name}`, ...left]);
  }
  const files = await waves.close();
  const shown = files === null ? '' : `\n  waves      ${viewerCommand(files)}`;
  print({ status: 'holds' }, `${name}: holds, after ${count(cycle() ?? 0)} cycles${shown}`);
  return exitStatus.ok;
}
