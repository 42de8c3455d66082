/** A comparison for programs. */
import { changeOf, differingResults, type Comparison } from './peers.ts';
import type { Plain } from './runs.ts';

/**
 * - `files`: their names, and how many runs they have
 * - `differs`: what each file has one value of, and not all the same: the values by file
 * - `points`: runs that belong together. `at`: what tells them from others; `status` by file, null where it has no such
 *   run; `error` where one has failed; `results`: what differs, `values` by file, and `change`, over the first, as a
 *   part of it (null where there is none)
 */
export interface ComparisonJson {
  readonly files: readonly { readonly name: string; readonly runs: number }[];
  readonly differs: Readonly<Record<string, readonly Plain[]>>;
  readonly points: readonly {
    readonly at: Readonly<Record<string, Plain>>;
    readonly status: readonly (string | null)[];
    readonly error?: readonly (string | null)[];
    readonly results: Readonly<
      Record<string, { readonly values: readonly Plain[]; readonly change: readonly (number | null)[] }>
    >;
  }[];
}

export function comparisonJson({ files, differs, peers }: Comparison): ComparisonJson {
  return {
    files: files.map(({ name, runs }) => ({ name, runs: runs.length })),
    differs: Object.fromEntries(differs),
    points: peers.map((group) => {
      const { at, runs } = group;
      return {
        at: Object.fromEntries(at),
        status: runs.map((run) => run?.status ?? null),
        ...(runs.some((run) => typeof run?.error === 'string') ? { error: runs.map((run) => run?.error ?? null) } : {}),
        results: Object.fromEntries(
          differingResults([group]).map((name) => {
            const values = runs.map((run) => run?.results.get(name) ?? null);
            return [name, { values, change: values.slice(1).map((value) => changeOf(values[0], value)) }];
          }),
        ),
      };
    }),
  };
}
