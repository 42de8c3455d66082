/** How near to what multipliers and bus allow layers of networks run, and how near to what was expected of them. */
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import { matmulProgram, RESULT } from '../../npu/compiler/matmul.ts';
import { scheduleFor } from '../../npu/compiler/program.ts';
import { dataflowNames } from '../../npu/matrix/dataflow.ts';
import type { Dataflow } from '../../npu/compiler/job.ts';
import { presets } from '../../npu/presets.ts';
import type { Layer } from '../../testbench/benchmark/layers.ts';
import { boundOf, type Bound } from '../../testbench/bound.ts';
import { referenceMatmul, referenceRequantise } from '../../testbench/reference.ts';
import { runMatmul } from '../../testbench/run.ts';
import { randomOperands, type RandomOperands } from '../../testbench/sweep/operands.ts';
import { BenchError } from './contender.ts';
import { table } from './report.ts';

/** An array, a dataflow, sums or requantised results: a column of the table. */
export interface Column {
  readonly title: string;
  readonly config: NpuConfig;
  readonly dataflow: Dataflow;
  readonly bytes: 1 | 4;
}

/** What a layer took, and what the compiler expected. */
interface Taken {
  readonly cycles: number;
  readonly expected: number;
}

/** A layer by a column. */
export interface Cell extends Taken {
  readonly by: Bound['by'];
  /** Cycles over the bound. */
  readonly ratio: number;
  /** The same layer by a memory that answers later; null where nobody asked. */
  readonly later: Taken | null;
}

/** Whose cycles a table has: the hardware's, or those that the compiler expects, which take no simulation. */
export type CyclesBy = 'hardware' | 'forecast';

export interface LayerTable {
  readonly cyclesBy: CyclesBy;
  /** Cycles from request to answer of the slower memory; null where nobody asked. */
  readonly latency: number | null;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly layer: Layer; readonly cells: readonly Cell[] }[];
}

/** Bounds of fewer cycles are of short layers, of which the first load and the last store are much. */
const LONG = 20_000;

/** From this size on an array has the bus and the memories of a large machine. */
const LARGE = 64;

/** Arrays of so many rows and columns, both dataflows, sums and 8-bit results. */
export function columnsOf(sizes: readonly number[]): readonly Column[] {
  return sizes.flatMap((size) => {
    const machine = size < LARGE ? {} : presets['tpu-v3'].parameters;
    const config = npuConfig({ ...machine, rows: size, cols: size });
    return ([4, 1] as const).flatMap((bytes) =>
      dataflowNames.map((dataflow) => ({
        title: `${size} × ${size} ${dataflow}${bytes === 1 ? ' int8' : ''}`,
        config,
        dataflow,
        bytes,
      })),
    );
  });
}

const requantise = { multiplier: 2 ** 30, shift: -8, zero: 0, low: -128, high: 127 };

const jobOf = (operands: RandomOperands, { dataflow, bytes }: Column) => ({
  ...operands,
  dataflow,
  ...(bytes === 1 ? { requantise } : {}),
});
const memoryOf = (latency?: number) => (latency === undefined ? {} : { memory: { latency } });

/** How cycles of a layer are come by, in a column and by a memory of a latency. */
type Take = (column: Column, latency?: number) => Taken;

/** By running it. Throws a BenchError for a result that is not the reference's. */
function onHardware(operands: RandomOperands): Take {
  const sums = referenceMatmul(operands);
  return (column, latency) => {
    const job = jobOf(operands, column);
    const { counters, program, result } = runMatmul(column.config, job, memoryOf(latency));
    const right = sums.every((sum, at) => {
      return result[at] === (column.bytes === 4 ? sum : referenceRequantise(sum, requantise));
    });
    if (!right) throw new BenchError(`${column.title}: ${job.m} × ${job.k} × ${job.n} differs from the reference`);
    return { cycles: counters.cycles, expected: scheduleFor(program, RESULT).cycles };
  };
}

function asForecast(operands: RandomOperands): Take {
  return (column, latency) => {
    const program = matmulProgram(column.config, jobOf(operands, column), memoryOf(latency));
    const { cycles } = scheduleFor(program, RESULT);
    return { cycles, expected: cycles };
  };
}

