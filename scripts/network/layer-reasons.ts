/** `--explain`: why each layer takes what it takes, in cycles. */
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import type { LayerMeasurement } from '../../testbench/network/measurement.ts';
import { columns, count } from '../text.ts';

interface Column {
  readonly title: string;
  readonly of: (layer: LayerMeasurement) => number;
}

/** Two sums: what the cycles of a layer were spent on, and what its unit's. */
function reasonColumns(parameters: NpuParameters): readonly Column[] {
  const multipliers = matrixEngineOf(parameters).description.multipliers(parameters);
  const full = ({ by, macs }: LayerMeasurement): number => (by === 'matrix' ? Math.ceil(macs / multipliers) : 0);
  const onArray = ({ by, worked }: LayerMeasurement): number => (by === 'matrix' ? worked : 0);
  return [
    { title: 'cycles', of: ({ cycles }) => cycles },
    { title: '= matrix', of: ({ spent }) => spent.matrix },
    { title: '+ vector', of: ({ spent }) => spent.vector },
    { title: '+ load', of: ({ spent }) => spent.load },
    { title: '+ store', of: ({ spent }) => spent.store },
    { title: '+ waits', of: ({ spent }) => spent.none },
    { title: 'on array', of: onArray },
    { title: '= full', of: full },
    { title: '+ unfilled', of: (layer) => (layer.by === 'matrix' ? layer.occupied - full(layer) : 0) },
    { title: '+ idle', of: (layer) => (layer.by === 'matrix' ? layer.worked - layer.occupied : 0) },
  ];
}

const legend = [
  'cycles: since the layers before ended, each by who was at this layer: its own unit, else another one, else nobody',
  'on array: cycles in which the matrix engine worked on it, some of them beside the layers before: as many as its',
  'multiplications take on a full array, more as rows and columns stay empty, or rows of A are fewer than those of the',
  'array; and idle, while operands or room for results are awaited, or the array fills and empties',
];

export function layerReasons(layers: readonly LayerMeasurement[], parameters: NpuParameters): string[] {
  const own = reasonColumns(parameters);
  const rows = layers
    .filter(({ by }) => by !== 'host' && by !== 'nobody')
    .map((layer) => [
      String(layer.index),
      layer.operator,
      ...own.map(({ of }) => of(layer)).map((cycles) => (cycles === 0 ? '' : count(cycles))),
    ]);
  return [
    ...columns([['', 'operator', ...own.map(({ title }) => title)], ...rows], [0, ...own.map((_, at) => at + 2)]),
    '',
    ...legend.map((line) => `  ${line}`),
  ];
}
