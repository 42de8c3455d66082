/**
 * Pictures in PNG files (https://www.w3.org/TR/png-3/): all kinds of pixels and both orders of them. (Of the packages
 * that read it one works on Node's zlib from inside, the other takes what is cut short, and any amount of memory.)
 */
import { crc32, inflateSync } from 'node:zlib';
import { shellPath } from '../testbench/kit/shell.ts';
import { UsageError } from './failure.ts';

export interface Png {
  readonly width: number;
  readonly height: number;
  /** Whether its pixels say how red, green and blue they are, or only how bright. */
  readonly isColour: boolean;
  /**
   * Red, green and blue of each pixel, row by row, from 0 to 255, over black where it is transparent. Those of 16 bits
   * are between whole numbers.
   * @throws UsageError for data that are not those of the picture
   */
  readonly pixels: () => Float64Array;
}

const MAGIC = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
export const isPng = (bytes: Uint8Array): boolean => MAGIC.every((byte, at) => bytes[at] === byte);

/** More than any network takes; whoever asks for them gets no memory for them. */
const MOST_PIXELS = 2 ** 24;

/** By the number of a picture's kind: samples of a pixel, and the bits that one can have. */
const kinds: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
const PALETTE = 3;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly kind: number;
  readonly samples: number;
  readonly isInterlaced: boolean;
}

/**
 * Its size, before anything is unpacked.
 * @param name what messages call the file
 * @throws UsageError for a file that is none, is damaged, or has more pixels than there may be
 */
export function readPng(bytes: Uint8Array, name: string): Png {
  if (!isPng(bytes))
    throw new UsageError(
      `${name} is no PNG file`,
      `give one, as magick ${shellPath(name)} picture.png makes it of other formats`,
    );
  const damaged = (what: string): UsageError =>
    new UsageError(`${name} is damaged: ${what}`, 'fetch or write it again');
  const chunks = chunksOf(bytes, damaged);
  const header = headerOf(chunks[0]?.type === 'IHDR' ? chunks[0].data : new Uint8Array(), damaged);
  const { width, height, kind } = header;
  if (width * height > MOST_PIXELS)
    throw new UsageError(`${name} has ${width} × ${height} pixels`, `give a picture of at most ${MOST_PIXELS}`);
  const find = (type: string): Uint8Array => chunks.find((chunk) => chunk.type === type)?.data ?? new Uint8Array();
  const [palette, transparent] = [find('PLTE'), find('tRNS')];
  return {
    width,
    height,
    isColour: kind === 2 || kind === 6 || (kind === PALETTE && !isGrey(palette)),
    pixels: () => {
      const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
      const samples = samplesOf(header, unpacked(packed, header, damaged), damaged);
      return coloured(header, samples, palette, transparent, damaged);
    },
  };
}

type Damaged = (what: string) => UsageError;

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** Up to its end, each with the right checksum. */
function chunksOf(bytes: Uint8Array, damaged: Damaged): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = MAGIC.length; chunks.at(-1)?.type !== 'IEND';) {
    const end = at + 12 <= bytes.length ? at + 12 + view.getUint32(at) : Infinity;
    if (end > bytes.length) throw damaged('it is cut short');
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
      throw damaged(`the bytes of its part ${JSON.stringify(type)} are not those of its checksum`);
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4) });
    at = end;
  }
  return chunks;
}

