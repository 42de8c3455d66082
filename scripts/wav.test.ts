import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { UsageError } from './failure.ts';
import { writeWav } from './testing-wav.ts';
import { readWav } from './wav.ts';

const formats = [
  { kind: 1, bits: 8 },
  { kind: 1, bits: 16 },
  { kind: 1, bits: 24 },
  { kind: 1, bits: 32 },
  { kind: 3, bits: 32 },
  { kind: 3, bits: 64 },
] as const;

const sounds = fc.record({
  format: fc.constantFrom(...formats),
  channels: fc.integer({ min: 1, max: 3 }),
  rate: fc.integer({ min: 1, max: 192_000 }),
  frames: fc.array(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 3, maxLength: 3 }), { minLength: 1 }),
  isExtensible: fc.boolean(),
});

it('reads whole and real samples of any width, as the mean of their channels', () => {
  fc.assert(
    fc.property(sounds, ({ format, channels, rate, frames, isExtensible }) => {
      // Whole 128ths can be told in all formats.
      const given = frames.map((frame) => frame.slice(0, channels).map((sample) => sample / 128));
      const read = readWav(writeWav(given, { ...format, rate, isExtensible }), 'a.wav');
      expect([read.rate, read.channels, read.length]).toEqual([rate, channels, frames.length]);
      const means = given.map((frame) => frame.reduce((sum, one) => sum + one, 0) / channels);
      read.samples().forEach((sample, i) => expect(sample).toBeCloseTo(means[i] ?? NaN, 12));
    }),
    { numRuns: runsOf({ few: 100, all: 3000 }) },
  );
});

const short = writeWav([[0.5], [-1]], { kind: 1, bits: 16, rate: 8000 });

it('takes the rest of a file for its samples where their length was not known when it was begun', () => {
  const piped = Buffer.from(short);
  piped.writeUInt32LE(0xffffffff, piped.length - 8);
  expect([...readWav(piped, 'a.wav').samples()]).toEqual([0.5, -1]);
});

/** What is said of a file; null where it is read. */
function complaint(bytes: Uint8Array): string | null {
  try {
    readWav(bytes, 'a.wav').samples();
    return null;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

describe('what is refused', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['another file', Buffer.from('ID3'), /^a\.wav is no WAV file; give one, as ffmpeg -i a\.wav sound\.wav makes it/],
    ['one cut short', short.subarray(0, -1), /is damaged: it is cut short, 3 bytes of 4; fetch or record it again$/],
    ['nothing but a head', short.subarray(0, 12), /it has no samples/],
    [
      'packed samples',
      Buffer.from(short).fill(7, 20, 21),
      /has samples of kind 7 and 16 bits; save them as 16-bit PCM/,
    ],
    ['no channels', Buffer.from(short).fill(0, 22, 23), /its 4 bytes are no samples of 16 bits in 0 channels/],
  ])('%s', (_, bytes, message) => expect(complaint(bytes)).toMatch(message));

  it('files with any bytes changed or cut off, in one line', () => {
    fc.assert(
      fc.property(
        sounds,
        fc.array(fc.tuple(fc.nat(59), fc.nat(255)), { maxLength: 4 }),
        fc.nat(80),
        (sound, changes, cut) => {
          const given = sound.frames.map((frame) => frame.slice(0, sound.channels).map((sample) => sample / 128));
          const bytes = new Uint8Array(
            writeWav(given, { ...sound.format, rate: sound.rate, isExtensible: sound.isExtensible }),
          );
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          expect(complaint(bytes.subarray(0, bytes.length - cut)) ?? '').not.toMatch(/\n/);
        },
      ),
      { numRuns: runsOf({ few: 100, all: 3000 }) },
    );
  });
});
