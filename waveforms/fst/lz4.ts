/** Blocks of LZ4 (its block format): sequences of literals and of copies of what came before. */

/** @param length of what comes out @throws RangeError for what is no such block */
export function decodeLz4(block: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let [from, to] = [0, 0];
  const byte = (): number => {
    const value = block[from++];
    if (value === undefined) throw new RangeError('the block ends early');
    return value;
  };
  const lengthFrom = (first: number): number => {
    if (first < 15) return first;
    let [sum, more] = [first, 255];
    for (; more === 255; sum += more) more = byte();
    return sum;
  };
  while (from < block.length) {
    const token = byte();
    const literals = lengthFrom(token >> 4);
    if (from + literals > block.length || to + literals > length) throw new RangeError('literals go past the end');
    out.set(block.subarray(from, from + literals), to);
    [from, to] = [from + literals, to + literals];
    // The last sequence has no copy.
    if (from >= block.length) break;
    const back = byte() + 256 * byte();
    const copied = lengthFrom(token & 15) + 4;
    if (back === 0 || back > to || to + copied > length) throw new RangeError('a copy goes past the ends');
    // Byte by byte: a copy may overlap with itself.
    for (let i = 0; i < copied; i++, to++) out[to] = out[to - back] ?? 0;
  }
  if (to !== length) throw new RangeError('the block ends early');
  return out;
}