function headerOf(data: Uint8Array, damaged: Damaged): Header {
  if (data.length !== 13) throw damaged('it does not begin with its size');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, kind = 0, compression, filter, interlace = 0] = data.subarray(8);
  const { samples, depths } = kinds[kind] ?? { samples: 0, depths: [] };
  if (width === 0 || height === 0) throw damaged(`its size is ${width} × ${height}`);
  if (!depths.includes(depth)) throw damaged(`there are no pixels of kind ${kind} and ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1) throw damaged('it is packed in a way that there is not');
  return { width, height, depth, kind, samples, isInterlaced: interlace === 1 };
}

/** Pixels of a picture that are sent together: the first one, and how far apart they are. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}
const whole: readonly Pass[] = [{ x: 0, y: 0, across: 1, down: 1 }];
/** Adam7: first every eighth, at last every other row. */
const interlaced: readonly Pass[] = [
  { x: 0, y: 0, across: 8, down: 8 },
  { x: 4, y: 0, across: 8, down: 8 },
  { x: 0, y: 4, across: 4, down: 8 },
  { x: 2, y: 0, across: 4, down: 4 },
  { x: 0, y: 2, across: 2, down: 4 },
  { x: 1, y: 0, across: 2, down: 2 },
  { x: 0, y: 1, across: 1, down: 2 },
];

/** The passes that have pixels, with their size and the bytes of a row; before each row is a byte more. */
const passesOf = ({ width, height, depth, samples, isInterlaced }: Header) =>
  (isInterlaced ? interlaced : whole)
    .map((pass) => ({
      ...pass,
      columns: Math.ceil((width - pass.x) / pass.across),
      rows: Math.ceil((height - pass.y) / pass.down),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map((pass) => ({ ...pass, rowBytes: Math.ceil((pass.columns * samples * depth) / 8) }));

/** As many bytes as the picture has, whatever the packed ones would become. */
function unpacked(packed: Uint8Array, header: Header, damaged: Damaged): Uint8Array {
  const wanted = passesOf(header).reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
  let data: Uint8Array;
  try {
    data = inflateSync(packed, { maxOutputLength: wanted });
  } catch {
    throw damaged('its pixels cannot be unpacked');
  }
  if (data.length !== wanted) throw damaged(`it has ${data.length} bytes of pixels, and its size takes ${wanted}`);
  return data;
}

/** Samples of all pixels, row by row, as numbers. */
function samplesOf(header: Header, data: Uint8Array, damaged: Damaged): Uint16Array {
  const { width, height, depth, samples } = header;
  const all = new Uint16Array(width * height * samples);
  const pixelBytes = Math.max(1, (samples * depth) / 8);
  let at = 0;
  for (const { x, y, across, down, columns, rows, rowBytes } of passesOf(header)) {
    let above: Uint8Array = new Uint8Array(rowBytes);
    for (let row = 0; row < rows; row++) {
      const line = data.subarray(at + 1, at + 1 + rowBytes);
      if (!unfilter(data[at] ?? 0, line, above, pixelBytes)) throw damaged(`a row has filter ${data[at]}`);
      for (let i = 0; i < columns * samples; i++) {
        const [column, sample] = [Math.floor(i / samples), i % samples];
        all[((y + row * down) * width + x + column * across) * samples + sample] = sampleIn(line, i, depth);
      }
      above = line;
      at += 1 + rowBytes;
    }
  }
  return all;
}

/** Several to a byte, the first one in its upper bits; or two bytes, the upper one first. */
function sampleIn(line: Uint8Array, index: number, depth: number): number {
  if (depth === 16) return ((line[2 * index] ?? 0) << 8) | (line[2 * index + 1] ?? 0);
  const bit = index * depth;
  return ((line[bit >> 3] ?? 0) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** Makes a row of its differences to what is left of it and above. @returns false for a filter that there is not */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): boolean {
  for (let i = 0; i < line.length; i++) {
    const [left, up, corner] = [line[i - pixelBytes] ?? 0, above[i] ?? 0, above[i - pixelBytes] ?? 0];
    const by = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    if (by === undefined) return false;
    line[i] = (line[i] ?? 0) + by;
  }
  return true;
}

/** Which of the three is nearest to left + up − corner. */
function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Whether every colour of a palette has as much red as green and blue. */
const isGrey = (palette: Uint8Array): boolean => palette.every((value, i) => value === palette[i - (i % 3)]);

/** Red, green and blue, from 0 to 255; what is transparent darker by that. */
function coloured(
  { kind, depth, samples }: Header,
  given: Uint16Array,
  palette: Uint8Array,
  transparent: Uint8Array,
  damaged: Damaged,
): Float64Array {
  const pixels = given.length / samples;
  const rgb = new Float64Array(3 * pixels);
  const most = 2 ** depth - 1;
  const colours = samples >= 3 ? [0, 1, 2] : [0, 0, 0];
  /** Of pictures without a sample for it: the one colour that is not there. */
  const absent = transparent.length === 2 * samples ? colours.map((i) => sampleIn(transparent, i, 16)) : null;
  const hasAlpha = samples === 2 || samples === 4;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const sample = (i: number): number => given[pixel * samples + i] ?? 0;
    if (kind === PALETTE && 3 * sample(0) >= palette.length)
      throw damaged(`a pixel has colour ${sample(0)}, and there are ${Math.floor(palette.length / 3)}`);
    const alpha =
      kind === PALETTE
        ? (transparent[sample(0)] ?? 255) / 255
        : hasAlpha
          ? sample(samples - 1) / most
          : absent?.every((value, i) => value === sample(colours[i] ?? 0)) === true
            ? 0
            : 1;
    colours.forEach((from, colour) => {
      const bright = kind === PALETTE ? (palette[3 * sample(0) + colour] ?? 0) : (sample(from) * 255) / most;
      rgb[3 * pixel + colour] = bright * alpha;
    });
  }
  return rgb;
}
