/** Files of runs that wait now and then: for anything else that the process does, or for ever. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readVcd } from '../read/read.ts';
import { Counter } from '../testing/endings.ts';
import { expected, found } from '../testing/compare.ts';
import { HANG } from '../testing/tools.ts';
import type { VcdOptions } from './stream.ts';
import { writeVcd } from './write.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-stream-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

describe('a run that waits', () => {
  it.each<[string, VcdOptions, number]>([
    ['the whole run', {}, 0],
    ['the last cycles', { last: 3 }, 2],
    ['a stretch', { start: 2, end: 4 }, 2],
  ])('has all of its waves on disk, the current cycle included: %s', async (name, options, first) => {
    const trace = new Counter();
    const path = at(`${name}.vcd`);
    const writer = writeVcd(trace, path, options);
    trace.runTo(4);
    trace.set(0, 99n);
    const last = options.end ?? 5;
    await vi.waitFor(
      async () =>
        expect(found(await readVcd(path, 2 * last), trace)).toEqual(expected(trace.whole().slice(first, last), trace)),
      { timeout: HANG },
    );
    writer.close();
  });

  it('leaves the same bytes as one that does not', async () => {
    const plans = fc.array(fc.record({ cycles: fc.nat(6), waits: fc.boolean() }), { minLength: 1, maxLength: 6 });
    const windows = fc.constantFrom<VcdOptions>({}, { last: 4 }, { start: 3 }, { end: 5 }, { last: 1 });
    await fc.assert(
      fc.asyncProperty(plans, windows, async (plan, options) => {
        const [one, other] = [new Counter(), new Counter()];
        const writers = [writeVcd(one, at('one.vcd'), options), writeVcd(other, at('other.vcd'), options)];
        let cycle = 0;
        for (const { cycles, waits } of plan) {
          cycle += cycles;
          one.runTo(cycle);
          other.runTo(cycle);
          // What was seen here may be set back before the edge.
          if (waits) {
            one.set(1, 5n);
            await turn();
            await turn();
          }
        }
        one.set(1, 0n);
        other.set(1, 0n);
        const ends = writers.map((writer) => {
          try {
            return { end: writer.close().end };
          } catch (error) {
            return String(error).replace(/\w+\.vcd/, '');
          }
        });
        expect(ends[0]).toEqual(ends[1]);
        if (typeof ends[0] === 'object')
          expect(readFileSync(at('one.vcd')).equals(readFileSync(at('other.vcd')))).toBe(true);
      }),
      { numRuns: runsOf({ few: 15, all: 60 }) },
    );
  });

  it('goes on without waves after an error, when asked to', () => {
    const errors: unknown[] = [];
    const trace = new Counter();
    const writer = writeVcd(trace, at('error.vcd'), { onError: (error) => errors.push(error) });
    trace.runTo(3);
    trace.rewind();
    trace.runTo(10);
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/go back in time.*; the waves end early, at time 6$/) }),
    ]);
    expect(() => writer.close()).toThrow(/go back in time/);
  });
});
