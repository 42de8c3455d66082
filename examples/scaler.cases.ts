/** What must hold of the scaler. A module of its own, without the test framework: `systole replay` loads it. */
import fc from 'fast-check';
import { elaborate } from 'systole/hdl';
import { Bench, checkSame, RegisterHost, type Property } from 'systole/testbench/kit';
import { registers, sample, Scaler, sizes } from './scaler.ts';

interface Case {
  readonly gain: number;
  readonly samples: readonly number[];
  readonly stall: number;
  readonly seed: number;
}

const design = elaborate(Scaler, { monitors: true });
const within = (value: number): number => Math.max(-0x8000, Math.min(0x7fff, value));

export const scales: Property<Case> = {
  name: 'the scaler multiplies by its gain',
  module: import.meta.url,
  cases: fc.record({
    gain: fc.oneof(fc.constantFrom(0, 256, 0xffff), fc.nat(0xffff)),
    samples: fc.array(fc.integer({ min: -0x8000, max: 0x7fff }), { maxLength: 20 }),
    stall: fc.constantFrom(0, 0.3, 0.8),
    seed: fc.nat(),
  }),
  holds: ({ gain, samples, stall, seed }, watched) => {
    const bench = new Bench(design, { ...watched, seed, stall });
    const host = new RegisterHost(bench, registers, { ...sizes, prefix: 'lite_' });
    const [source, sink] = [bench.source('samples', sample), bench.sink('scaled', sample)];
    bench.begin();
    host.write('gain', gain);
    for (const value of samples) source.push(value);
    sink.expected = samples.length;
    bench.run(1000);
    const expected = samples.map((value) => BigInt(within(Math.floor((value * gain) / 256))));
    checkSame('scaled', sink.payloads, expected);
    checkSame('gain and count', [host.read('gain'), host.read('count')], [gain, samples.length]);
  },
};
