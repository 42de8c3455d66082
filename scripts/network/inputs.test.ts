import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import type { Graph, GraphTensor } from '../../npu/graph/graph.ts';
import { npyFile } from '../npy.ts';
import { npyFile as npyOf } from '../testing-command-line.ts';
import { writePng } from '../testing-png.ts';
import { writeWav } from '../testing-wav.ts';
import { networkInputs } from './inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole inputs '));
afterAll(() => rmSync(folder, { recursive: true }));

type Type = 'int8' | 'uint8' | 'int16' | 'float32';
const tensor = (shape: readonly number[], type: Type, scale: number | null, zero = 0): GraphTensor => ({
  name: 'x',
  shape,
  type,
  quantisation: scale === null ? null : { scales: [Math.fround(scale)], zeros: [zero], axis: 0 },
  data: null,
});
const graphOf = (...tensors: readonly GraphTensor[]): Graph => ({
  tensors,
  operators: [],
  inputs: tensors.map((_, index) => index),
  outputs: [],
});
/** A tensor of real numbers that is moved, and then quantised to another. */
const quantisedLater = ({ shape, ...to }: GraphTensor): Graph => ({
  tensors: [tensor(shape, 'float32', null), tensor(shape, 'float32', null), { ...to, shape }],
  operators: [
    { kind: 'reshape', title: 'RESHAPE', inputs: [0], outputs: [1], attributes: {} },
    { kind: 'quantise', title: 'QUANTIZE', inputs: [1], outputs: [2], attributes: {} },
  ],
  inputs: [0],
  outputs: [2],
});

function given(graph: Graph, name: string, bytes: Uint8Array): { readonly values: number[]; readonly told: string } {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { values, told } = networkInputs(graph, path, 1);
  return { values: Array.from(values[0] ?? [], Number), told: told.replace(`${folder}/`, '') };
}

const bare = { depth: 8, isInterlaced: false, filters: [0] } as const;

/** A column of pixels. */
const column = (kind: 0 | 2, ...samples: readonly number[]): Uint8Array =>
  writePng({
    width: 1,
    height: samples.length / (kind === 0 ? 1 : 3),
    kind,
    ...bare,
    samples,
  });

describe('a picture', () => {
  const all = Array.from({ length: 256 }, (_, byte) => byte);

  it.each<[string, GraphTensor, (byte: number) => number, string]>([
    ['0 to 1', tensor([1, 256, 1, 1], 'int8', 1 / 255, -128), (byte) => byte - 128, '0 to 1'],
    ['0 to 255', tensor([256, 1, 1], 'int8', 1, -128), (byte) => byte - 128, '0 to 255'],
    [
      '−1 to 1',
      tensor([1, 256, 1, 1], 'int8', 1 / 128, 0),
      (byte) => Math.min(127, Math.round((byte * 256) / 255) - 128),
      '−1 to 1',
    ],
    ['0 to 1, of uint8', tensor([256, 1, 1], 'uint8', 1 / 255, 0), (byte) => byte, '0 to 1'],
    ['0 to 255, of uint8', tensor([256, 1], 'uint8', 1, 0), (byte) => byte, '0 to 255'],
    [
      'a little less than 0 to 1',
      tensor([1, 256, 1, 1], 'int8', 0.95 / 255, -128),
      (byte) => Math.min(127, Math.round(byte / 0.95) - 128),
      '0 to 1',
    ],
    ['a range of its own', tensor([1, 256, 1, 1], 'int8', 4.7 / 255, -14), (byte) => byte - 128, '−2.1 to 2.6'],
    ['−128 to 127', tensor([1, 256, 1, 1], 'int8', 1, 0), (byte) => byte - 128, '−128 to 127'],
  ])('where the input covers %s', (_, input, of, range) => {
    const { values, told } = given(graphOf(input), 'a.png', column(0, ...all));
    expect(values).toEqual(all.map(of));
    expect(told).toBe(`a.png, 1 × 256 pixels, whose 0 to 255 are ${range}`);
  });

  it('is real numbers for a network that takes them, by what quantises them later', () => {
    const real = tensor([1, 3, 1, 1], 'float32', null);
    expect(given(graphOf(real), 'a.png', column(0, 0, 51, 255)).values).toEqual([0, Math.fround(0.2), 1]);
    const later = quantisedLater(tensor([1, 3, 1, 1], 'int8', 1, -128));
    expect(given(later, 'a.png', column(0, 0, 51, 255)).values).toEqual([0, 51, 255]);
  });

  it('has the channels of the input, together or apart', () => {
    const colours = [10, 20, 30, 40, 50, 60];
    const byte = (...shape: readonly number[]): Graph => graphOf(tensor(shape, 'uint8', 1, 0));
    expect(given(byte(1, 2, 1, 3), 'a.png', column(2, ...colours)).values).toEqual(colours);
    const row = writePng({ ...bare, width: 2, height: 1, kind: 2, samples: colours });
    expect(given(byte(1, 3, 1, 2), 'a.png', row).values).toEqual([10, 40, 20, 50, 30, 60]);
    const grey = given(byte(1, 2, 1, 1), 'a.png', column(2, ...colours));
    expect(grey).toMatchObject({ values: [18, 48], told: expect.stringMatching(/1 × 2 pixels, made grey, /) });
    const spread = given(byte(1, 2, 1, 3), 'a.png', column(0, 7, 9));
    expect(given(byte(1, 6), 'a.png', row).values).toEqual(colours);
    expect(given(byte(2), 'a.png', column(0, 7, 9)).values).toEqual([7, 9]);
    expect(spread).toMatchObject({ values: [7, 7, 7, 9, 9, 9], told: expect.stringMatching(/1 × 2 pixels, grey, /) });
  });
});

