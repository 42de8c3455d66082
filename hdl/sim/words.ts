/** Bit patterns as 32-bit words, least significant first. */

/** Words that `width` bits take. */
export function wordsFor(width: number): number {
  return Math.ceil(width / 32);
}

/** Writes a pattern below 2^width into the first words of `into`. */
export function loadWords(into: Uint32Array, pattern: bigint, width: number): void {
  let rest = pattern;
  for (let word = 0, left = width; left > 0; word++, left -= 32) {
    into[word] = Number(BigInt.asUintN(32, rest));
    if (left > 32) rest >>= 32n;
  }
}

/** The pattern that the first `width` bits of `words` are. */
export function patternOfWords(words: Uint32Array, width: number): bigint {
  let pattern = 0n;
  for (let word = wordsFor(width) - 1; word >= 0; word--) pattern = (pattern << 32n) | BigInt(words[word] ?? 0);
  return BigInt.asUintN(width, pattern);
}
