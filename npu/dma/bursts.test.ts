import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { burst, BurstSplitter } from './bursts.ts';
import { region } from './regions.ts';
import { units } from './testing-jobs.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

interface Region {
  readonly address: number;
  readonly bytes: number;
}

describe.each(units)('the burst splitter with %o', (options) => {
  const { busBytes, maxBurst } = options;
  const bench = new Bench(elaborate(BurstSplitter(options), { monitors: true }));
  const source = bench.source('region', region);
  const sink = bench.sink('burst', burst(busBytes));
  const someRegion = fc.record({
    address: fc.tuple(fc.nat(2 ** 20 - 9), fc.nat(2 * busBytes)).map(([page, before]) => (page + 1) * 4096 - before),
    bytes: fc.oneof(fc.integer({ min: 1, max: 3 * busBytes }), fc.integer({ min: 1, max: 9000 })),
  });

  /** Bursts of the regions as the first byte, the last byte and the beats; and the cycles that they took. */
  function split(regions: readonly Region[], stall: number, seed: number) {
    bench.begin({ stall, seed });
    for (const one of regions) source.push({ ...one, source: 'dram' as const, value: 0 });
    const from = bench.cycle;
    let idle = 0;
    bench.run(100_000, () => {
      idle = source.left > 0 || bench.get('burst_valid') === 1 ? 0 : idle + 1;
      return idle > 2;
    });
    const bursts = sink.payloads.map(({ address, len, lastLane }) => {
      const [first, beats] = [Number(address), Number(len) + 1];
      return { first, last: first - (first % busBytes) + (beats - 1) * busBytes + Number(lastLane), beats };
    });
    return { bursts, cycles: bench.cycle - from - 2 };
  }

  it('touches each byte once, in order, in bursts that AXI allows and no more of them than it must', () => {
    fc.assert(
      fc.property(
        fc.array(someRegion, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 0.5),
        fc.integer(),
        (regions, stall, seed) => {
          const { bursts } = split(regions, stall, seed);
          let at = 0;
          for (const { address, bytes } of regions) {
            const largest = Math.min(4096, busBytes * 2 ** Math.floor(Math.log2(maxBurst)));
            const least = Math.floor((address + bytes - 1) / largest) - Math.floor(address / largest) + 1;
            const own = bursts.slice(at, (at += least));
            expect(own[0]?.first).toBe(address);
            expect(own.at(-1)?.last).toBe(address + bytes - 1);
            own.slice(1).forEach(({ first }, i) => {
              expect(first).toBe((own[i]?.last ?? 0) + 1);
            });
          }
          expect(bursts).toHaveLength(at);
          for (const { first, last, beats } of bursts) {
            expect(beats).toBeLessThanOrEqual(maxBurst);
            expect(Math.floor(first / 4096)).toBe(Math.floor(last / 4096));
          }
        },
      ),
      { numRuns: runsOf({ few: 8, all: 60 }) },
    );
  });

  it('gives a burst a cycle, from the cycle after the region on', () => {
    const regions = Array.from({ length: 20 }, (_, i) => ({ address: i * 8192 + 4095, bytes: 2 }));
    expect(split(regions, 0, 1)).toMatchObject({ cycles: 1 + 40 });
  });
});
