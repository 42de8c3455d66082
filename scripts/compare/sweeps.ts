/** Sweeps against each other, for people. */
import { count, paint, plural } from '../text.ts';
import { distance, isAveraged, isTold, show, showChange, showDistance, table } from './figures.ts';
import { changeOf, differingResults, type Comparison } from './peers.ts';
import type { Fields, Run } from './runs.ts';
import { failureText } from './failure-text.ts';

/** Lines of a list; `--json` has them all. */
const MOST_LINES = 5;

interface Pair {
  readonly at: Fields;
  readonly from: Run;
  readonly to: Run;
}

/** A file's runs against those of the first. */
export function against({ files, peers }: Comparison, other: number): string[] {
  const [mine, theirs] = [files[0]?.name ?? '', files[other]?.name ?? ''];
  const all = peers.map(({ at, runs }) => ({ at, from: runs[0] ?? null, to: runs[other] ?? null }));
  const pairs = all.flatMap(({ at, from, to }): Pair[] => (from === null || to === null ? [] : [{ at, from, to }]));
  const measured = pairs.filter(({ from, to }) => from.error === null && to.error === null);
  return [
    paint('bold', `  ${plural(pairs.length, 'run')} of ${mine} and ${theirs} belong together`),
    ...failures(pairs, mine, theirs),
    ...onlyIn(
      mine,
      all.flatMap(({ at, from, to }) => (to === null && from !== null ? [at] : [])),
    ),
    ...onlyIn(
      theirs,
      all.flatMap(({ at, from, to }) => (from === null && to !== null ? [at] : [])),
    ),
    '',
    ...totals(measured, mine, theirs),
    ...farthest(measured, mine, theirs),
  ];
}

function failures(pairs: readonly Pair[], mine: string, theirs: string): string[] {
  return listed(
    pairs.flatMap(({ at, from, to }) =>
      [[mine, from] as const, [theirs, to] as const].flatMap(([name, run]) =>
        run.status === 'equal' ? [] : [paint('red', `${place(at)}: in ${name} ${failureText(run)}`)],
      ),
    ),
  );
}

/** Every figure that differs, over all pairs. */
function totals(pairs: readonly Pair[], mine: string, theirs: string): string[] {
  if (pairs.length === 0) return [];
  const names = differingResults(pairs.map(({ at, from, to }) => ({ at, runs: [from, to] }))).filter(isTold);
  if (names.length === 0) return ['  What came of them is the same.', ''];
  const rows = names.map((name) => {
    const values = pairs.map(({ from, to }) => [from.results.get(name), to.results.get(name)] as const);
    const [from, to] = ([0, 1] as const).map((side) => {
      const numbers = values.map((value) => value[side]).filter((value) => typeof value === 'number');
      if (numbers.length < values.length) return null;
      const total = numbers.reduce((sum, value) => sum + value, 0);
      return isAveraged(name) ? total / numbers.length : total;
    });
    const distances = values.flatMap((value) => distance(name, ...value) ?? []).toSorted((a, b) => a - b);
    const range = [distances.at(0), distances.at(-1)];
    return [
      name,
      show(name, from),
      show(name, to),
      typeof from === 'number' ? showChange(name, from, to) : '',
      ...range.map((value) => (value === undefined ? '' : showDistance(name, value))),
      count(values.filter(([a, b]) => a !== b).length),
    ];
  });
  return table(['total or mean', mine, theirs, 'change', 'least', 'most', 'runs that differ'], rows);
}

/** The runs whose cycles are farthest apart. */
function farthest(pairs: readonly Pair[], mine: string, theirs: string): string[] {
  const changed = pairs
    .map(({ at, from, to }) => ({ at, from: from.results.get('cycles'), to: to.results.get('cycles') }))
    .map((pair) => ({ ...pair, change: changeOf(pair.from, pair.to) ?? 0 }))
    .filter(({ change }) => change !== 0)
    .toSorted((a, b) => Math.abs(Math.log1p(b.change)) - Math.abs(Math.log1p(a.change)))
    .slice(0, MOST_LINES);
  if (changed.length === 0 || pairs.length === 1) return [];
  return table(
    ['farthest apart', `cycles in ${mine}`, `in ${theirs}`, 'change'],
    changed.map(({ at, from, to }) => [
      place(at),
      show('cycles', from),
      show('cycles', to),
      showChange('cycles', from, to),
    ]),
  );
}

/** Where a run stands among those of its file. */
const place = (at: Fields): string =>
  at.size === 0 ? 'the run' : [...at].map(([name, value]) => `${name} ${show(name, value)}`).join(', ');

const listed = (lines: readonly string[]): string[] => [
  ...lines.slice(0, MOST_LINES).map((line) => `  ${line}`),
  ...(lines.length > MOST_LINES ? [`  … and ${count(lines.length - MOST_LINES)} more`] : []),
];

const onlyIn = (name: string, places: readonly Fields[]): string[] =>
  places.length === 0
    ? []
    : [`  ${plural(places.length, 'run')} only in ${name}:`, ...listed(places.map((at) => `  ${place(at)}`))];
