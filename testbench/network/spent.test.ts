import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { unitNames } from '../../npu/isa/units.ts';
import { spentOn } from './spent.ts';
import type { Span } from './timeline.ts';

/** Of each unit, one after another. */
const spans = fc
  .array(
    fc.record({
      unit: fc.constantFrom(...unitNames),
      layer: fc.nat(2),
      gap: fc.nat(5),
      length: fc.integer({ min: 1, max: 9 }),
    }),
  )
  .map((drawn) => {
    const ends = new Map<string, number>();
    return drawn.map(({ unit, layer, gap, length }): Span => {
      const start = (ends.get(unit) ?? 0) + gap;
      ends.set(unit, start + length);
      return { unit, layer, start, end: start + length };
    });
  });

it('has each cycle once, for the first unit that was at the layer', () => {
  const order = fc.shuffledSubarray([...unitNames], { minLength: unitNames.length });
  fc.assert(
    fc.property(spans, fc.nat(20), fc.nat(40), order, (all, from, length, order) => {
      const spent = { load: 0, store: 0, matrix: 0, vector: 0, none: 0 };
      for (let cycle = from; cycle < from + length; cycle++) {
        const at = order.find((unit) =>
          all.some((span) => span.unit === unit && span.layer === 1 && span.start <= cycle && cycle < span.end),
        );
        spent[at ?? 'none']++;
      }
      expect(spentOn(all, 1, { from, to: from + length }, order)).toEqual(spent);
    }),
    { numRuns: runsOf({ few: 200, all: 5000 }) },
  );
});
