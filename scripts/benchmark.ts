/** `npm run bench`: our engine, Verilator and Icarus side by side. */
import yargs from 'yargs';
import { measureAgainst } from './benchmark/against.ts';
import { partNames, runBench, subjectsOf, type Plan } from './benchmark/all.ts';
import { BenchError } from './benchmark/contender.ts';
import { designs } from './benchmark/designs.ts';
import { dmaReport, measureDma } from './benchmark/dma.ts';
import { columnsOf, layersReport, measureLayers } from './benchmark/layers.ts';
import { measureModels, modelsIn, modelsReport } from './benchmark/models.ts';
import { report, reportAgainst, withReport } from './benchmark/report.ts';
import { describeFailure } from './describe-failure.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { Output, readInput } from './files.ts';
import { numberFlag, switchFlag, textFlag } from './flags.ts';
import { exitWith, guardStreams } from './standard-streams.ts';
import { layers as ownLayers, type Layer } from '../testbench/benchmark/layers.ts';
import { shapesOf } from './sweep/shapes.ts';
import { packageVersion } from './version.ts';

const full: Plan = {
  parts: partNames,
  designs: Object.keys(designs),
  sizes: [16, 32, 64],
  npuSizes: [16, 32, 64],
  product: 256,
  seconds: 0.5,
  repeat: 5,
  slowUpTo: 32,
};
const quick: Plan = {
  parts: partNames,
  designs: Object.keys(designs),
  sizes: [4],
  npuSizes: [4],
  product: 16,
  seconds: 0.01,
  repeat: 1,
  slowUpTo: 4,
};
const MOST_SIZE = 256;
/** Of the memory, in cycles: as for a product. */
const LATENCY = { least: 2, most: 10_000 };
/** Arrays that layers run on. */
const layerSizes = [16, 32, 128];

const build = (args: readonly string[]) =>
  yargs(args)
    .scriptName('npm run bench --')
    .version(packageVersion())
    .options({
      only: textFlag('only', {
        describe: `parts, with commas between: ${partNames.join(', ')}; or designs: ${Object.keys(designs).join(', ')}`,
        otherwise: 'all',
      }),
      sizes: textFlag('sizes', {
        describe: 'rows and columns of the array alone, with commas between',
        otherwise: full.sizes.join(),
      }),
      'npu-sizes': textFlag('npu-sizes', { describe: "of the NPU's array", otherwise: full.npuSizes.join() }),
      product: numberFlag(
        'product',
        { least: 1, most: 4096 },
        { describe: 'the NPU multiplies matrices of so many rows and columns', otherwise: String(full.product) },
      ),
      repeat: numberFlag(
        'repeat',
        { least: 1, most: 100 },
        { describe: 'runs of each tool', otherwise: String(full.repeat) },
      ),
      milliseconds: numberFlag(
        'milliseconds',
        { least: 1, most: 60_000 },
        { describe: 'about how long a run takes', otherwise: String(full.seconds * 1000) },
      ),
      'slow-up-to': numberFlag(
        'slow-up-to',
        { least: 0, most: MOST_SIZE },
        {
          describe: 'largest array that Icarus, and Verilator built with its defaults, take part in',
          otherwise: String(full.slowUpTo),
        },
      ),
      quick: switchFlag('a smoke test: small and short'),
      against: textFlag('against', { describe: 'a commit: compare its engine with this one, and nothing else' }),
      layers: {
        type: 'string',
        describe:
          "only: layers of networks on the NPU, those of a file (M, K, N, or SCALE-Sim's topology) or 15 of ours",
      } as const,
      latency: numberFlag('latency', LATENCY, {
        describe: 'layers once more by a memory that answers after so many cycles, and what that costs',
        otherwise: 'not measured',
      }),
      forecast: switchFlag('layers as the compiler expects them, without running any'),
      models: {
        type: 'string',
        describe: 'only: networks on the NPU, the .tflite files of a folder or those of examples/models',
      } as const,
      dma: switchFlag('only: how much of the bus loads and stores use, and how long short ones take'),
      json: switchFlag('print one JSON object instead of tables'),
      readme: textFlag('readme', { describe: 'also write the tables between the marks of this file' }),
    })
    .parserConfiguration({ 'camel-case-expansion': false, 'boolean-negation': false })
    .strict()
    .locale('en')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error === undefined || error.name === 'YError' ? new UsageError(message ?? '', 'see --help') : error;
    });

function sizesOf(flag: string, text: string | undefined): readonly number[] | undefined {
  return text?.split(',').map((word) => {
    const size = /^\d+$/.test(word) ? Number(word) : NaN;
    if (!(size >= 2 && size <= MOST_SIZE))
      throw new UsageError(`--${flag} has ${word}`, `give whole numbers from 2 to ${MOST_SIZE} with commas between`);
    return size;
  });
}

