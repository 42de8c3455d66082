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

describe.each([2, 4, 16])('the byte queue of a bus of %d bytes', (busBytes) => {
  const bench = new Bench(elaborate(ByteQueue(busBytes), { monitors: true }));
  let wanted: readonly number[] = [];
  // The first of all parts: what is wanted changes with what was taken.
  bench.add({ drive: () => bench.set({ want: wanted[sink.got.length] ?? 0 }) });
  const source = bench.source('chunk', chunk(busBytes));
  const sink = bench.sink('taken', uint(8 * busBytes));
  const sizes = fc.array(fc.integer({ min: 1, max: busBytes }), { minLength: 1, maxLength: 40 });

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
      source.push({ data: bytesFrom(start, bytes, busBytes, -1n), bytes });
      start += bytes;
    }
    const from = bench.cycle;
    const last = (): number => (sink.got.at(-1)?.cycle ?? from) - from;
    bench.run(100_000, () => bench.cycle - from === last() + 60);
    let taken = 0;
    sink.payloads.forEach((word, i) => {
      const want = parts[i] ?? 0;
      expect(word).toBe(bytesFrom(taken, want, busBytes, 0n));
      taken += want;
    });
    bench.pulse({ clear: 1 });
    bench.step();
    return { taken, cycles: last() };
  }

  it('gives the bytes that came, in order, however they are cut', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.constantFrom(0, 0.5), fc.integer(), (chunks, parts, stall, seed) => {
        const come = chunks.reduce((sum, bytes) => sum + bytes, 0);
        let expected = 0;
        for (const want of parts)
          if (expected + want <= come) expected += want;
          else break;
        expect(pass(chunks, parts, stall, seed).taken).toBe(expected);
      }),
      { numRuns: runsOf({ few: 20, all: 80 }) },
    );
  });

  it.each([1, busBytes - 1, busBytes])('moves a beat a cycle when the first chunk has %d bytes', (first) => {
    const beats = 50;
    const full = Array.from({ length: beats }, () => busBytes);
    // With less than a beat at first, the first part waits for the second chunk.
    expect(pass([first, ...full], full, 0, 1).cycles).toBe(beats + (first === busBytes ? 0 : 1));
  });

  it('holds two beats, and no byte more', () => {
    bench.begin({ stall: 0 });
    wanted = [];
    const cycles: number[] = [];
    const from = bench.cycle;
    for (let i = 0; i < 3; i++)
      source.push({ data: 0, bytes: busBytes }, { sent: (cycle) => cycles.push(cycle - from) });
    bench.step(9);
    expect(cycles).toEqual([0, 1]);
  });
});
