import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { uint } from '../../hdl/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { ByteQueue, chunk } from './byte-queue.ts';
import { noise } from './testing-bytes.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

/** `count` bytes from `start` of a fixed sequence; above them, in a chunk, lies rubbish. */
const bytesFrom = (start: number, count: number, width: number, rubbish: bigint): bigint => {
  let word = rubbish;
  for (let i = Math.min(count, width) - 1; i >= 0; i--) word = (word << 8n) | BigInt(noise(start + i));
  return BigInt.asUintN(8 * width, word);
};

describe.each([
  [2, 2],
  [4, 4],
  [16, 16],
  [4, 8],
  [8, 4],
  [4, 20],
])('the byte queue of chunks of %d bytes and parts of %d', (chunkBytes, wantBytes) => {
  const bench = new Bench(elaborate(ByteQueue({ chunkBytes, wantBytes }), { monitors: true }));
  let wanted: readonly number[] = [];
  // The first of all parts: what is wanted changes with what was taken.
  bench.add({ drive: () => bench.set({ want: wanted[sink.got.length] ?? 0 }) });
  const source = bench.source('chunk', chunk(chunkBytes));
  const sink = bench.sink('taken', uint(8 * wantBytes));
  const sizes = (most: number) => fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 40 });

  /**
   * Puts chunks of these sizes in and takes parts of those, until nothing moves any more; returns the cycles until the
   * last transfer.
   */
  function pass(
    chunks: readonly number[],
    parts: readonly number[],
    stall: number,
    seed: number,
  ): { readonly taken: number; readonly cycles: number } {
    bench.begin({ stall, seed });
    wanted = parts;
    let start = 0;
    for (const bytes of chunks) {
      source.push({ data: bytesFrom(start, bytes, chunkBytes, -1n), bytes });
      start += bytes;
    }
    const from = bench.cycle;
    const last = (): number => (sink.got.at(-1)?.cycle ?? from) - from;
    bench.run(100_000, () => bench.cycle - from === last() + 60);
    let taken = 0;
    sink.payloads.forEach((word, i) => {
      const want = parts[i] ?? 0;
      expect(word).toBe(bytesFrom(taken, want, wantBytes, 0n));
      taken += want;
    });
    bench.pulse({ clear: 1 });
    bench.step();
    return { taken, cycles: last() };
  }

  it('gives the bytes that came, in order, however they are cut', () => {
    fc.assert(
      fc.property(
        sizes(chunkBytes),
        sizes(wantBytes),
        fc.constantFrom(0, 0.5),
        fc.integer(),
        (chunks, parts, stall, seed) => {
          const come = chunks.reduce((sum, bytes) => sum + bytes, 0);
          let expected = 0;
          for (const want of parts)
            if (expected + want <= come) expected += want;
            else break;
          expect(pass(chunks, parts, stall, seed).taken).toBe(expected);
        },
      ),
      { numRuns: runsOf({ few: 20, all: 80 }) },
    );
  });

  it.each([1, chunkBytes - 1, chunkBytes])(
    'moves as much each cycle as comes, from a first chunk of %d bytes',
    (first) => {
      const [smaller, larger] = [Math.min(chunkBytes, wantBytes), Math.max(chunkBytes, wantBytes)];
      const each = larger / smaller;
      const full = (size: number, moves: number): number[] => Array.from({ length: moves }, () => size);
      const chunks = full(chunkBytes, wantBytes > chunkBytes ? 50 * each : 50);
      const parts = full(wantBytes, wantBytes > chunkBytes ? 50 : 50 * each);
      // All that comes but less than a chunk, one transfer of the smaller ones in each cycle.
      const { taken, cycles } = pass([first, ...chunks], parts, 0, 1);
      expect(taken).toBe(50 * larger);
      // With less than a part at first, that waits for the chunks that complete it.
      const waits = wantBytes > chunkBytes ? each - (first === chunkBytes ? 1 : 0) : first < wantBytes ? 1 : 0;
      expect(cycles).toBe(50 * each + (wantBytes > chunkBytes ? waits - each + 1 : waits));
    },
  );

  it('holds a chunk beside a part, and no byte more', () => {
    bench.begin({ stall: 0 });
    wanted = [];
    const cycles: number[] = [];
    const from = bench.cycle;
    const most = Math.floor(wantBytes / chunkBytes) + 1;
    for (let i = 0; i <= most; i++)
      source.push({ data: 0, bytes: chunkBytes }, { sent: (cycle) => cycles.push(cycle - from) });
    bench.step(most + 7);
    expect(cycles).toEqual(Array.from({ length: most }, (_, i) => i));
  });
});