describe('sound', () => {
  const sound = writeWav([[0.5], [-1], [127 / 128]], { kind: 1, bits: 16, rate: 16_000 });

  it.each<[GraphTensor, readonly number[], string]>([
    [tensor([1, 3], 'int8', 1 / 128, 0), [64, -128, 127], '−1 to 1'],
    [tensor([3, 1], 'int8', 1, 0), [64, -128, 127], '−128 to 128'],
    [tensor([1, 3, 1], 'int16', 1, 0), [2 ** 14, -(2 ** 15), 127 * 256], '−32768 to 32768'],
    [tensor([3], 'int8', 0.5 / 128, 0), [127, -128, 127], '−1 to 1'],
    [tensor([3], 'float32', null), [0.5, -1, 127 / 128], '−1 to 1'],
  ])('is samples as the input has them (%#)', (input, wanted, range) => {
    const { values, told } = given(graphOf(input), 'a.wav', sound);
    expect(values).toEqual(wanted);
    expect(told).toBe(`a.wav, 3 samples of 16,000 a second, from ${range}`);
  });

  it('of several channels is their mean', () => {
    const stereo = writeWav(
      [
        [0.5, 0],
        [-1, 1],
      ],
      { kind: 3, bits: 32, rate: 8000 },
    );
    const { values, told } = given(graphOf(tensor([2], 'int8', 1 / 128, 0)), 'a.wav', stereo);
    expect([values, told]).toEqual([
      [32, 0],
      'a.wav, 2 samples of 8,000 a second, the mean of 2 channels, from −1 to 1',
    ]);
  });
});

describe('real numbers', () => {
  it('are quantised to the nearest, and no further than the ends, as an operator QUANTIZE does it', () => {
    const reals = Float64Array.of(0, 0.26, -0.25, 0.75, -100, 100);
    const file = npyOf("'<f8'", '(6,)', new Uint8Array(reals.buffer));
    const { values, told } = given(graphOf(tensor([1, 6], 'int8', 0.5, 3)), 'a.npy', file);
    expect(values).toEqual([3, 4, 2, 5, -128, 127]);
    expect(told).toBe('a.npy, real numbers from −65.5 to 62');
  });

  it('are given to a network that takes them as they are', () => {
    const reals = Float32Array.of(1.5, -2.25);
    const file = npyFile(new Uint8Array(reals.buffer), 'float32', [2, 1]);
    expect(given(graphOf(tensor([1, 2], 'float32', null)), 'a.npy', file)).toEqual({
      values: [1.5, -2.25],
      told: 'a.npy',
    });
  });

  it('of random inputs are such as the network can tell apart', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 100, noNaN: true }),
        fc.integer({ min: -128, max: 127 }),
        fc.nat(),
        (scale, zero, seed) => {
          const [values = new Float32Array()] = networkInputs(
            quantisedLater(tensor([40, 5], 'int8', scale, zero)),
            'random',
            seed,
          ).values;
          const steps = Array.from(values, Number).map((value) => value / Math.fround(scale) + zero);
          expect(Math.min(...steps)).toBeGreaterThan(-128.01);
          expect(Math.max(...steps)).toBeLessThan(127.01);
          expect(Math.max(...steps) - Math.min(...steps)).toBeGreaterThan(128);
        },
      ),
      { numRuns: runsOf({ few: 20, all: 500 }) },
    );
  });
});

