/** How near to what multipliers and bus allow layers of networks run, and how near to what was expected of them. */
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import { RESULT } from '../../npu/compiler/matmul.ts';
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

export interface LayerTable {
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

/** A layer with its operands, and the sums that the reference makes of them. */
interface Subject {
  readonly operands: RandomOperands;
  readonly sums: Int32Array;
}

/** @throws BenchError for a result that is not the reference's */
function take({ operands, sums }: Subject, { title, config, dataflow, bytes }: Column, latency?: number): Taken {
  const job = { ...operands, dataflow, ...(bytes === 1 ? { requantise } : {}) };
  const { counters, program, result } = runMatmul(config, job, latency === undefined ? {} : { memory: { latency } });
  const right = sums.every((sum, at) => result[at] === (bytes === 4 ? sum : referenceRequantise(sum, requantise)));
  if (!right) throw new BenchError(`${title}: ${job.m} × ${job.k} × ${job.n} differs from the reference`);
  return { cycles: counters.cycles, expected: scheduleFor(program, RESULT).cycles };
}

function measure(subject: Subject, column: Column, latency: number | null): Cell {
  const { config, bytes } = column;
  const taken = take(subject, column);
  const job = { ...subject.operands, ...(bytes === 1 ? { requantise } : {}) };
  const { by, ratio } = boundOf(config, job, taken.cycles);
  return { ...taken, by, ratio, later: latency === null ? null : take(subject, column, latency) };
}

/** `latency`: of a slower memory, with which all of it is measured once more. */
export function measureLayers(
  layers: readonly Layer[],
  columns: readonly Column[],
  progress: (what: string) => void,
  latency: number | null = null,
): LayerTable {
  const rows = layers.map((layer) => {
    progress(layer.layer);
    const { m, k, n } = layer;
    const operands = randomOperands({ m, k, n, seed: 1 });
    const subject = { operands, sums: referenceMatmul(operands) };
    return { layer, cells: columns.map((column) => measure(subject, column, latency)) };
  });
  return { latency, columns: columns.map(({ title }) => title), rows };
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
  const about = 'Cycles over the bound, and what bounds them: multiplications, reads or writes.';
  const bounds = tableOf(
    measured,
    ({ ratio, by }) => `${ratio.toFixed(2)} ${by}`,
    ({ ratio }) => ratio,
  );
  const lines = [about, '', ...bounds, '', foreseen(cells), ''];
  if (measured.latency === null) return lines.join('\n');
  const late = `Cycles at a latency of ${measured.latency} over those at 2, of layers whose bound is at least ${LONG}.`;
  const slowdowns = tableOf(measured, (cell) => slowdown(cell)?.toFixed(3) ?? '', slowdown);
  return [...lines, late, '', ...slowdowns, '', foreseen(cells.flatMap(({ later }) => later ?? [])), ''].join('\n');
}
