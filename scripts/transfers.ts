/** `npm run transfers -- FILE...`: lists of transfers in iDMA's format on the NPU's DMA, held to a model of bytes. */
import yargs from 'yargs';
import { describeFailure } from './describe-failure.ts';
import { exitStatus, UsageError } from './failure.ts';
import { inputName, readInput } from './files.ts';
import { numberFlag, textFlag } from './flags.ts';
import { exitWith, guardStreams } from './standard-streams.ts';
import { parseTransfers } from '../testbench/transfers/list.ts';
import { replayTransfers } from '../testbench/transfers/replay.ts';

const build = (args: readonly string[]) =>
  yargs(args)
    .scriptName('npm run transfers --')
    .usage('$0 FILE...')
    .options({
      bus: textFlag('bus', { describe: 'bytes of an AXI beat: 4, 8, 16, 32 or 64', otherwise: '8' }),
      stall: numberFlag(
        'stall',
        { least: 0, most: 90 },
        { describe: 'in how many of 100 cycles each end of a channel stands still', otherwise: '30' },
      ),
      latency: numberFlag(
        'latency',
        { least: 1, most: 1000 },
        { describe: 'cycles until the memory answers', otherwise: '2' },
      ),
      seed: numberFlag('seed', { least: 0, most: 2 ** 31 }, { describe: 'chooses the stalls', otherwise: '1' }),
    })
    .parserConfiguration({ 'camel-case-expansion': false, 'boolean-negation': false })
    .strictOptions()
    .locale('en')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error === undefined || error.name === 'YError' ? new UsageError(message ?? '', 'see --help') : error;
    });

function busOf(text: string): number {
  if (['4', '8', '16', '32', '64'].includes(text)) return Number(text);
  throw new UsageError(`--bus is ${text}`, 'give 4, 8, 16, 32 or 64');
}

async function transfers(args: readonly string[]): Promise<void> {
  const given = await build(args).parseAsync();
  // yargs has answered these itself.
  if (given['help'] === true || given['version'] === true) return;
  const files = given._.map(String);
  if (files.length === 0) throw new UsageError('no list is given', 'name files with lists of transfers');
  const { stall = 30, latency = 2, seed = 1 } = given;
  const options = { busBytes: busOf(given.bus ?? '8'), stall: stall / 100, latency, seed };
  const lists = files.map((file) => parseTransfers(new TextDecoder().decode(readInput(file)), inputName(file)));
  lists.forEach((list, at) => {
    const {
      transfers: count,
      bytes,
      cycles,
      errors,
    } = replayTransfers(list, options, (done) => {
      if (done % 50 === 0) process.stderr.write(`${done} of ${list.length}\n`);
    });
    process.stdout.write(
      `${files[at] ?? ''}: ${count} transfers, ${bytes} bytes, ${errors} errors told, ${cycles} cycles: as they should be\n`,
    );
  });
}

guardStreams();
try {
  await transfers(process.argv.slice(2));
  exitWith(exitStatus.ok);
} catch (error) {
  const { status, text } = describeFailure(error);
  process.stderr.write(`${text}\n`);
  exitWith(status);
}
