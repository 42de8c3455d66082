/** Random numbers from a seed, the same on every machine. */

/** A start for something of that name, far from those of others (FNV-1a, and the finaliser of MurmurHash3). */
export function seedOf(seed: number, name: string): number {
  let h = seed | 0;
  for (const letter of name) h = Math.imul(h ^ (letter.codePointAt(0) ?? 0), 0x0100_0193);
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return h ^ (h >>> 16);
}

/** Numbers from 0 up to but not 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
