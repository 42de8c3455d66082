import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { bytesOf, fullSpeed, loadedBy, noBlock, noise, oneLine, type Job } from './testing-bytes.ts';
import { anyBlock, anyPace, inLanes, units, withMemories } from './testing-jobs.ts';
import { loadBench } from './testing-load.ts';
import { storeBench } from './testing-store.ts';

const hash = (place: string): number => Buffer.from(place).reduce((sum, letter) => Math.imul(sum, 31) + letter, 7);
const byte = (place: string): number => noise(hash(place));
const runs = { numRuns: runsOf({ few: 12, all: 80 }) };

describe.each(units)('blocks with %o', (options) => {
  const { busBytes } = options;
  const [load, store] = [loadBench(options), storeBench(options)];
  const next = oneLine(3 * 2 ** 30, 100);

  it('are loaded with their padding, whatever their dimensions', () => {
    fc.assert(
      fc.property(anyBlock(busBytes, { apart: false }).map(inLanes), anyPace, (job, pace) => {
        const results = load([job, next], { byte: noise }, pace);
        expect(results.map(({ fault }) => fault)).toEqual([0, 0]);
        expect(results.map(({ local }) => local)).toEqual([job, next].map(loadedBy));
      }),
      runs,
    );
  });

  it('are stored whatever their dimensions', () => {
    fc.assert(
      fc.property(anyBlock(busBytes, { apart: true }), anyPace, (job, pace) => {
        const results = store([job, next], { byte }, pace);
        expect(results.map(({ fault }) => fault)).toEqual([0, 0]);
        const expected = [job, next].map(
          (one) => new Map([...bytesOf(one)].map(({ dram, local }) => [dram, byte(local)])),
        );
        expect(results.map(({ dram }) => dram)).toEqual(expected);
      }),
      runs,
    );
  });

  it('are filled without a look at DRAM', () => {
    fc.assert(
      fc.property(anyBlock(busBytes, { apart: false }).map(inLanes), anyPace, (block, pace) => {
        const job: Job = { ...block, kind: 'value' };
        const [result] = load([job], { byte: () => 0 }, pace);
        expect(result).toMatchObject({ fault: 0, bursts: [], local: loadedBy(job) });
      }),
      runs,
    );
  });

  it('of failing beats have zeros for those and no others, where they continue', () => {
    fc.assert(
      fc.property(anyBlock(busBytes, { apart: false }).map(inLanes), anyPace, fc.nat(3), (drawn, pace, every) => {
        const job: Job = { ...drawn, onError: 'continue' };
        const fails = (at: number): boolean => Math.floor(at / busBytes) % (every + 2) === 0;
        const response = (address: number): number => (fails(address >>> 0) ? 3 : 0);
        const [result] = load([job], { byte: noise, response }, pace);
        const value = ({ dram, padding }: ReturnType<typeof bytesOf> extends Generator<infer B> ? B : never): number =>
          padding ? job.value : fails(dram) ? 0 : noise(dram);
        expect(result?.local).toEqual(new Map([...bytesOf(job)].map((one) => [one.local, value(one)])));
        const bad = [...bytesOf(job)].some(({ dram, padding }) => !padding && fails(dram));
        expect(result?.fault).toBe(bad ? 2 : 0);
      }),
      runs,
    );
  });
});

describe('a convolution of 3 × 3 laid out as a matrix', () => {
  const [size, channels] = [6, 8];
  const options = withMemories({ busBytes: 8, maxBurst: 16, outstanding: 8 });
  /** NHWC, with a border of the zero point. */
  const picture: Job = {
    ...noBlock,
    kind: 'block',
    dram: (0x1000 - (size + 1) * channels) >>> 0,
    lines: size * size,
    lineBytes: 9 * channels,
    stride: channels,
    space: 0,
    local: 0,
    pieceBytes: 16,
    lineStep: 1,
    pieceStep: size * size,
    onError: 'abort',
    rowLines: size,
    rowStride: size * channels,
    rowStep: size,
    runBytes: channels,
    runsAcross: 3,
    acrossStride: channels,
    downStride: size * channels,
    top: -1,
    left: -1,
    height: size,
    width: size,
    rowDown: 1,
    lineAcross: 1,
    runDown: 1,
    runAcross: 1,
    value: 0x80,
  };

  it('has line by line what stands under the kernel', () => {
    const [result] = loadBench(options)([picture], { byte: noise }, fullSpeed);
    expect(result?.local.size).toBe(size * size * 9 * channels);
    for (let place = 0; place < size * size; place++) {
      for (let k = 0; k < 9 * channels; k++) {
        const [ky, kx, c] = [Math.floor(k / channels / 3), Math.floor(k / channels) % 3, k % channels];
        const [y, x] = [Math.floor(place / size) + ky - 1, (place % size) + kx - 1];
        const isInside = y >= 0 && y < size && x >= 0 && x < size;
        const expected = isInside ? noise(0x1000 + (y * size + x) * channels + c) : 0x80;
        const line = Math.floor(k / 16) * size * size + place;
        expect(result?.local.get(`0:${line}:${k % 16}`)).toBe(expected);
      }
    }
    // A run of eight bytes a cycle.
    expect(result?.cycles).toBeLessThanOrEqual(size * size * 9 + 5);
  });
});
