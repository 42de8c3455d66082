/**
 * Sound in WAV files, of whole numbers or real ones (RIFF, as Microsoft and IBM describe it: Multimedia Programming
 * Interface and Data Specifications 1.0; the longer header is WAVEFORMATEXTENSIBLE).
 */
import { shellPath } from '../testbench/kit/shell.ts';
import { UsageError } from './failure.ts';

export interface Wav {
  /** Samples in a second. */
  readonly rate: number;
  readonly channels: number;
  /** Of samples. */
  readonly length: number;
  /** −1 to 1, the mean of all channels. */
  readonly samples: () => Float64Array;
}

const WHOLE = 1;
const REAL = 3;
const EXTENSIBLE = 0xfffe;

/** A sample, by what its header says of it: its kind and bits. */
const readers: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  [`${WHOLE} 8`]: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  [`${WHOLE} 16`]: (view, at) => view.getInt16(at, true) / 2 ** 15,
  [`${WHOLE} 24`]: (view, at) => (view.getUint16(at, true) + 2 ** 16 * view.getInt8(at + 2)) / 2 ** 23,
  [`${WHOLE} 32`]: (view, at) => view.getInt32(at, true) / 2 ** 31,
  [`${REAL} 32`]: (view, at) => view.getFloat32(at, true),
  [`${REAL} 64`]: (view, at) => view.getFloat64(at, true),
};

const text = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

export const isWav = (bytes: Uint8Array): boolean => text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WAVE';

/** What whoever writes into a pipe says of a length that is not known yet. */
const UNKNOWN = 0xffffffff;

/**
 * @param name what messages call the file
 * @throws UsageError for a file that is none, is damaged, or packs its samples
 */
export function readWav(bytes: Uint8Array, name: string): Wav {
  if (!isWav(bytes))
    throw new UsageError(
      `${name} is no WAV file`,
      `give one, as ffmpeg -i ${shellPath(name)} sound.wav makes it of other formats`,
    );
  const damaged = (what: string): UsageError =>
    new UsageError(`${name} is damaged: ${what}`, 'fetch or record it again');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: ReturnType<typeof formatAt> | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [type, length, start] = [text(bytes, at, at + 4), view.getUint32(at + 4, true), at + 8];
    const toEnd = bytes.length - start;
    const known = type === 'data' && length === UNKNOWN ? toEnd : length;
    if (known > toEnd) throw damaged(`it is cut short, ${toEnd} bytes of ${known}`);
    if (type === 'fmt ') {
      if (length < 16) throw damaged('it does not say what its samples are');
      format = formatAt(view, start, length);
    }
    if (type === 'data') {
      if (format === null) throw damaged('its samples come before what they are');
      return { rate: format.rate, channels: format.channels, ...samplesOf(view, start, known, format, name) };
    }
    at = start + known + (known % 2);
  }
  throw damaged('it has no samples');
}

function formatAt(view: DataView, at: number, length: number) {
  const given = view.getUint16(at, true);
  const kind = given === EXTENSIBLE && length >= 26 ? view.getUint16(at + 24, true) : given;
  return {
    kind,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    frame: view.getUint16(at + 12, true),
    bits: view.getUint16(at + 14, true),
  };
}

function samplesOf(
  view: DataView,
  start: number,
  length: number,
  { kind, channels, frame, bits }: ReturnType<typeof formatAt>,
  name: string,
): Pick<Wav, 'length' | 'samples'> {
  const read = readers[`${kind} ${bits}`];
  if (read === undefined)
    throw new UsageError(
      `${name} has samples of kind ${kind} and ${bits} bits`,
      `save them as 16-bit PCM: ffmpeg -i ${shellPath(name)} -c:a pcm_s16le sound.wav`,
    );
  if (channels === 0 || frame !== (channels * bits) / 8 || length % frame !== 0)
    throw new UsageError(
      `${name} is damaged: its ${length} bytes are no samples of ${bits} bits in ${channels} channels`,
      'fetch or record it again',
    );
  const sampleAt = (index: number): number => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += read(view, start + index * frame + (channel * bits) / 8);
    return sum / channels;
  };
  const frames = length / frame;
  return { length: frames, samples: () => Float64Array.from({ length: frames }, (_, index) => sampleAt(index)) };
}