function layersIn(path: string): readonly Layer[] {
  const shapes = shapesOf(new TextDecoder().decode(readInput(path)), path);
  return shapes.map(({ layer, m, k, n }, at) => ({ layer: layer ?? `${at + 1}`, m, k, n }));
}

/** What `--only` names: parts, and designs, which are some of their part. */
function chosenIn(text: string): Pick<Plan, 'parts' | 'designs'> {
  const words = text.split(',');
  const known: readonly string[] = [...partNames, ...Object.keys(designs)];
  for (const word of words) {
    if (!known.includes(word))
      throw new UsageError(`--only has ${word}`, `give some of ${known.join(', ')} with commas between`);
  }
  const named = words.filter((word) => word in designs);
  const parts = partNames.filter((part) => words.includes(part) || (part === 'designs' && named.length > 0));
  return { parts, designs: words.includes('designs') ? Object.keys(designs) : named };
}

async function bench(args: readonly string[]): Promise<ExitStatus> {
  const given = await build(args).parseAsync();
  // yargs has answered these itself.
  if (given['help'] === true || given['version'] === true) return exitStatus.ok;
  const base = given.quick === true ? quick : full;
  const plan: Plan = {
    ...(given.only === undefined ? { parts: base.parts, designs: base.designs } : chosenIn(given.only)),
    sizes: sizesOf('sizes', given.sizes) ?? base.sizes,
    npuSizes: sizesOf('npu-sizes', given['npu-sizes']) ?? base.npuSizes,
    product: given.product ?? base.product,
    repeat: given.repeat ?? base.repeat,
    seconds: given.milliseconds === undefined ? base.seconds : given.milliseconds / 1000,
    slowUpTo: given['slow-up-to'] ?? base.slowUpTo,
  };
  if (given.against !== undefined) {
    const rows = await measureAgainst(given.against, subjectsOf(plan), plan, (what) =>
      process.stderr.write(`${what}\n`),
    );
    process.stdout.write(
      given.json === true ? `${JSON.stringify(rows, null, 2)}\n` : reportAgainst(given.against, rows),
    );
    return exitStatus.ok;
  }
  for (const flag of ['latency', 'forecast'] as const)
    if (given[flag] !== undefined && given.layers === undefined)
      throw new UsageError(`--${flag} is given without --layers`, 'add --layers: it says how layers are measured');
  if (given.layers !== undefined) {
    const layers = given.layers === '' ? ownLayers : layersIn(given.layers);
    const columns = columnsOf(sizesOf('npu-sizes', given['npu-sizes']) ?? layerSizes);
    const progress = (what: string): void => void process.stderr.write(`${what}\n`);
    const cyclesBy = given.forecast === true ? 'forecast' : 'hardware';
    const measured = measureLayers(layers, columns, progress, { latency: given.latency, cyclesBy });
    process.stdout.write(given.json === true ? `${JSON.stringify(measured, null, 2)}\n` : layersReport(measured));
    return exitStatus.ok;
  }
  if (given.models !== undefined) {
    const models = modelsIn(given.models === '' ? undefined : given.models);
    const rows = measureModels(models, (what) => void process.stderr.write(`${what}\n`));
    process.stdout.write(given.json === true ? `${JSON.stringify(rows, null, 2)}\n` : modelsReport(rows));
    return rows.every(({ match }) => match) ? exitStatus.ok : exitStatus.failed;
  }
  if (given.dma === true) {
    const figures = measureDma();
    process.stdout.write(given.json === true ? `${JSON.stringify(figures, null, 2)}\n` : dmaReport(figures));
    return exitStatus.ok;
  }
  // Before minutes of measuring.
  const readme = given.readme === undefined ? null : new Output(given.readme);
  if (readme !== null) withTables(readme.path, '');

  const results = runBench(plan, (what) => process.stderr.write(`${what}\n`));
  const written = report(results);
  process.stdout.write(given.json === true ? `${JSON.stringify(results, null, 2)}\n` : written);
  // Read again: whoever edited it meanwhile keeps the edits.
  readme?.write(Buffer.from(withTables(readme.path, written)));
  return exitStatus.ok;
}

/** The text of a file with tables between its marks. @throws UsageError */
function withTables(path: string, tables: string): string {
  const text = withReport(new TextDecoder().decode(readInput(path)), tables);
  if (text === null)
    throw new UsageError(`${path} has no marks`, 'write <!-- bench --> and <!-- /bench --> where the tables belong');
  return text;
}

guardStreams();
try {
  exitWith(await bench(process.argv.slice(2)));
} catch (error) {
  // A tool's own words are the message; our stack would say nothing.
  const { status, text } =
    error instanceof BenchError
      ? { status: exitStatus.failed, text: `bench: ${error.message}` }
      : describeFailure(error);
  process.stderr.write(`${text}\n`);
  exitWith(status);
}
