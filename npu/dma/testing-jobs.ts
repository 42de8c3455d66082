/** Which jobs the tests of the DMA try. */
import fc from 'fast-check';
import type { DmaOptions } from './job.ts';
import { oneLine, type Job, type Pace } from './testing.ts';

/** Units to test: ordinary ones, and the ends of what the parameters may be. */
export const units: readonly DmaOptions[] = [
  { busBytes: 4, maxBurst: 16, outstanding: 4 }, { busBytes: 8, maxBurst: 16, outstanding: 8 }, { busBytes: 16, maxBurst: 16, outstanding: 4, id: 1 },
  { busBytes: 2, maxBurst: 7, outstanding: 3 }, { busBytes: 8, maxBurst: 1, outstanding: 1 }, { busBytes: 64, maxBurst: 256, outstanding: 2 },
];

/** Lengths of 1 to 4 beats at offsets of 0 to 2 beats, and lengths around a beat at every offset around a 4 KiB boundary. */
export function* sweep(busBytes: number): Generator<Job> {
  for (let offset = 0; offset <= 2 * busBytes; offset++) {
    for (let bytes = 1; bytes <= 4 * busBytes; bytes++) yield oneLine(20_480 + offset, bytes);
  }
  for (let before = 1; before <= 3 * busBytes; before++) {
    for (const bytes of [1, before, before + 1, 2 * busBytes, 5 * busBytes + 1]) yield oneLine(8192 - before, bytes);
  }
}

/** Jobs of up to some hundreds of bytes whose places are all different. */
export const anyJob = (busBytes: number): fc.Arbitrary<Job> => fc.record({
  tag: fc.nat(0xffff), lines: fc.integer({ min: 1, max: 9 }), lineBytes: fc.oneof(fc.integer({ min: 1, max: 4 * busBytes }), fc.integer({ min: 1, max: 700 })),
  gap: fc.oneof(fc.constant(0), fc.nat(3 * busBytes), fc.nat(5000)), near: fc.constantFrom(4096, 65_536, 2 ** 31, 2 ** 32), before: fc.nat(4 * busBytes),
  space: fc.constantFrom<0 | 1>(0, 1), local: fc.nat(0x7ffff), pieceBytes: fc.oneof(fc.integer({ min: 1, max: 3 * busBytes }), fc.constantFrom(busBytes, 2 * busBytes, 64, 1000)),
  transposed: fc.boolean(), extra: fc.nat(5),
}).map(({ gap, near, before, pieceBytes: wanted, transposed, extra, ...job }) => {
  // A line has 64 groups.
  const pieceBytes = Math.min(wanted, 64 * busBytes);
  const pieces = Math.ceil(job.lineBytes / pieceBytes);
  return {
    ...job, pieceBytes, dram: (near - before) % 2 ** 32, stride: job.lineBytes + gap,
    lineStep: transposed ? 1 + extra : pieces + extra, pieceStep: transposed ? job.lines * (1 + extra) : 1,
  };
});

export const anyPace: fc.Arbitrary<Pace> = fc.record({ stall: fc.constantFrom(0, 0.1, 0.5, 0.8), latency: fc.constantFrom(1, 2, 7, 40), seed: fc.integer() });
