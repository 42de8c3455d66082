/**
 * AES-128 as a pipeline of its ten rounds (FIPS 197): 160 reads of tables a cycle, and little else.
 *
 * Interface: none but clock and reset in; `checksum` out, which two runs of equally many cycles must agree in.
 *
 * Timing: a block, the last one's number added to what came out of the pipeline, enters and leaves in every cycle; a
 * block takes ten.
 */
import { constant, module, reg, regs, uint, vec, type UInt, type Vec } from '../../hdl/index.ts';

type Byte = UInt<8>;
type BlockOfBytes = Vec<Byte, 16>;
const block = vec(16, uint(8));

/** Times x in GF(2⁸), modulo x⁸ + x⁴ + x³ + x + 1. */
const timesX = (byte: number): number => ((byte << 1) ^ (byte >> 7 === 1 ? 0x11b : 0)) & 0xff;

/** The S-box: the inverse in GF(2⁸), then an affine map (FIPS 197, 5.1.1). */
export const SBOX: readonly number[] = sbox();

function sbox(): number[] {
  const table = Array.from({ length: 256 }, () => 0x63);
  const rotated = (byte: number, by: number): number => ((byte << by) | (byte >> (8 - by))) & 0xff;
  // p runs through all that is not 0 as powers of 3, q through their inverses.
  let [p, q] = [1, 1];
  do {
    p ^= timesX(p);
    q ^= q << 1;
    q ^= q << 2;
    q ^= q << 4;
    q &= 0xff;
    if ((q & 0x80) !== 0) q ^= 0x09;
    table[p] = q ^ rotated(q, 1) ^ rotated(q, 2) ^ rotated(q, 3) ^ rotated(q, 4) ^ 0x63;
  } while (p !== 1);
  return table;
}

/** The eleven round keys of a key (FIPS 197, 5.2). */
function roundKeys(key: readonly number[]): readonly (readonly number[])[] {
  const words = Array.from({ length: 4 }, (_, i) => key.slice(4 * i, 4 * i + 4));
  let factor = 1;
  for (let i = 4; i < 44; i++) {
    let word = words[i - 1] ?? [];
    if (i % 4 === 0) {
      word = [...word.slice(1), ...word.slice(0, 1)].map((byte) => SBOX[byte] ?? 0);
      word[0] = (word[0] ?? 0) ^ factor;
      factor = timesX(factor);
    }
    words.push(word.map((byte, j) => byte ^ (words[i - 4]?.[j] ?? 0)));
  }
  return Array.from({ length: 11 }, (_, round) => words.slice(4 * round, 4 * round + 4).flat());
}

const table = (): Vec<Byte> => constant(vec(256, uint(8)), SBOX);
const doubled = (x: Byte): Byte => x.shl(1).xor(x.bit(7).asUint().extend(8).mul(0x1b).truncate(8));

/** Substituted, with its rows shifted: byte (row, col) comes from column col + row. */
function substituted(state: Vec<Byte>): readonly Byte[] {
  const box = table();
  return Array.from({ length: 16 }, (_, i) => box.at(state.at((i + 4 * (i % 4)) % 16)));
}

const Round = module('aes_round', { in: { state: block, key: block }, out: { next: block } }, ({ state, key }) => {
  const bytes = substituted(state);
  const mixed = bytes.map((byte, i) => {
    const at = (row: number): Byte => bytes[4 * Math.floor(i / 4) + ((i + row) % 4)] ?? byte;
    return doubled(byte)
      .xor(doubled(at(1)))
      .xor(at(1))
      .xor(at(2))
      .xor(at(3))
      .xor(key.at(i));
  });
  return { next: held(mixed) };
});

const LastRound = module(
  'aes_last_round',
  { in: { state: block, key: block }, out: { next: block } },
  ({ state, key }) => ({
    next: held(substituted(state).map((byte, i) => byte.xor(key.at(i)))),
  }),
);

function held(bytes: readonly Byte[]): BlockOfBytes {
  const next = reg('held', block);
  next.next = [...bytes];
  return next;
}

const KEY = [0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c];

/** The pipeline alone: `block` comes out as `cipher` ten cycles later. */
export const Aes = (key: readonly number[] = KEY) => {
  const keys = roundKeys(key).map((bytes) => [...bytes]);
  const keyOf = (round: number): BlockOfBytes => constant(block, keys[round] ?? []);
  return module('aes', { in: { block }, out: { cipher: block } }, (i) => {
    let state = Round(
      { state: Array.from({ length: 16 }, (_, k) => i.block.at(k).xor(keyOf(0).at(k))), key: keyOf(1) },
      { name: 'round1' },
    ).next;
    for (let round = 2; round < 10; round++)
      state = Round({ state, key: keyOf(round) }, { name: `round${round}` }).next;
    return { cipher: LastRound({ state, key: keyOf(10) }, { name: 'last' }).next };
  });
};

export const AesBench = module('aes_bench', { in: {}, out: { checksum: uint(32) } }, () => {
  const count = reg('count', uint(8));
  count.next = count.add(1);
  const plain = reg('plain', block);
  const { cipher } = Aes()({ block: plain }, { name: 'aes' });
  plain.next = cipher.with(0, cipher.at(0).add(count));
  const r = regs({ checksum: uint(32) });
  const word = cipher.at(3).extend(32).or(cipher.at(9).extend(32).shl(8)).or(cipher.at(12).extend(32).shl(16));
  r.checksum.next = r.checksum.shl(1).or(r.checksum.shr(31)).xor(word);
  return r;
});
