/**
 * Runs of several files side by side. What is the same within each file and differs between them is what is compared;
 * runs that are alike in everything else belong together.
 */
import type { Fields, Plain, Run, RunFile } from './runs.ts';

/** Names, and nothing that a result depends on: a preset is its parameters, engines give the same cycles. */
const namesOnly: readonly string[] = ['preset', 'engine'];

/** Runs that belong together. */
export interface Peers {
  /** What tells them from the others of their files. */
  readonly at: Fields;
  /** One for each file; null where it has no such run. */
  readonly runs: readonly (Run | null)[];
}

export interface Comparison {
  readonly files: readonly RunFile[];
  /** What each file has one value of, and not all the same: the values, by file. */
  readonly differs: ReadonlyMap<string, readonly Plain[]>;
  readonly peers: readonly Peers[];
}

export function compare(files: readonly RunFile[]): Comparison {
  const names = [...new Set(files.flatMap(({ runs }) => runs.flatMap(({ setting }) => [...setting.keys()])))];
  const values = new Map(names.map((name) => [name, files.map((file) => valuesOf(file, name))] as const));
  const differs = new Map<string, readonly Plain[]>();
  for (const [name, sets] of values) {
    const single = sets.flatMap((set) => (set.length === 1 ? set : []));
    if (single.length === files.length && new Set(single).size > 1) differs.set(name, single);
  }
  const key = names.filter((name) => !differs.has(name) && !namesOnly.includes(name));
  const varying = key.filter((name) => new Set(values.get(name)?.flat()).size > 1);
  return { files, differs, peers: peersOf(files, varying) };
}

const valuesOf = ({ runs }: RunFile, name: string): readonly Plain[] => [
  ...new Set(runs.map(({ setting }) => setting.get(name) ?? null)),
];

/** @param key the fields in which those of one group are alike */
function peersOf(files: readonly RunFile[], key: readonly string[]): readonly Peers[] {
  const peers = new Map<string, { readonly at: Fields; readonly runs: (Run | null)[] }>();
  files.forEach(({ runs }, file) => {
    const seen = new Map<string, number>();
    for (const run of runs) {
      const at = key.map((name) => run.setting.get(name) ?? null);
      const alike = JSON.stringify(at);
      // The second of a file's runs that are alike belongs to the second of another's.
      const times = seen.get(alike) ?? 0;
      seen.set(alike, times + 1);
      const id = `${alike} ${times}`;
      const group = peers.get(id) ?? {
        at: new Map(key.map((name, i) => [name, at[i] ?? null])),
        runs: files.map(() => null),
      };
      group.runs[file] = run;
      peers.set(id, group);
    }
  });
  return [...peers.values()];
}

/** The fields of results in which runs that belong together differ, in the order in which runs have them. */
export function differingResults(peers: readonly Peers[]): readonly string[] {
  const names = new Set(peers.flatMap(({ runs }) => runs.flatMap((run) => [...(run?.results.keys() ?? [])])));
  return [...names].filter((name) =>
    peers.some(({ runs }) => {
      const values = runs.flatMap((run) => (run?.error === null ? [run.results.get(name) ?? null] : []));
      return new Set(values).size > 1;
    }),
  );
}

/** How much more than `from` it is, as a part of it; null where there is no such figure. */
export function changeOf(from: Plain | undefined, to: Plain | undefined): number | null {
  if (typeof from !== 'number' || typeof to !== 'number') return null;
  if (from === to) return 0;
  return from === 0 ? null : to / from - 1;
}
