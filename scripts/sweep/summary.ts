/** What a sweep says when it is done: the best of its NPUs, and those that nothing beats. */
import { candidatesOf, paretoFront, type Candidate } from '../../testbench/sweep/front.ts';
import { isMeasured, type Line } from '../../testbench/sweep/point.ts';
import { flagOf } from '../npu-flags.ts';
import { columns, count, paint, percent, plural } from '../text.ts';

/** Rows of a table; a sweep has more, and its file has them all. */
const MOST_ROWS = 10;

function table(candidates: readonly Candidate[]): string[] {
  const choices = Object.keys(candidates[0]?.choice ?? {});
  const heading = [...choices.map(flagOf), 'cycles', 'of the least', 'in use', 'multipliers', 'memory'];
  const rows = candidates
    .slice(0, MOST_ROWS)
    .map(({ choice, cycles, ratio, overall, multipliers, memory }) => [
      ...choices.map((name) => String(choice[name] ?? '')),
      count(cycles),
      `${ratio.toFixed(2)} ×`,
      percent(overall),
      count(multipliers),
      `${count(memory / 1024)} KiB`,
    ]);
  const more = candidates.length - rows.length;
  return [
    ...columns(
      [heading, ...rows],
      heading.map((_, i) => i),
    ).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

export function sweepText(lines: readonly Line[], out: string): string {
  const candidates = candidatesOf(lines);
  const wrong = lines.filter((line) => !isMeasured(line) || !line.match);
  const [first] = wrong;
  const reason = first === undefined ? '' : 'error' in first ? first.error : 'its result differs from the reference';
  const products = candidates[0]?.products ?? 0;
  return [
    `${plural(lines.length, 'point')} in ${out}${wrong.length === 0 ? ', all equal to the reference' : ''}`,
    ...(first === undefined
      ? []
      : [paint('red', `${plural(wrong.length, 'point')} failed; the first, ${first.point}: ${reason.split('\n')[0]}`)]),
    ...(candidates.length === 0
      ? []
      : [
          '',
          paint('bold', `Fewest cycles${products > 1 ? `, over ${count(products)} products` : ''}`),
          ...table(candidates),
          '',
          paint('bold', 'Beaten by none, in cycles, multipliers and memory together'),
          ...table(paretoFront(candidates)),
        ]),
  ].join('\n');
}
