/** `--explain`: how a product is cut up, what stays on the chip, and when each unit was expected to work, in words. */
import type { Schedule } from '../npu/compiler/program.ts';
import { busyCycles } from '../npu/compiler/forecast.ts';
import { partsOfBuffer, togetherOf, type Buffering, type Plan } from '../npu/compiler/plan.ts';
import { turnedSize } from '../npu/matrix/dataflow.ts';
import { unitNames, type Unit } from '../npu/isa/units.ts';
import { columns, count, labelled, plural } from './text.ts';

/** Columns of the drawing. */
const WIDTH = 60;
/** An eighth more of a column's time in each. */
const LEVELS = ' ▁▂▃▄▅▆▇█';

const names = { m: 'rows', n: 'columns' } as const;
const turnedNames = { m: names.n, n: names.m } as const;

/** @param cycles that were taken */
export function explain(schedule: Schedule, cycles: number): string {
  const { turned, plan, buffering, works, spans, cycles: expected } = schedule;
  const { inner } = plan;
  const told = partsOfBuffer(plan);
  const tile = turned ? turnedSize(plan.tile) : plan.tile;
  const { parts, buffers, lines, banks } = buffering;
  const blocks = parts.m * parts.n;
  const ends = endsOf(plan, togetherOf(plan, buffering), buffers.sums);
  const order =
    parts.m === 1 || parts.n === 1 ? '' : `, along ${(turned ? turnedNames : names)[inner]} first, to and fro`;
  // What the engine takes for A is B turned, where inputs stay.
  const ofA = operand(buffering, 'a', parts.m * parts.k, loadsOf(works, told, 0, buffers.a));
  const ofB = operand(buffering, 'b', parts.k * parts.n, loadsOf(works, told, buffers.a, buffers.b));
  const off = (100 * (expected - cycles)) / cycles;
  const busy = (unit: Unit): number => busyCycles(spans.filter((_, at) => works[at]?.unit === unit));
  const most = unitNames.reduce((one, other) => (busy(other) > busy(one) ? other : one));
  return [
    'The schedule',
    ...labelled([
      ['C', `${plural(blocks, 'block')} of at most ${tile.m} × ${tile.n}${order}`],
      [
        'k',
        parts.k === 1 ? `all ${tile.k} at once` : `${parts.k} parts of at most ${tile.k}, added up in the accumulator`,
      ],
      ['A', turned ? ofB : ofA],
      ['B', turned ? ofA : ofB],
      [
        'sums',
        `${plural(buffers.sums, 'buffer')} of ${count(lines.sums)} lines` +
          (buffers.sums > 1 ? ': a block is stored while the next one is computed' : ''),
      ],
      ...(ends === '' ? [] : [['ends', ends] as const]),
      ...(buffers.results === 0
        ? []
        : [
            [
              'results',
              `${plural(buffers.results, 'buffer')} of ${count(lines.results)} lines in bank ${banks.results.from}`,
            ] as const,
          ]),
      [
        'expected',
        `${count(expected)} cycles, ${Math.abs(off).toFixed(1)} % ${off < 0 ? 'less' : 'more'} than taken; ` +
          `${most} works for ${count(busy(most))} of them`,
      ],
    ]),
    '',
    ...columns(
      unitNames
        .filter((unit) => works.some((work) => work.unit === unit))
        .map((unit) => [
          unit,
          drawn(
            works.flatMap((work, at) => (work.unit === unit ? (spans[at] ?? []) : [])),
            expected,
          ),
        ]),
    ),
  ].join('\n');
}

function operand({ buffers, lines, banks }: Buffering, kind: 'a' | 'b', tiles: number, loads: number): string {
  const { from, to } = banks[kind];
  const where = to - from === 1 ? `bank ${from}` : `banks ${from} to ${to - 1}`;
  const often =
    loads === tiles
      ? `${plural(tiles, 'tile')}, each loaded once`
      : `${plural(tiles, 'tile')} in ${plural(loads, 'load')}: not all stay`;
  return `${plural(buffers[kind], 'buffer')} of ${count(lines[kind])} lines in ${where}; ${often}`;
}

/** How the first tiles come, how the first blocks are done, and how the last sums leave. */
const endsOf = ({ slices, strips }: Plan, together: number, sums: number): string =>
  [
    ...(together === 1 ? [] : [`the first ${together} blocks go along k together`]),
    ...(slices === 1 ? [] : [`the first tiles come in up to ${slices} slices of k`]),
    ...(strips === 1 ? [] : [`the ${sums === 1 ? '' : 'first and the last '}sums leave in up to ${strips} strips`]),
  ].join(', ');

/** Tiles that are loaded into the buffers from `first` on: their first parts are. */
const loadsOf = (works: Schedule['works'], told: number, first: number, buffers: number): number =>
  works.filter(
    ({ unit, writes }) =>
      unit === 'load' &&
      writes.some((one) => one % told === 0 && one >= told * first && one < told * (first + buffers)),
  ).length;

/** How much of each stretch of time is worked. */
function drawn(spans: Schedule['spans'], cycles: number): string {
  const each = cycles / WIDTH;
  const worked = Array.from({ length: WIDTH }, () => 0);
  for (const { start, end } of spans)
    for (let at = Math.floor(start / each); at < Math.min(WIDTH, Math.ceil(end / each)); at++)
      worked[at] = (worked[at] ?? 0) + Math.max(0, Math.min(end, (at + 1) * each) - Math.max(start, at * each));
  return worked.map((of) => LEVELS[Math.round((8 * Math.min(of, each)) / each)]).join('');
}
