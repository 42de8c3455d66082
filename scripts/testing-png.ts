/** PNG files for tests, of any kind, depth, order and filters. */
import { crc32, deflateSync } from 'node:zlib';

export interface Drawn {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and 6 colour with alpha. */
  readonly kind: number;
  readonly depth: number;
  readonly isInterlaced: boolean;
  /** Of all pixels, row by row, 0 to 2^depth − 1. */
  readonly samples: readonly number[];
  /** Of the rows in turn. */
  readonly filters: readonly number[];
  readonly palette?: readonly number[];
  readonly transparent?: readonly number[];
}

export const samplesOfKind = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

export function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

export const MAGIC = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function headerChunk({ width, height, depth, kind, isInterlaced }: Omit<Drawn, 'samples' | 'filters'>) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, kind, 0, 0, isInterlaced ? 1 : 0], 8);
  return chunk('IHDR', header);
}

export function writePng(drawn: Drawn): Uint8Array {
  const { palette, transparent } = drawn;
  const packed = deflateSync(filtered(drawn));
  const half = packed.length >> 1;
  return Buffer.concat([
    MAGIC,
    headerChunk(drawn),
    ...(palette === undefined ? [] : [chunk('PLTE', Uint8Array.from(palette))]),
    ...(transparent === undefined ? [] : [chunk('tRNS', Uint8Array.from(transparent))]),
    chunk('tEXt', Buffer.from('Title\0any')),
    chunk('IDAT', packed.subarray(0, half)),
    chunk('IDAT', packed.subarray(half)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** The pass of a pixel, by its place in the first 8 × 8, as the format's description draws it. */
const adam7 = ['16462646', '77777777', '56565656', '77777777', '36463646', '77777777', '56565656', '77777777'];

function filtered({ width, height, depth, kind, isInterlaced, samples, filters }: Drawn): Uint8Array {
  const each = samplesOfKind.get(kind) ?? 1;
  const rows: number[][] = [];
  for (const pass of isInterlaced ? '1234567' : 'x') {
    let above: number[] = [];
    for (let y = 0; y < height; y++) {
      const row = Array.from({ length: width }, (_, x) => x)
        .filter((x) => !isInterlaced || adam7[y % 8]?.[x % 8] === pass)
        .flatMap((x) => samples.slice((y * width + x) * each, (y * width + x + 1) * each));
      if (row.length === 0) continue;
      const bytes = packedRow(row, depth);
      const filter = filters[rows.length % filters.length] ?? 0;
      rows.push([
        filter,
        ...bytes.map((byte, i) => byte - guess(filter, bytes, above, i, Math.ceil((each * depth) / 8))),
      ]);
      above = bytes;
    }
  }
  return Uint8Array.from(rows.flat());
}

function packedRow(row: readonly number[], depth: number): number[] {
  const bits = row.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** What a filter expects a byte to be. */
function guess(filter: number, row: readonly number[], above: readonly number[], i: number, back: number): number {
  const [a, b, c] = [row[i - back] ?? 0, above[i] ?? 0, above[i - back] ?? 0];
  const p = a + b - c;
  const nearest = [a, b, c].toSorted((one, other) => Math.abs(p - one) - Math.abs(p - other))[0] ?? 0;
  return [0, a, b, Math.floor((a + b) / 2), nearest][filter] ?? 0;
}
