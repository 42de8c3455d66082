/** The layers of a network as a table: what each took, and what it takes at the least. */
import type { LayerMeasurement } from '../../testbench/network/measurement.ts';
import { columns, count, percent } from '../text.ts';

interface Column {
  readonly title: string;
  /** Numbers end together. */
  readonly number?: true;
  readonly of: (layer: LayerMeasurement) => string;
}

export const layerColumns: readonly Column[] = [
  { title: '', number: true, of: ({ index }) => String(index) },
  { title: 'operator', of: ({ operator }) => operator },
  { title: 'shape', of: ({ shape }) => shape.join(' × ') },
  { title: 'on', of: ({ by }) => by },
  { title: 'cycles', number: true, of: ({ cycles }) => count(cycles) },
  { title: 'worked', number: true, of: ({ worked }) => count(worked) },
  { title: 'least', number: true, of: ({ bound }) => count(bound.cycles) },
  { title: 'of', of: ({ bound }) => bound.by },
  { title: 'use', number: true, of: ({ worked, utilisation }) => (worked === 0 ? '' : percent(utilisation)) },
  { title: 'read', number: true, of: ({ bytesRead }) => count(bytesRead) },
  { title: 'written', number: true, of: ({ bytesWritten }) => count(bytesWritten) },
  {
    title: 'bytes',
    of: ({ match, wrong }) => (match === null ? '' : match ? 'equal' : `${count(wrong)} differ`),
  },
];

/** Its lines as text. */
export const layerTable = (layers: readonly LayerMeasurement[]): string[] =>
  columns(
    [layerColumns.map(({ title }) => title), ...layers.map((layer) => layerColumns.map(({ of }) => of(layer)))],
    layerColumns.flatMap(({ number }, at) => (number === true ? [at] : [])),
  );
