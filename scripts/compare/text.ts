/** A comparison for people. */
import { count, paint } from '../text.ts';
import { failureText } from './failure-text.ts';
import { isOfTime, isTold, show, showChange, table } from './figures.ts';
import { differingResults, type Comparison } from './peers.ts';
import type { Run } from './runs.ts';
import { against } from './sweeps.ts';

export function comparisonText(all: Comparison): string {
  const { files } = all;
  const isOfSingle = files.every(({ runs }) => runs.length === 1);
  const title = files
    .map(({ name, runs }) => (runs.length === 1 ? name : `${name} (${count(runs.length)} runs)`))
    .join(' against ');
  return [
    paint('bold', title),
    '',
    ...differences(all),
    ...(isOfSingle ? details(all) : files.slice(1).flatMap((_, i) => against(all, i + 1))),
  ]
    .join('\n')
    .trimEnd();
}

/** What was run otherwise. */
function differences({ files, differs, peers }: Comparison): string[] {
  const isSame = differs.size === 0 && peers.every(({ runs }) => !runs.includes(null));
  if (differs.size === 0) return isSame ? ['  What was run is the same.', ''] : [];
  return table(
    ['what was run', ...files.map(({ name }) => name)],
    [...differs].map(([name, values]) => [name, ...values.map((value) => show(name, value))]),
  );
}

/** Runs of which each file has one: all that differs, side by side. */
function details({ files, peers }: Comparison): string[] {
  const runs = files.flatMap((file) => file.runs);
  const failed = runs.flatMap((run, i) =>
    run.status === 'equal' ? [] : [paint('red', `  ${files[i]?.name}: ${failureText(run)}`)],
  );
  const names = differingResults(peers).filter(isTold);
  const rows = names.map((name) => {
    const [from, ...others] = runs.map((run) => (run.error === null ? run.results.get(name) : undefined));
    return [name, show(name, from), ...others.flatMap((to) => [show(name, to), showChange(name, from, to)])];
  });
  const [first = '', ...others] = files.map(({ name }) => name);
  return [
    ...(failed.length > 0 ? [...failed, ''] : []),
    ...same(names, runs),
    ...(rows.length === 0
      ? []
      : table(['what came of it', first, ...others.flatMap((name) => [name, 'change'])], rows)),
  ];
}

/** Says so where those that came to their end are alike. */
function same(names: readonly string[], runs: readonly Run[]): string[] {
  const ended = runs.filter(({ error }) => error === null).length;
  if (ended < 2 || names.some((name) => !isOfTime(name))) return [];
  const whose = ended < runs.length ? 'the others' : 'it';
  return [`  What came of ${whose} is the same${names.length > 0 ? ', but for the time it took' : ''}.`, ''];
}