export interface LayerOptions {
  /** Of a slower memory, with which all of it is measured once more. */
  readonly latency?: number | null | undefined;
  readonly cyclesBy?: CyclesBy;
}

/** @throws BenchError for a result that is not the reference's */
export function measureLayers(
  layers: readonly Layer[],
  columns: readonly Column[],
  progress: (what: string) => void,
  { latency = null, cyclesBy = 'hardware' }: LayerOptions = {},
): LayerTable {
  const rows = layers.map((layer) => {
    progress(layer.layer);
    const { m, k, n } = layer;
    const operands = randomOperands({ m, k, n, seed: 1 });
    const take = cyclesBy === 'hardware' ? onHardware(operands) : asForecast(operands);
    const cells = columns.map((column): Cell => {
      const taken = take(column);
      const { by, ratio } = boundOf(column.config, jobOf(operands, column), taken.cycles);
      return { ...taken, by, ratio, later: latency === null ? null : take(column, latency) };
    });
    return { layer, cells };
  });
  return { cyclesBy, latency, columns: columns.map(({ title }) => title), rows };
}

const mean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** What was measured, as rows of a table: a text of each cell, then the mean and the most of a figure by column. */
function tableOf({ columns, rows }: LayerTable, show: (cell: Cell) => string, figure: (cell: Cell) => number | null) {
  const figures = columns.map((_, at) =>
    rows.flatMap(({ cells }) => cells.slice(at, at + 1).flatMap((cell) => figure(cell) ?? [])),
  );
  const summary = (of: (values: readonly number[]) => string): string[] =>
    figures.map((values) => (values.length === 0 ? '' : of(values)));
  return table(
    ['layer', 'm × k × n', ...columns],
    [
      ...rows.map(({ layer: { layer, m, k, n }, cells }) => [layer, `${m} × ${k} × ${n}`, ...cells.map(show)]),
      ['geometric mean', '', ...summary((values) => mean(values).toFixed(3))],
      ['worst', '', ...summary((values) => Math.max(...values).toFixed(2))],
    ],
  );
}

/** The most by which cycles were not as expected, as a sentence. */
function foreseen(taken: readonly Taken[]): string {
  const off = taken.map(({ cycles, expected }) => Math.abs(expected / cycles - 1));
  return `What the compiler expected is off by at most ${(100 * Math.max(...off)).toFixed(1)} %.`;
}

/** Cycles by a slower memory over those by the usual one; null for short layers. */
const slowdown = ({ cycles, ratio, later }: Cell): number | null =>
  later === null || cycles / ratio < LONG ? null : later.cycles / cycles;

/** In Markdown: cycles over the bound of each layer, their geometric mean and the worst; and what latency costs. */
export function layersReport(measured: LayerTable): string {
  const cells = measured.rows.flatMap((row) => row.cells);
  const ran = measured.cyclesBy === 'hardware';
  const cycles = ran ? 'Cycles' : 'Cycles that the compiler expects';
  const about = `${cycles} over the bound, and what bounds them: multiplications, reads or writes.`;
  /** What was expected of an execution, which a forecast alone does not have. */
  const wasForeseen = (taken: readonly Taken[]) => (ran ? ['', foreseen(taken)] : []);
  const bounds = tableOf(
    measured,
    ({ ratio, by }) => `${ratio.toFixed(2)} ${by}`,
    ({ ratio }) => ratio,
  );
  const lines = [about, '', ...bounds, ...wasForeseen(cells), ''];
  if (measured.latency === null) return lines.join('\n');
  const long = `of layers whose bound is at least ${LONG}`;
  const late = `${cycles} at a latency of ${measured.latency} over those at 2, ${long}.`;
  const slowdowns = tableOf(measured, (cell) => slowdown(cell)?.toFixed(3) ?? '', slowdown);
  return [...lines, late, '', ...slowdowns, ...wasForeseen(cells.flatMap(({ later }) => later ?? [])), ''].join('\n');
}
