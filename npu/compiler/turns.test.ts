import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partsOf } from './plan.ts';
import { blocksOf, inTurns } from './turns.ts';

const size = fc.integer({ min: 1, max: 12 });
const sizes = fc.record({ m: size, k: size, n: size });

it('each part of k of each block has its turn, in order; the first blocks go together, the others one by one', () => {
  fc.assert(
    fc.property(sizes, sizes, fc.constantFrom('m', 'n'), size, (product, tile, inner, together) => {
      const blocks = blocksOf(product, { tile, inner });
      const parts = partsOf(product.k, tile.k);
      const turns = inTurns(blocks, parts, together);
      expect(turns).toHaveLength(blocks.length * parts.length);
      for (const block of blocks) {
        const own = turns.filter((turn) => turn.block === block);
        expect(own.map(({ step }) => step)).toEqual(parts.map((_, at) => at));
        expect(own.map(({ part }) => part)).toEqual(parts);
      }
      const first = Math.min(together, blocks.length);
      const steps = turns.slice(0, first * parts.length).map(({ step }) => step);
      expect(steps).toEqual(parts.flatMap((_, at) => Array.from({ length: first }, () => at)));
      const rest = turns.slice(first * parts.length).map(({ block }) => block);
      expect(rest).toEqual(blocks.slice(first).flatMap((block) => parts.map(() => block)));
    }),
  );
});

it('blocks go to and fro along the inner dimension, so that two that follow each other share rows or columns', () => {
  fc.assert(
    fc.property(sizes, sizes, fc.constantFrom('m', 'n'), (product, tile, inner) => {
      const blocks = blocksOf(product, { tile, inner });
      expect(new Set(blocks.map(({ rows, columns }) => `${rows.at} ${columns.at}`)).size).toBe(
        Math.ceil(product.m / tile.m) * Math.ceil(product.n / tile.n),
      );
      for (const [at, { rows, columns }] of blocks.entries()) {
        const before = blocks[at - 1] ?? { rows, columns };
        expect(rows.index === before.rows.index || columns.index === before.columns.index).toBe(true);
      }
      const outer = inner === 'm' ? 'columns' : 'rows';
      const order = blocks.map((block) => block[outer].index);
      expect(order).toEqual(order.toSorted((one, other) => one - other));
    }),
  );
});
