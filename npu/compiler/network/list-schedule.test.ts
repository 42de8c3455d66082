import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitNames } from '../../isa/units.ts';
import { conflict } from '../touches.ts';
import { region } from '../region.ts';
import { listSchedule, type Timed } from './list-schedule.ts';

const places = fc
  .tuple(fc.nat(20), fc.integer({ min: 1, max: 5 }))
  .map(([from, length]) => region('scratchpad', from, length));
const step: fc.Arbitrary<Timed> = fc.record({
  unit: fc.constantFrom(...unitNames),
  cycles: fc.nat(50),
  reads: fc.array(places, { maxLength: 3 }),
  writes: fc.array(places, { maxLength: 2 }),
});

describe('a list schedule', () => {
  test('keeps the order of steps that touch the same places, and every step', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const order = listSchedule(steps).map((one) => steps.indexOf(one.step));
        expect(new Set(order).size).toBe(steps.length);
        order.forEach((index, at) => {
          for (const later of order.slice(at + 1)) {
            const [one, other] = [steps[later], steps[index]];
            if (later < index && one !== undefined && other !== undefined) expect(conflict(one, other)).toBe(false);
          }
        });
      }),
    );
  });

  test('lets weights come in early, and another unit go on with what is there', () => {
    const [one, other, weights] = [
      region('scratchpad', 0, 4),
      region('scratchpad', 10, 4),
      region('scratchpad', 20, 4),
    ];
    const steps: Timed[] = [
      { unit: 'load', cycles: 10, reads: [], writes: [one] },
      { unit: 'matrix', cycles: 100, reads: [one], writes: [other] },
      { unit: 'load', cycles: 10, reads: [], writes: [weights] },
      { unit: 'matrix', cycles: 100, reads: [other, weights], writes: [] },
    ];
    expect(listSchedule(steps).map((placed) => placed.start)).toEqual([0, 10, 14, 114]);
  });
});
