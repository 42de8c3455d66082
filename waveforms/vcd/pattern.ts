/** A bit pattern as 32-bit words, least significant first, in memory that is used again. */
export class Pattern {
  #words = new Uint32Array(2);
  readonly #view = new DataView(new ArrayBuffer(8));

  get words(): Uint32Array {
    return this.#words;
  }

  /** Takes a pattern in. The result is valid until the next load; words past `width` bits may hold anything. */
  load(pattern: bigint, width: number): Uint32Array {
    const count = Math.ceil(width / 64) * 2;
    if (this.#words.length < count) this.#words = new Uint32Array(count);
    let rest = pattern;
    for (let word = 0; word < count; word += 2) {
      this.#view.setBigUint64(0, rest, true);
      this.#words[word] = this.#view.getUint32(0, true);
      this.#words[word + 1] = this.#view.getUint32(4, true);
      if (word + 2 < count) rest >>= 64n;
    }
    return this.#words;
  }
}
