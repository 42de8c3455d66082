/** Watching values by reading them one by one: for engines that have nothing faster. */
import { ChangeList } from './changes.ts';
import type { Watch } from './core.ts';
import type { Changes } from './trace.ts';

export interface Readable { readonly part: number; readonly width: number; readonly read: () => bigint }

export function watchReaders(watched: readonly Readable[]): Watch {
  const [told, whole] = [0, 1].map(() => new ChangeList(watched.map(({ width }) => width)));
  let seen: readonly bigint[] = [];
  let kept: readonly bigint[] = [];
  const list = (into: ChangeList | undefined, isWanted: (pattern: bigint, index: number) => boolean): Changes => {
    if (into === undefined) throw new RangeError('two lists were made');
    into.clear();
    seen.forEach((pattern, index) => {
      const one = watched[index];
      if (one !== undefined && isWanted(pattern, index)) into.add(one.part, pattern, one.width);
    });
    return into.changes;
  };
  return {
    look: () => {
      seen = watched.map(({ read }) => read());
      return list(told, (pattern, index) => pattern !== kept[index]);
    },
    whole: () => list(whole, () => true),
    keep: () => { kept = seen; },
  };
}