describe('what is refused', () => {
  const picture = graphOf(tensor([1, 4, 2, 3], 'int8', 1, -128));
  const features = graphOf(tensor([1, 49, 10, 1], 'int8', 1, -128));
  const nan = npyFile(new Uint8Array(Float32Array.of(NaN).buffer), 'float32', [1]);
  it.each<[string, Graph, string, Uint8Array, RegExp]>([
    [
      'a picture of another size',
      picture,
      'my a.png',
      column(2, 1, 2, 3),
      /my a\.png is 1 wide and 1 high, and input 'x' is 1 × 4 × 2 × 3 int8: 2 wide and 4 high; scale it first, as by magick '.*my a\.png' -resize '2x4!' 2x4\.png$/,
    ],
    [
      'a picture for what is none',
      graphOf(tensor([2, 7], 'int8', 1)),
      'a.png',
      column(0, 1),
      /is 1 wide and 1 high, and input 'x' is 2 × 7 int8: 7 wide and 2 high;/,
    ],
    [
      'a picture for a list of other than pixels',
      graphOf(tensor([1, 1960], 'int8', 1)),
      'a.png',
      column(0, 1),
      /is a picture of 1 × 1, and input 'x' is 1 × 1960 int8, which is none/,
    ],
    [
      'a picture for many channels',
      graphOf(tensor([1, 4, 4, 64], 'int8', 1)),
      'a.png',
      column(0, 1),
      /is a picture of 1 × 1, and input 'x' is 1 × 4 × 4 × 64 int8, which is none of 1 or 3 channels; give a \.npy file$/,
    ],
    [
      'a picture in another format',
      picture,
      'a.jpg',
      Buffer.from('\xff\xd8\xff\xe0', 'latin1'),
      /a\.jpg is no PNG file; give one, as magick/,
    ],
    [
      'sound for features',
      features,
      'a.wav',
      writeWav([[0]], { kind: 1, bits: 16, rate: 8000 }),
      /a\.wav has 1 samples, and input 'x' is 1 × 49 × 10 × 1 int8; give 490 samples, or, where it takes features of sound \(a spectrogram\), those as 1 × 49 × 10 × 1 in a \.npy file$/,
    ],
    [
      'elements in another order',
      picture,
      'a.npy',
      npyFile(new Uint8Array(24), 'int8', [1, 3, 4, 2]),
      /a\.npy is 1 × 3 × 4 × 2 int8, and input 'x' is 1 × 4 × 2 × 3 int8; give one like it$/,
    ],
    [
      'integers for real numbers',
      graphOf(tensor([1], 'float32', null)),
      'a.npy',
      npyFile(new Uint8Array(1), 'int8', [1]),
      /is 1 int8, and input 'x' is 1 float32; give one like it$/,
    ],
    [
      'real numbers for what has no scale',
      graphOf(tensor([1], 'int8', null)),
      'a.npy',
      npyFile(new Uint8Array(4), 'float32', [1]),
      /has real numbers, and input 'x' no scale; give its integers$/,
    ],
    [
      'what is no number',
      graphOf(tensor([1], 'int8', 1)),
      'a.npy',
      nan,
      /has elements that are no numbers; leave out its NaNs$/,
    ],
    [
      'elements that nobody takes',
      picture,
      'a.npy',
      npyOf("'<c8'", '(1,)', new Uint8Array(8)),
      /a\.npy holds complex64 elements; save it with \.astype\("float32"\), or as the integers of the network$/,
    ],
  ])('%s', (_, graph, name, bytes, message) => {
    expect(() => given(graph, name, bytes)).toThrow(message);
  });
});
