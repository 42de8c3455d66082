/**
 * Which of a few buffers has a tile when it is used, when it has to be loaded, and into which one: the least loads for
 * an order of uses that is known beforehand, as it is while a program is made.
 *
 * A tile stays where it is until its buffer is given to another one. The buffer that is given away is the one whose
 * tile is used again last (L. A. Belady, A study of replacement algorithms, 1966); of those not used again, the one
 * that has been free for the longest time, so that loads can run far ahead. A buffer that the use just before needs is
 * kept out of this, where there are others: else no load could run while that one is worked on.
 */
export interface Use {
  readonly buffer: number;
  /** Whether the tile has to be loaded before this use. */
  readonly load: boolean;
}

interface Held {
  tile: number;
  last: number;
  next: number;
}

const NEVER = Infinity;

/** @param tiles by use the tile that is used @param buffers at least 1 */
export function residency(tiles: readonly number[], buffers: number): readonly Use[] {
  const nextUse = nextUses(tiles);
  const held: Held[] = [];
  const bufferOf = new Map<number, number>();
  return tiles.map((tile, use) => {
    const next = nextUse[use] ?? NEVER;
    const at = bufferOf.get(tile);
    const now = at === undefined ? undefined : held[at];
    if (at !== undefined && now !== undefined) {
      now.last = use;
      now.next = next;
      return { buffer: at, load: false };
    }
    const buffer = held.length < buffers ? held.length : givenAway(held, use);
    const before = held[buffer];
    if (before !== undefined) bufferOf.delete(before.tile);
    held[buffer] = { tile, last: use, next };
    bufferOf.set(tile, buffer);
    return { buffer, load: true };
  });
}

function givenAway(held: readonly Held[], use: number): number {
  let best = -1;
  held.forEach((one, buffer) => {
    if (one.last === use - 1 && held.length > 1) return;
    const other = held[best];
    const later = other === undefined || one.next > other.next || (one.next === other.next && one.last < other.last);
    if (later) best = buffer;
  });
  return best;
}

/** For each use the next one of the same tile. */
function nextUses(tiles: readonly number[]): readonly number[] {
  const seen = new Map<number, number>();
  const next: number[] = Array.from({ length: tiles.length }, () => NEVER);
  for (let use = tiles.length - 1; use >= 0; use--) {
    const tile = tiles[use] ?? 0;
    next[use] = seen.get(tile) ?? NEVER;
    seen.set(tile, use);
  }
  return next;
}
