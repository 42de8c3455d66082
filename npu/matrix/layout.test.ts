import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matrixKinds } from '../parameters.ts';
import { matrixEngineOf } from './engines.ts';
import { jobDataflows } from './job.ts';
import {
  denseFields,
  denseWalk,
  foldsAcross,
  linesOf,
  placeOf,
  placeText,
  walksOf,
  type Layout,
  type ProductSize,
} from './layout.ts';

const size = fc.integer({ min: 1, max: 9 });
const shape: fc.Arbitrary<ProductSize> = fc.record({ m: size, k: size, n: size });

it('every element of a matrix has a place of its own, in the lines that it takes', () => {
  const kind = fc.constantFrom(...matrixKinds);
  const array = fc.record({ rows: size, cols: size });
  fc.assert(
    fc.property(kind, array, fc.constantFrom(...jobDataflows), shape, (matrix, of, dataflow, sizes) => {
      const layouts = matrixEngineOf({ matrix }).description.layouts(of, dataflow);
      const dimensions: readonly (readonly [Layout, 'm' | 'k', 'k' | 'n'])[] = [
        [layouts.a, 'm', 'k'],
        [layouts.b, 'k', 'n'],
        [layouts.c, 'm', 'n'],
      ];
      const walks = walksOf(denseFields(layouts, sizes));
      expect([walks.a, walks.b, walks.c]).toEqual(dimensions.map(([layout]) => denseWalk(layout, sizes)));
      for (const [layout, row, column] of dimensions) {
        expect([layout.across, layout.along].sort()).toEqual([row, column].sort());
        const places = new Set<string>();
        const lines = new Set<number>();
        for (let i = 0; i < sizes[row]; i++) {
          for (let j = 0; j < sizes[column]; j++) {
            const { line, lane } = placeOf(layout, denseWalk(layout, sizes), {
              m: 0,
              k: 0,
              n: 0,
              [row]: i,
              [column]: j,
            });
            expect(lane).toBeLessThan(layout.width);
            expect(line).toBeLessThan(linesOf(layout, sizes));
            places.add(`${line}:${lane}`);
            lines.add(line);
          }
        }
        expect([places.size, lines.size]).toEqual([sizes[row] * sizes[column], linesOf(layout, sizes)]);
        expect(linesOf(layout, sizes) % foldsAcross(layout, sizes)).toBe(0);
      }
    }),
  );
});

it('an element lies where the text of the instruction set says', () => {
  const names: Layout<string> = { across: 'k', width: 'R', along: 'm' };
  expect(placeText(names, 'spm', 'a')).toBe('spm[a + (l / R)*m + i].byte[l % R]');
  const [layout, index] = [
    { ...names, width: 3 },
    { m: 4, k: 7, n: 0 },
  ];
  expect(placeOf(layout, denseWalk(layout, { m: 5, k: 8, n: 1 }), index)).toEqual({ line: 14, lane: 1 });
  const walk = { fold: 'aFold', width: 'aWidth', step: 'aStep', row: 'aRow' };
  const text = 'spm[a + (l / R)*aFold + (i / aWidth)*aRow + (i % aWidth)*aStep].byte[l % R]';
  expect(placeText(names, 'spm', 'a', walk)).toBe(text);
  expect(placeOf(layout, { fold: 100, width: 3, step: 2, row: 10 }, index)).toEqual({ line: 212, lane: 1 });
});
