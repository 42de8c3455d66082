import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { UsageError } from './failure.ts';
import { readPng } from './png.ts';
import { chunk, headerChunk, MAGIC, samplesOfKind, writePng, type Drawn } from './testing-png.ts';

const depths: readonly (readonly [kind: number, depth: number])[] = [
  ...[1, 2, 4, 8, 16].map((depth) => [0, depth] as const),
  ...[1, 2, 4, 8].map((depth) => [3, depth] as const),
  ...[2, 4, 6].flatMap((kind) => [8, 16].map((depth) => [kind, depth] as const)),
];

const pictures: fc.Arbitrary<Drawn> = fc
  .tuple(fc.constantFrom(...depths), fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 19 }), fc.boolean())
  .chain(([[kind, depth], width, height, isInterlaced]) => {
    const count = width * height * (samplesOfKind.get(kind) ?? 1);
    const bytes = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length });
    return fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      kind: fc.constant(kind),
      depth: fc.constant(depth),
      isInterlaced: fc.constant(isInterlaced),
      samples: fc.array(fc.nat(2 ** depth - 1), { minLength: count, maxLength: count }),
      filters: fc.array(fc.nat(4), { minLength: 1, maxLength: 7 }),
      ...(kind === 3
        ? { palette: bytes(3 * 2 ** depth), transparent: fc.nat(2 ** depth).chain((length) => bytes(length)) }
        : {}),
    });
  });

/** Red, green and blue over black, from what was drawn. */
function expected({ kind, depth, samples, palette = [], transparent = [] }: Drawn): number[] {
  const each = samplesOfKind.get(kind) ?? 1;
  const most = 2 ** depth - 1;
  const scaled = samples.map((sample) => (sample * 255) / most);
  return Array.from({ length: samples.length / each }, (_, pixel) => {
    const of = scaled.slice(pixel * each, (pixel + 1) * each);
    const [first = 0, second = 0] = of;
    const colour = samples[pixel] ?? 0;
    switch (kind) {
      case 0:
        return [first, first, first];
      case 2:
        return of;
      case 3:
        return palette.slice(3 * colour, 3 * colour + 3).map((value) => (value * (transparent[colour] ?? 255)) / 255);
      case 4:
        return [first, first, first].map((value) => (value * second) / 255);
      default:
        return of.slice(0, 3).map((value) => (value * (of[3] ?? 0)) / 255);
    }
  }).flat();
}

it('reads pictures of all kinds, depths, orders and filters', () => {
  fc.assert(
    fc.property(pictures, (drawn) => {
      const { width, height, pixels } = readPng(writePng(drawn), 'a.png');
      expect([width, height]).toEqual([drawn.width, drawn.height]);
      const [is, wanted] = [[...pixels()], expected(drawn)];
      expect(is.length).toBe(wanted.length);
      is.forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 9));
    }),
    { numRuns: runsOf({ few: 100, all: 1500 }) },
  );
});

const dot = { width: 2, height: 1, kind: 2, depth: 8, isInterlaced: false, filters: [0] } as const;
const red: Drawn = { ...dot, samples: [255, 0, 0, 9, 9, 9] };

it('knows colours from shades of grey, also in a palette, and the one that is transparent', () => {
  const isColour = (drawn: Drawn): boolean => readPng(writePng(drawn), 'a.png').isColour;
  expect(isColour(red)).toBe(true);
  expect(isColour({ ...dot, kind: 0, samples: [1, 2] })).toBe(false);
  expect(isColour({ ...dot, kind: 3, samples: [1, 0], palette: [7, 7, 7, 9, 9, 9] })).toBe(false);
  expect(isColour({ ...dot, kind: 3, samples: [1, 0], palette: [7, 7, 7, 9, 9, 8] })).toBe(true);
  const pixels = readPng(writePng({ ...red, transparent: [0, 255, 0, 0, 0, 0] }), 'a.png').pixels();
  expect([...pixels]).toEqual([0, 0, 0, 9, 9, 9]);
});

/** What is said of a file; null where it is read. */
function complaint(bytes: Uint8Array): string | null {
  try {
    readPng(bytes, 'a.png').pixels();
    return null;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

describe('what is refused', () => {
  const parts = (header: Omit<Drawn, 'samples' | 'filters'>, data: Uint8Array): Uint8Array =>
    Buffer.concat([MAGIC, headerChunk(header), chunk('IDAT', data), chunk('IEND', new Uint8Array())]);
  it.each<[string, Uint8Array, RegExp]>([
    [
      'another file',
      Buffer.from('\xff\xd8\xff\xe0', 'latin1'),
      /^a\.png is no PNG file; give one, as magick a\.png picture\.png makes it/,
    ],
    ['no file', new Uint8Array(), /is no PNG file/],
    ['one cut short', writePng(red).subarray(0, 60), /is damaged: it is cut short; fetch or write it again$/],
    ['a changed byte', writePng(red).with(20, 1), /the bytes of its part "IHDR" are not those of its checksum/],
    ['no size', Buffer.concat([MAGIC, chunk('IEND', new Uint8Array())]), /does not begin with its size/],
    ['a size of 0', parts({ ...dot, width: 0 }, new Uint8Array()), /its size is 0 × 1/],
    [
      'a huge size',
      parts({ ...dot, width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, new Uint8Array()),
      /^a\.png has \d+ × \d+ pixels; give a picture of at most 16777216$/,
    ],
    ['pixels that there are not', parts({ ...dot, depth: 4 }, new Uint8Array()), /no pixels of kind 2 and 4 bits/],
    ['no pixels', parts(dot, new Uint8Array()), /its pixels cannot be unpacked/],
    ['too few pixels', parts(dot, deflateSync(new Uint8Array(6))), /it has 6 bytes of pixels, and its size takes 7/],
    ['what unfolds to much more', parts(dot, deflateSync(new Uint8Array(2 ** 24))), /its pixels cannot be unpacked/],
    ['a filter that there is not', parts(dot, deflateSync(Uint8Array.of(5, 1, 2, 3, 4, 5, 6))), /a row has filter 5/],
    [
      'a colour that there is not',
      writePng({ ...dot, kind: 3, samples: [1, 0], palette: [1, 2, 3] }),
      /colour 1, and there are 1;/,
    ],
  ])('%s', (_, bytes, message) => expect(complaint(bytes)).toMatch(message));

  it('files with any bytes changed or cut off, in one line', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(pictures, changes, fc.double({ min: 0, max: 1, noNaN: true }), (drawn, changes, kept) => {
        const bytes = new Uint8Array(writePng(drawn));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const said = complaint(bytes.subarray(0, Math.ceil(kept * bytes.length)));
        expect(said ?? '').not.toMatch(/\n/);
        if (kept < 0.99) expect(said).not.toBeNull();
      }),
      { numRuns: runsOf({ few: 100, all: 1500 }) },
    );
  });
});
