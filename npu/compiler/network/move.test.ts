import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksOf, runsOf } from './move.ts';
import type { Along, Piece } from './piece.ts';

/** Bytes by loops alone: by their place where they go, the place that they come from. */
function byLoops({ from, to, along: [outer, ...inner] }: Piece, into: Map<number, number>): Map<number, number> {
  if (outer === undefined) return into.set(to, from);
  for (let i = 0; i < outer.size; i++)
    byLoops({ input: 0, from: from + i * outer.from, to: to + i * outer.to, along: inner }, into);
  return into;
}

/** The addresses of a block's bytes in a tensor, line by line, as the instruction set says it. */
function addresses(block: ReturnType<typeof blocksOf>[number], side: 'from' | 'to'): number[] {
  const fields = runsOf(block, side);
  const runBytes = fields.runBytes === 0 ? block.bytes : fields.runBytes;
  const found: number[] = [];
  for (let i = 0; i < block.lines.size * block.rows.size; i++) {
    const [row, line] = [Math.floor(i / block.lines.size), i % block.lines.size];
    for (let x = 0; x < block.bytes; x++) {
      const [down, across] = [
        Math.floor(x / runBytes / fields.runsAcross),
        Math.floor(x / runBytes) % fields.runsAcross,
      ];
      const start = block[side] + row * fields.rowStride + line * fields.stride;
      found.push(start + down * fields.downStride + across * fields.acrossStride + (x % runBytes));
    }
  }
  return found;
}

/** Loops over a tensor that is written whole, in an order of its own in the one that is read; some repeat. */
const pieces: fc.Arbitrary<Piece> = fc
  .array(
    fc.record({
      size: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 600 })),
      repeats: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      gap: fc.nat(2),
      place: fc.nat(),
    }),
    { maxLength: 6 },
  )
  .filter((loops) => loops.reduce((all, { size }) => all * size, 1) <= 6000)
  .map((loops) => {
    const distances = (order: readonly number[]): number[] => {
      const found = loops.map(() => 0);
      let step = 1;
      for (const at of order) {
        found[at] = step;
        step *= (loops[at]?.size ?? 1) + (loops[at]?.gap ?? 0);
      }
      return found;
    };
    const backwards = loops.map((_, at) => loops.length - 1 - at);
    const to = distances(backwards);
    const isTurned = (loops[0]?.place ?? 0) % 2 === 1;
    const from = distances(
      isTurned ? backwards.toSorted((one, other) => (loops[one]?.place ?? 0) - (loops[other]?.place ?? 0)) : backwards,
    );
    const along = loops.map(({ size, repeats }, at): Along => ({
      size,
      from: repeats ? 0 : (from[at] ?? 0),
      to: to[at] ?? 0,
    }));
    return { input: 0, from: 7, to: 3, along };
  });

test('blocks move every byte of a piece to its place, once, and fit the lines and fields that there are', () => {
  const machines = fc.record({ lineBytes: fc.constantFrom(4, 8, 48), most: fc.constantFrom(1, 3, 64, 256) });
  fc.assert(
    fc.property(pieces, machines, (piece, { lineBytes, most }) => {
      const found = new Map<number, number>();
      let count = 0;
      for (const block of blocksOf(piece, lineBytes, most)) {
        const [from, to] = [addresses(block, 'from'), addresses(block, 'to')];
        to.forEach((place, at) => found.set(place, from[at] ?? -1));
        count += to.length;
        expect(block.lines.size * block.rows.size * Math.ceil(block.bytes / lineBytes)).toBeLessThanOrEqual(most);
        for (const side of ['from', 'to'] as const) {
          const { runBytes, runsAcross } = runsOf(block, side);
          expect(runsAcross).toBeLessThan(256);
          expect(runBytes).toBeLessThan(2 ** 16);
        }
      }
      expect(count).toBe(found.size);
      expect(found).toEqual(byLoops(piece, new Map()));
    }),
  );
});
