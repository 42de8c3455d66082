/** `systole replay`: the case in which a property failed, once more, with waves. */
import type { Argv } from 'yargs';
import { npuConfig } from '../npu/config.ts';
import { differenceIn, jobOf, runCaseInTurns } from '../testbench/case.ts';
import { parseCase } from '../testbench/case-file.ts';
import { drawnAgain } from '../testbench/kit/replay.ts';
import { properties } from '../testbench/properties/all.ts';
import { fileArgument } from './arguments.ts';
import type { ExitStatus } from './failure.ts';
import { inputName, readInput } from './files.ts';
import { keepApart } from './keep-apart.ts';
import { propertiesOf, replayProperty } from './replay-property.ts';
import { textFlag } from './flags.ts';
import { runFlags, settle, usualEngine, withWaves } from './run.ts';
import { waveFlags, Waves } from './wave-flags.ts';

const build = (yargs: Argv) =>
  yargs
    .positional('file', { ...fileArgument('the file that the failed property names; - is stdin'), demandOption: true })
    .option(
      'from',
      textFlag('from', {
        describe: 'the module that exports the property, where it is one of yours',
        group: 'The run:',
      }),
    )
    .options(runFlags)
    .options(waveFlags)
    .example('$0 replay case.json --from test/properties.ts', 'a case of a property of yours')
    .example('$0 replay case.json --waves failure.vcd', 'the failing run as waves');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

async function replay(given: Flags): Promise<ExitStatus> {
  const waves = new Waves(given);
  keepApart([{ by: 'FILE', path: given.file }], [{ by: '--waves', path: waves.path }]);
  const { engine = usualEngine } = given;
  const json = given.json === true;
  const text = new TextDecoder().decode(readInput(given.file));
  const name = inputName(given.file);
  const again =
    given.from === undefined
      ? drawnAgain(text, name, properties)
      : drawnAgain(text, name, await propertiesOf(given.from));
  if (again !== null) return replayProperty(again, waves, engine, json);
  const drawn = parseCase(text, inputName(given.file));
  const { parameters, memory, dataflow, m, k, n } = drawn;
  const config = npuConfig(parameters);
  const origin = inputName(given.file);
  const asked = { config, preset: null, dataflow, m, k, n, origin, seed: memory.seed, engine, memory };
  const done = await withWaves(waves, asked, { json, watch: given.watch === true }, async (options, signal) =>
    runCaseInTurns(drawn, options, signal),
  );
  return settle(
    { ...asked, done, job: jobOf(drawn), difference: differenceIn(drawn, done.result), out: null },
    waves,
    json,
  );
}

export const replayCommand = { build, run: replay };
