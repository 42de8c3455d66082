/** `systole matmul`: a product on the simulated NPU, checked against the reference. */
import type { Argv } from 'yargs';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';
import { shellPath } from '../testbench/kit/shell.ts';
import { referenceMatmul, referenceRequantise } from '../testbench/reference.ts';
import type { Dataflow } from '../npu/compiler/job.ts';
import { fastestDataflow, RESULT } from '../npu/compiler/matmul.ts';
import { scheduleFor } from '../npu/compiler/program.ts';
import { runMatmulInTurns } from '../testbench/run.ts';
import type { TileTimes } from '../testbench/tiles.ts';
import type { Difference } from '../testbench/waves.ts';
import { UsageError, type ExitStatus } from './failure.ts';
import { Output } from './files.ts';
import { fileFlag, switchFlag, textFlag, wordFlag } from './flags.ts';
import { htmlFlag } from './html-flag.ts';
import { keepApart } from './keep-apart.ts';
import { LATENCY, memoryFlags } from './memory-flags.ts';
import { inFlags, inFlagsLater, npuConfigOf, npuFlags, presetOf } from './npu-flags.ts';
import { npyBytes, npyFile } from './npy.ts';
import { operandFlags, operandsOf } from './operands.ts';
import { runFlags, settle, usualEngine, withWaves } from './run.ts';
import { explain } from './explain.ts';
import { biasFrom, requantiseFlag, roundingFlag, scaleOf, scaleText, typeOf } from './requantise-flag.ts';
import { tileFlag } from './tile-flag.ts';
import { recordTiles, tileTable } from './tile-times.ts';
import { waveFlags, Waves } from './wave-flags.ts';

const group = 'The run:';
/** Whichever dataflow the compiler expects to be the fastest. */
const BEST = 'best';

const flags = {
  ...operandFlags,
  bias: textFlag('bias', {
    group: 'The product:',
    describe: 'what C begins with, a .npy file of int32: m × n, or n for every row',
    otherwise: 'zeros',
  }),
  requantise: requantiseFlag,
  rounding: roundingFlag,
  out: fileFlag('out', ['.npy'], {
    group: 'The product:',
    describe: 'write C to this .npy file, as int32, or what it is requantised to',
  }),
  dataflow: wordFlag('dataflow', [...dataflowNames, BEST], {
    group,
    describe: 'what stays in the array: weights, outputs or inputs; or what is expected to take the fewest cycles',
    otherwise: 'ws',
  }),
  tile: tileFlag,
  explain: switchFlag('say how the product was cut up, what stayed on the chip, and when each unit was to work'),
  ...memoryFlags,
  ...runFlags,
  html: htmlFlag,
  timeline: switchFlag('with --json: what every unit was at over time, too, as pages need it'),
  ...waveFlags,
};

const build = (yargs: Argv) =>
  yargs
    .options(npuFlags)
    .options(flags)
    .example('$0 matmul --rows 7 --cols 13 --dataflow os', 'random matrices on an array of 7 × 13')
    .example('$0 matmul --m 196 --k 512 --n 512 --dataflow best', 'by the dataflow that takes the fewest cycles')
    .example('$0 matmul --a A.npy --b B.npy --out C.npy', 'your own matrices')
    .example('$0 matmul --waves run.vcd --waves-last 200', 'the last 200 cycles as waves')
    .epilogue(
      'Exits with 0 when the result equals the reference, 1 when it does not or the run fails, 2 for input that it cannot work with.',
    );
type Flags = Awaited<ReturnType<typeof build>['argv']>;

