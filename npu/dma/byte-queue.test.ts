import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { ByteQueue } from './byte-queue.ts';
import { Bench, noise, Source } from './testing.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

/** `count` bytes from `start` of a fixed sequence; above them, in a chunk, lies rubbish. */
const bytesFrom = (start: number, count: number, width: number, rubbish: bigint): bigint => {
  let word = rubbish;
  for (let i = Math.min(count, width) - 1; i >= 0; i--) word = (word << 8n) | BigInt(noise(start + i));
  return BigInt.asUintN(8 * width, word);
};

describe.each([2, 4, 16])('the byte queue of a bus of %d bytes', (busBytes) => {
  const bench = Bench.of(elaborate(ByteQueue(busBytes), { monitors: true }));
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
    bench.begin({ stall, latency: 0, seed });
    const source = new Source(bench, 'chunk');
    let start = 0;
    for (const bytes of chunks) {
      source.queue.push({ due: 0, payload: { data: bytesFrom(start, bytes, busBytes, -1n), bytes } });
      start += bytes;
    }
    let [taken, gone, last] = [0, 0, 0];
    for (let cycle = 0; cycle < last + 60; cycle++) {
      bench.set('want', parts[gone] ?? 0);
      source.drive(cycle);
      bench.accept('taken');
      if (bench.fires('taken')) {
        const want = parts[gone++] ?? 0;
        expect(bench.wide('taken_payload')).toBe(bytesFrom(taken, want, busBytes, 0n));
        taken += want;
        last = cycle;
      }
      source.settle();
      bench.sim.step();
    }
    bench.set('clear', 1);
    bench.sim.step();
    bench.set('clear', 0);
    return { taken, cycles: last };
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
    bench.begin({ stall: 0, latency: 0, seed: 1 });
    bench.set('want', 0);
    const taken = Array.from({ length: 3 }, () => {
      bench.offer('chunk', { data: 0n, bytes: busBytes });
      const isTaken = bench.get('chunk_ready');
      bench.sim.step();
      return isTaken;
    });
    expect(taken).toEqual([1, 1, 0]);
    bench.offer('chunk', null);
  });
});
