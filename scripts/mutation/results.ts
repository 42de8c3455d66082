/** What became of mutants: kept in a file, so that a run that was stopped goes on where it was; and as tables. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Mutant } from './mutants.ts';
import { kinds } from './operators.ts';

export const outcomes = ['invalid', 'killed', 'hung', 'survived', 'equivalent'] as const;
export type Verdict = (typeof outcomes)[number];

export interface Result {
  readonly id: string;
  readonly verdict: Verdict;
  readonly by: string;
  readonly why: string;
  readonly seconds: number;
}
export interface Judged extends Result {
  readonly mutant: Mutant;
}

/** The same as long as the file's text is. */
export const idOf = (text: string, { file, start, end, text: changed }: Mutant): string =>
  `${file}:${start}-${end}:${createHash('sha1').update(text).update('\0').update(changed).digest('hex').slice(0, 12)}`;

/** The results in a file, by mutant; none where there is no such file. What a stopped run wrote half does not count. */
export function readResults(path: string): Map<string, Result> {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return new Map(
    lines
      .filter((line) => line.endsWith('}'))
      .map((line): [string, Result] => {
        const result: Result = JSON.parse(line);
        return [result.id, result];
      }),
  );
}

export function keepResult(path: string, { id, verdict, by, why, seconds }: Result): void {
  appendFileSync(
    path,
    `${JSON.stringify({ id, verdict, by, why: why.slice(0, 200), seconds: Math.round(seconds * 10) / 10 })}\n`,
  );
}

/** One line: where, and what becomes what. */
export function describe({ file, line, column, kind, original, text }: Mutant): string {
  // Of a long piece of text only the part that differs.
  let from = 0;
  while (from < original.length && original[from] === text[from]) from++;
  let to = 0;
  while (to < Math.min(original.length, text.length) - from && original.at(-1 - to) === text.at(-1 - to)) to++;
  const part = (whole: string): string => {
    const [start, end] =
      original.length > 30
        ? [Math.max(0, from - 12), Math.min(whole.length, whole.length - to + 12)]
        : [0, whole.length];
    return whole.slice(start, end).replaceAll(/\s+/g, ' ');
  };
  return `${file}:${line}:${column} ${kind}: ${part(original)} → ${part(text)}`;
}

/** Killed, of those that are neither refused by the compiler nor equivalent, in percent. */
export function score(results: readonly Judged[]): number {
  const count = (...wanted: readonly Verdict[]): number =>
    results.filter(({ verdict }) => wanted.includes(verdict)).length;
  const all = count('killed', 'hung', 'survived');
  return all === 0 ? 100 : (100 * count('killed', 'hung')) / all;
}

/** A table by kind and one by file, then the survivors. */
export function report(results: readonly Judged[]): string {
  const table = (title: string, groups: readonly (readonly [string, readonly Judged[]])[]): string[] => {
    const rows = [
      [title, 'mutants', ...outcomes, 'score'],
      ...groups.map(([name, group]) => [
        name,
        String(group.length),
        ...outcomes.map((wanted) => String(group.filter(({ verdict }) => verdict === wanted).length)),
        `${score(group).toFixed(1)} %`,
      ]),
    ];
    const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
    return rows.map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(width(i)) : cell.padStart(width(i)))).join('  '),
    );
  };
  const by = (names: readonly string[], of: (mutant: Mutant) => string) =>
    names
      .map((name) => [name, results.filter(({ mutant }) => of(mutant) === name)] as const)
      .filter(([, group]) => group.length > 0);
  const files = [...new Set(results.map(({ mutant }) => mutant.file))].sort();
  const left = results.filter(({ verdict }) => verdict === 'survived');
  return [
    ...table('kind', [...by(kinds, ({ kind }) => kind), ['all', results]]),
    '',
    ...table(
      'file',
      by(files, ({ file }) => file),
    ),
    '',
    left.length === 0 ? 'no survivors' : 'survivors:',
    ...left.map(({ mutant }) => `  ${describe(mutant)}`),
  ].join('\n');
}
