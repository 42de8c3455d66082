/** Watching values by reading them one by one: for engines that have nothing faster. */
import { ChangeList } from './changes.ts';
import type { Watch } from './core.ts';
import type { Changes } from './trace.ts';

export interface Readable {
  readonly part: number;
  readonly width: number;
  readonly read: () => bigint;
}

export function watchReaders(watched: readonly Readable[]): Watch {
  const list = new ChangeList(watched.map(({ width }) => width));
  let seen: readonly bigint[] = [];
  let kept: readonly bigint[] = [];
  const listed = (patterns: readonly bigint[], isWanted: (pattern: bigint, index: number) => boolean): Changes => {
    list.clear();
    for (const [index, { part, width }] of watched.entries()) {
      const pattern = patterns[index] ?? 0n;
      if (isWanted(pattern, index)) list.add(part, pattern, width);
    }
    return list.changes;
  };
  const readAll = (): bigint[] => watched.map(({ read }) => read());
  return {
    look: () => {
      seen = readAll();
    },
    changes: () => listed(seen, (pattern, index) => pattern !== kept[index]),
    whole: () => listed(readAll(), () => true),
    keep: () => {
      kept = seen;
    },
  };
}
