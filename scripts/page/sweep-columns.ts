/** A sweep as columns: what differs between its points, and what was measured. */
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { isMeasured, type Line } from '../../testbench/sweep/point.ts';
import type { Measurement } from '../../testbench/measurement.ts';
import { flagOf } from '../npu-flags.ts';
import type { Column } from './chart-data.ts';
import { commandOf, settingNames, settingsOf, type SettingName } from './command-of.ts';

type Value = number | string | null;

const titles: Readonly<Partial<Record<SettingName, readonly [title: string, unit: string]>>> = {
  m: ['m', 'rows of A'],
  k: ['k', 'columns of A'],
  n: ['n', 'columns of B'],
  scratchpadBytes: ['scratchpad', 'bytes'],
  accumulatorBytes: ['accumulator', 'bytes'],
  busBytes: ['bus', 'bytes a beat'],
  latency: ['latency', 'cycles'],
};
const wordsOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const measured: readonly (readonly [name: string, title: string, unit: string, of: (run: Measurement) => number])[] = [
  ['cycles', 'cycles', 'cycles', (run) => run.cycles],
  ['utilisation', 'utilisation of the array', '%', (run) => 100 * run.utilisation],
  ['overall', 'utilisation overall', '%', (run) => 100 * run.overall],
  ['ratio', 'cycles over the least', '×', (run) => run.bound.ratio],
  [
    'multipliers',
    'area: multipliers',
    'multipliers',
    ({ parameters: of }) => matrixEngineOf(of).description.multipliers(of),
  ],
  [
    'memory',
    'area: local memory',
    'KiB',
    ({ parameters: { scratchpadBytes, accumulatorBytes } }) => (scratchpadBytes + accumulatorBytes) / 1024,
  ],
  ['traffic', 'bytes per MAC', 'bytes', (run) => (run.bytesRead + run.bytesWritten) / run.macs],
];

function column(name: string, title: string, unit: string, flag: string | null, values: readonly Value[]): Column {
  const isNumber = values.every((value) => typeof value !== 'string');
  if (isNumber)
    return {
      name,
      title,
      unit,
      flag,
      words: null,
      values: values.map((value) => (typeof value === 'number' ? value : null)),
    };
  const words = [...new Set(values.filter((value) => value !== null).map(String))];
  const index = new Map(words.map((word, i) => [word, i]));
  return {
    name,
    title,
    unit,
    flag,
    words,
    values: values.map((value) => (value === null ? null : (index.get(String(value)) ?? null))),
  };
}

export interface Columns {
  readonly columns: readonly Column[];
  /** What the command of every point begins with: all that is the same in them. */
  readonly command: string;
}

export function columnsOf(lines: readonly Line[]): Columns {
  const all = lines.map(settingsOf);
  const settings = settingNames.map((name) => [name, all.map((of) => of[name])] as const);
  const differing = settings.filter(([, values]) => new Set(values).size > 1);
  const [first] = lines;
  const without = new Set(differing.map(([name]) => name));
  const layers = lines.map(({ layer }) => layer);
  const presets = lines.map(({ parameters }) => parameters.preset);
  const words = (name: string, values: readonly Value[]) =>
    values.some((value) => value !== null) ? [column(name, name, '', null, values)] : [];
  return {
    columns: [
      column(
        'point',
        'point',
        '',
        null,
        lines.map(({ point }) => point),
      ),
      ...words('layer', layers),
      ...(new Set(presets).size > 1 ? words('preset', presets) : []),
      ...differing.map(([name, values]) => {
        const [title, unit] = titles[name] ?? [wordsOf(name), ''];
        return column(name, title, unit, `--${flagOf(name)}`, values);
      }),
      ...measured.map(([name, title, unit, of]) =>
        column(
          name,
          title,
          unit,
          null,
          lines.map((line) => (isMeasured(line) ? of(line) : null)),
        ),
      ),
      column(
        'status',
        'status',
        '',
        null,
        lines.map(({ status }) => status),
      ),
    ],
    command: first === undefined ? '' : commandOf(first, [], without),
  };
}