async function matmul(given: Flags): Promise<ExitStatus> {
  const config = npuConfigOf(given);
  const waves = new Waves(given);
  const out = given.out === undefined ? null : new Output(given.out);
  const html = given.html === undefined ? null : new Output(given.html);
  keepApart(
    [
      { by: '--a', path: given.a },
      { by: '--b', path: given.b },
      { by: '--bias', path: given.bias },
    ],
    [
      { by: '--out', path: out?.path },
      { by: '--html', path: html?.path },
      { by: '--waves', path: waves.path },
    ],
  );
  const { origin, seed, ...operands } = operandsOf(given);
  const { tile, engine = usualEngine, latency = LATENCY.least, stall = 0 } = given;

  const { m, k, n } = operands;
  const requantise = scaleOf(given.requantise, given.rounding);
  const bias = given.bias === undefined ? undefined : biasFrom(given.bias, m, n);
  const job = {
    ...operands,
    ...(bias === undefined ? {} : { bias }),
    ...(requantise === null ? {} : { requantise }),
  };
  const dataflow = dataflowOf(given, () => fastestDataflow(config, job, { memory: { latency } }));
  const preset = presetOf(given)?.name ?? null;
  const files = given.a === undefined || given.b === undefined ? [] : [given.a, given.b];
  const pages = {
    html,
    operands: [
      ...files.map((path, i) => `${i === 0 ? '--a' : '--b'} ${shellPath(path)}`),
      ...(given.bias === undefined ? [] : [`--bias ${shellPath(given.bias)}`]),
      ...(requantise === null ? [] : [scaleText(requantise)]),
      ...(tile === undefined ? [] : [`--tile ${tile.m},${tile.k},${tile.n}`]),
    ],
    timeline: given.timeline === true,
  };
  const asked = { config, preset, dataflow, m, k, n, origin, seed, engine, memory: { latency, stall }, ...pages };
  const json = given.json === true;
  if (given.timeline === true && !json)
    throw new UsageError('--timeline is given without --json', 'add it, or give --html FILE for a page that has it');

  const memory = { latency, seed, ...(stall === 0 ? {} : { stall }) };
  const multipliers = matrixEngineOf(config).description.multipliers(config);
  let tiles = (): readonly TileTimes[] => [];
  const done = await withWaves(waves, asked, { json, watch: given.watch === true }, async (usual, signal) => {
    const recording = given.explain === true ? recordTiles(usual, multipliers) : null;
    if (recording !== null) ({ tiles } = recording);
    const options = { ...(recording?.options ?? usual), memory };
    const product = { ...job, dataflow, ...(tile === undefined ? {} : { tile }) };
    return inFlagsLater(async () => runMatmulInTurns(config, product, options, signal));
  });
  const result = Int32Array.from(done.result);
  const sums = referenceMatmul(job);
  const expected = requantise === null ? sums : sums.map((sum) => referenceRequantise(sum, requantise));
  const difference = firstDifference(result, expected, n);
  try {
    // Before the waves are ended: a result is not lost to a disk that they have filled.
    out?.write(
      requantise === null ? npyBytes(result, m, n) : npyFile(Uint8Array.from(result), typeOf(requantise), [m, n]),
    );
  } catch (error) {
    await waves.close();
    throw error;
  }
  const explained = given.explain === true ? { tileTimes: tiles() } : {};
  const ran = { ...asked, job, done, recorded: done.recorded, difference, out: out?.path ?? null, ...explained };
  const status = await settle(ran, waves, json);
  if (given.explain === true && !json) {
    const { program, counters } = done;
    const schedule = explain(scheduleFor(program, RESULT), counters.cycles);
    process.stdout.write(`\n${[schedule, '', ...tileTable(tiles())].join('\n')}\n`);
  }
  return status;
}

function dataflowOf({ dataflow = 'ws', tile }: Pick<Flags, 'dataflow' | 'tile'>, fastest: () => Dataflow): Dataflow {
  if (dataflow !== BEST) return dataflow;
  if (tile !== undefined)
    throw new UsageError('--tile is given with --dataflow best', 'a tile is one of a dataflow: give that');
  return inFlags(fastest);
}

/** Where two results of `n` columns first differ, and how many elements do; null where none does. */
export function firstDifference(result: Int32Array, expected: Int32Array, n: number): Difference | null {
  let first = -1;
  let wrong = 0;
  expected.forEach((value, i) => {
    if (result[i] === value) return;
    if (first < 0) first = i;
    wrong++;
  });
  if (first < 0) return null;
  const [row, column] = [Math.floor(first / n), first % n];
  const text = `C[${row}][${column}] is ${result[first]}, not ${expected[first]}`;
  return { row, column, text: `${text}; ${wrong} of ${expected.length} elements differ` };
}

export const matmulCommand = { build, run: matmul };
