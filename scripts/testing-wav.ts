/** WAV files for tests. */

export interface WavFormat {
  /** 1 whole numbers, 3 real ones. */
  readonly kind: number;
  readonly bits: number;
  readonly rate: number;
  readonly isExtensible?: boolean;
}

/** @param frames −1 to 1 for each channel */
export function writeWav(
  frames: readonly (readonly number[])[],
  { kind, bits, rate, isExtensible = false }: WavFormat,
): Uint8Array {
  const channels = frames[0]?.length ?? 1;
  const frame = (channels * bits) / 8;
  const head = Buffer.alloc(12 + 8 + (isExtensible ? 40 : 16));
  head.write('RIFF');
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(head.length - 20, 16);
  head.writeUInt16LE(isExtensible ? 0xfffe : kind, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * frame, 28);
  head.writeUInt16LE(frame, 32);
  head.writeUInt16LE(bits, 34);
  if (isExtensible) head.writeUInt16LE(kind, 44);
  // A part that nobody has to know, of an odd length.
  const other = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
  const data = Buffer.alloc(8 + frames.length * frame);
  data.write('data');
  data.writeUInt32LE(data.length - 8, 4);
  frames.flat().forEach((sample, i) => {
    const at = 8 + (i * bits) / 8;
    if (kind === 3) data[bits === 32 ? 'writeFloatLE' : 'writeDoubleLE'](sample, at);
    else if (bits === 8) data.writeUInt8(sample * 128 + 128, at);
    else data.writeIntLE(sample * 2 ** (bits - 1), at, bits / 8);
  });
  const whole = Buffer.concat([head, other, data]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}
