/** Bit patterns as 32-bit words, least significant first. */

/** Words that `width` bits take. */
export function wordsFor(width: number): number {
  return Math.ceil(width / 32);
}

/** Writes a pattern below 2^width into `into`, from word `at` on. */
export function storeWords(into: Uint32Array, at: number, pattern: bigint, width: number): void {
  let rest = pattern;
  for (let word = at, left = width; left > 0; word++, left -= 32) {
    into[word] = Number(BigInt.asUintN(32, rest));
    if (left > 32) rest >>= 32n;
  }
}

/** The pattern of `width` bits from word `at` on. */
export function patternOfWords(words: Uint32Array, width: number, at = 0): bigint {
  let pattern = 0n;
  for (let word = at + wordsFor(width) - 1; word >= at; word--) pattern = (pattern << 32n) | BigInt(words[word] ?? 0);
  return BigInt.asUintN(width, pattern);
}
