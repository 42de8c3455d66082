/** What to show of each matrix engine. */
import type { NpuConfig } from '../npu/config.ts';
import type { MatrixKind } from '../npu/parameters.ts';
import type { ViewGroup, ViewSignal } from '../waveforms/index.ts';

/** Cells shown at first: the corner of a large array, all of a small one. */
const CELLS = 4;

type More = Omit<ViewSignal, 'path'>;

/** A signal of the system. */
export const signal = (path: string, more: More = {}): ViewSignal => ({ path: `system.${path}`, ...more });
const matrix = (path: string, more: More = {}): ViewSignal => signal(`npu.matrix.${path}`, more);

const job = [matrix('state'), matrix('job_dataflow', { label: 'dataflow' }), matrix('active', { colour: 'green' })];
const update = [matrix('update_enable'), matrix('update_line', { format: 'decimal' })];

function systolic({ rows, cols }: NpuConfig): ViewGroup[] {
  const cell = (r: number, c: number, name: string, more: More = {}): ViewSignal =>
    matrix(`array.cell[${r}][${c}].${name}`, { label: `${name} ${r},${c}`, ...more });
  const upTo = (count: number): readonly number[] => Array.from({ length: Math.min(count, CELLS) }, (_, i) => i);
  const corner = rows > CELLS || cols > CELLS ? ' (its north-west corner)' : '';
  return [
    {
      name: 'matrix engine',
      signals: [
        ...job,
        matrix('start', { colour: 'yellow' }),
        matrix('feed'),
        matrix('load'),
        ...['a_line', 'b_line', 'c_line'].map((line) => matrix(line, { format: 'decimal' })),
        ...update,
      ],
    },
    {
      name: `array ${rows} x ${cols}${corner}`,
      signals: upTo(rows).flatMap((r) =>
        upTo(cols).flatMap((c) => [
          cell(r, c, 'a', { colour: 'orange' }),
          cell(r, c, 'b', { colour: 'red' }),
          cell(r, c, 'cur', { colour: 'yellow' }),
          cell(r, c, 'sum', { colour: 'green' }),
          cell(r, c, 'valid'),
        ]),
      ),
    },
    {
      name: 'results',
      // Weight-stationary sums move south in `sum`; output-stationary ones gather in `cur`, and leave in `sum`.
      signals: ['sum', 'cur'].map((name) =>
        matrix(`array.cell[${rows - 1}][${cols - 1}].${name}`, {
          format: 'analog',
          colour: 'blue',
          label: `${name} of the last cell`,
        }),
      ),
    },
  ];
}

function single(): ViewGroup[] {
  return [
    {
      name: 'matrix engine',
      signals: [
        ...job,
        matrix('row_done', { colour: 'yellow' }),
        ...['row', 'lane', 'l', 'aLine', 'place', 'cLine'].map((name) => matrix(name, { format: 'decimal' })),
        ...update,
      ],
    },
    { name: 'results', signals: [matrix('total', { format: 'analog', colour: 'blue', label: 'sum' })] },
  ];
}

/** The groups of each. */
export const matrixGroups: Readonly<Record<MatrixKind, (config: NpuConfig) => readonly ViewGroup[]>> = {
  systolic,
  single,
};
