/** How many bits things take. */

/** Bits of a number that tells `count` things apart: at least one, for even a single thing has a number. */
export const indexBits = (count: number): number => Math.max(1, Math.ceil(Math.log2(count)));

/** Bits of a number from 0 to `largest`. */
export const countBits = (largest: number): number => indexBits(largest + 1);
