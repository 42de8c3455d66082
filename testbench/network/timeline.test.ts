import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unitNames, type Unit } from '../../npu/isa/units.ts';
import { sumOf, type Runs } from '../timeline/timeline.ts';
import { timelineOf, type Span } from './timeline.ts';

/** Spans of each unit one after the other, with gaps between. */
const spans = fc
  .array(
    fc.record({
      unit: fc.constantFrom(...unitNames),
      layer: fc.nat(5),
      gap: fc.nat(40),
      cycles: fc.integer({ min: 1, max: 90 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((all) => {
    const until = new Map<Unit, number>();
    return all.map(({ unit, layer, gap, cycles }): Span => {
      const start = (until.get(unit) ?? 0) + gap;
      until.set(unit, start + cycles);
      return { unit, layer, start, end: start + cycles };
    });
  });

const unpacked = (runs: Runs): number[] =>
  runs.flatMap((value, i) => (i % 2 === 0 ? Array.from({ length: runs[i + 1] ?? 0 }, () => value) : []));

it('has every cycle of every span in its bin, in few bins', () => {
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 50 }), fc.nat(9), (all, most, from) => {
      const moved = all.map((span) => ({ ...span, start: span.start + from, end: span.end + from }));
      const end = Math.max(...moved.map((span) => span.end));
      const { start, width, bins, units } = timelineOf(moved, from, end, most);
      expect(start).toBe(from);
      expect(bins).toBeLessThanOrEqual(most);
      expect(bins * width).toBeGreaterThanOrEqual(end - from);
      for (const unit of unitNames) {
        const layers = new Set(moved.flatMap((span) => (span.unit === unit ? [span.layer] : [])));
        expect(units[unit].map(({ layer }) => layer)).toEqual([...layers].sort());
        for (const { layer, runs } of units[unit]) {
          const own = moved.filter((span) => span.unit === unit && span.layer === layer);
          const at = (cycle: number): boolean => own.some((span) => span.start <= cycle && cycle < span.end);
          const cycles = Array.from({ length: bins }, () => 0);
          for (let cycle = from; cycle < end; cycle++) {
            const bin = Math.floor((cycle - from) / width);
            if (at(cycle)) cycles[bin] = (cycles[bin] ?? 0) + 1;
          }
          expect(unpacked(runs)).toEqual(cycles);
          expect(sumOf(runs)).toBe(own.reduce((sum, span) => sum + span.end - span.start, 0));
        }
      }
    }),
  );
});
