/** How near to what multipliers and bus allow layers of networks run, and how near to what was expected of them. */
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import { RESULT } from '../../npu/compiler/matmul.ts';
import { scheduleFor } from '../../npu/compiler/program.ts';
import { dataflowNames } from '../../npu/matrix/job.ts';
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

/** A layer by a column. */
export interface Cell {
  readonly cycles: number;
  readonly expected: number;
  readonly by: Bound['by'];
  /** Cycles over the bound. */
  readonly ratio: number;
}

export interface LayerTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly layer: Layer; readonly cells: readonly Cell[] }[];
}

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
function measure({ operands, sums }: Subject, { title, config, dataflow, bytes }: Column): Cell {
  const job = { ...operands, dataflow, ...(bytes === 1 ? { requantise } : {}) };
  const { counters, program, result } = runMatmul(config, job);
  const right = sums.every((sum, at) => result[at] === (bytes === 4 ? sum : referenceRequantise(sum, requantise)));
  if (!right) throw new BenchError(`${title}: ${job.m} × ${job.k} × ${job.n} differs from the reference`);
  const { by, ratio } = boundOf(config, job, counters.cycles);
  return { cycles: counters.cycles, expected: scheduleFor(program, RESULT).cycles, by, ratio };
}

export function measureLayers(
  layers: readonly Layer[],
  columns: readonly Column[],
  progress: (what: string) => void,
): LayerTable {
  const rows = layers.map((layer) => {
    progress(layer.layer);
    const { m, k, n } = layer;
    const operands = randomOperands({ m, k, n, seed: 1 });
    const subject = { operands, sums: referenceMatmul(operands) };
    return { layer, cells: columns.map((column) => measure(subject, column)) };
  });
  return { columns: columns.map(({ title }) => title), rows };
}

const mean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** In Markdown: cycles over the bound of each layer, their geometric mean and the worst. */
export function layersReport({ columns, rows }: LayerTable): string {
  const ratios = columns.map((_, at) => rows.map(({ cells }) => cells[at]?.ratio ?? NaN));
  const off = rows.flatMap(({ cells }) => cells.map(({ cycles, expected }) => Math.abs(expected / cycles - 1)));
  const heads = ['layer', 'm × k × n', ...columns];
  const lines = table(heads, [
    ...rows.map(({ layer: { layer, m, k, n }, cells }) => [
      layer,
      `${m} × ${k} × ${n}`,
      ...cells.map(({ ratio, by }) => `${ratio.toFixed(2)} ${by}`),
    ]),
    ['geometric mean', '', ...ratios.map((all) => mean(all).toFixed(3))],
    ['worst', '', ...ratios.map((all) => Math.max(...all).toFixed(2))],
  ]);
  const most = (100 * Math.max(...off)).toFixed(1);
  const about = 'Cycles over the bound, and what bounds them: multiplications, reads or writes.';
  return [about, '', ...lines, '', `What the compiler expected is off by at most ${most} %.`, ''].join('\n');
}
