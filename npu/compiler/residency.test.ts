import fc from 'fast-check';
import { expect, it } from 'vitest';
import { residency } from './residency.ts';

const uses = fc.array(fc.nat(5), { minLength: 1, maxLength: 14 });

/** The fewest loads that any choice of buffers needs; two uses that follow each other keep their buffers. */
function fewest(tiles: readonly number[], buffers: number): number {
  const known = new Map<string, number>();
  const from = (use: number, held: readonly number[], last: number): number => {
    const tile = tiles[use];
    if (tile === undefined) return 0;
    const key = `${use} ${held.join()} ${last}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const at = held.indexOf(tile);
    const choices = held.map((_, buffer) => buffer).filter((buffer) => buffer !== last || held.length === 1);
    const least =
      at >= 0
        ? from(use + 1, held, at)
        : 1 + Math.min(...choices.map((buffer) => from(use + 1, held.with(buffer, tile), buffer)));
    known.set(key, least);
    return least;
  };
  return from(
    0,
    Array.from({ length: buffers }, (_, i) => -1 - i),
    -1,
  );
}

it('has every tile in a buffer when it is used, and loads as rarely as can be', () => {
  fc.assert(
    fc.property(uses, fc.integer({ min: 1, max: 4 }), (tiles, buffers) => {
      const held: number[] = [];
      const found = residency(tiles, buffers);
      let last = -1;
      found.forEach(({ buffer, load }, use) => {
        expect(buffer).toBeLessThan(buffers);
        expect(load).toBe(held[buffer] !== tiles[use]);
        // The last use's buffer is never loaded anew, where there is another one.
        if (load && buffers > 1) expect(buffer).not.toBe(last);
        held[buffer] = tiles[use] ?? 0;
        last = buffer;
      });
      expect(found.filter(({ load }) => load).length).toBe(fewest(tiles, buffers));
    }),
    { numRuns: 300 },
  );
});

it('gives away what was free for the longest time, where nothing is used again', () => {
  expect(residency([0, 1, 2, 3, 4, 5], 3).map(({ buffer }) => buffer)).toEqual([0, 1, 2, 0, 1, 2]);
});
