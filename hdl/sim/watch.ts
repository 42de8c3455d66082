/** Watching signals by reading them one by one: for engines that have nothing faster. */
import type { Watch } from './core.ts';
import { wordsFor, loadWords } from './words.ts';

export interface Watched { readonly width: number; readonly read: () => bigint }

export function watchReaders(watched: readonly Watched[]): Watch {
  const words = new Uint32Array(watched.reduce((most, { width }) => Math.max(most, wordsFor(width)), 1));
  let seen: readonly bigint[] = [];
  let kept: readonly bigint[] = [];
  const wordsOf = (index: number): Uint32Array => {
    const one = watched[index];
    if (one !== undefined) loadWords(words, one.read(), one.width);
    return words;
  };
  return {
    look: () => { seen = watched.map(({ read }) => read()); },
    changes: (visit) => { seen.forEach((pattern, index) => { if (pattern !== kept[index]) visit(index, wordsOf(index)); }); },
    keep: () => { kept = seen; },
    words: wordsOf,
  };
}
