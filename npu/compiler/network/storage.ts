/**
 * Where the tensors of a network are while its steps are made: in DRAM, row by row with all channels of a place side by
 * side (NHWC), and in the scratchpad, a place a line, in folds of as many channels as a line has lanes. Copies between
 * the two are made when somebody asks for what is not there.
 *
 * A picture in the scratchpad lies in one bank and may have a border, which has the tensor's zero point: convolutions
 * read it where their windows reach over the edge.
 */
import type { NpuConfig } from '../../config.ts';
import { ShapeError } from '../errors.ts';
import { LocalMemory, type LocalBuffer } from '../allocator.ts';
import type { Run } from '../region.ts';
import type { DramTensors } from './dram.ts';
import type { Emitter } from './emitter.ts';
import { bandsOf, type Band } from './bands.ts';
import { isAround, isNone, isSameInLines, lineAt, lookedAtAs, type Lines } from './lines.ts';
import { elementsOf, noSides, type Picture, type View } from './picture.ts';
import type { Sides } from '../../graph/graph.ts';

/** A picture in DRAM: bytes from a place to the next and from a row to the next, and what surrounds it there. */
export interface InDram {
  readonly tensor: string;
  readonly offset: number;
  readonly place: number;
  readonly row: number;
  readonly border: Sides;
  /** Whether there are no other bytes between its own, so that it can have another shape. */
  readonly isDense: boolean;
}

/** Where a part of a picture begins, and its size. */
export interface Share extends Picture {
  readonly y: number;
  readonly x: number;
  readonly channel: number;
}

/** What is known of a tensor of the graph. */
interface Stored {
  readonly name: string;
  /** The byte that stands for 0. */
  readonly zero: number;
  /** The border that its lines have, as wide as any that reads them needs. */
  readonly border: Sides;
  readonly dram: InDram | null;
  readonly lines: readonly Lines[];
}

export class Storage {
  readonly #config: NpuConfig;
  readonly #emitter: Emitter;
  readonly #dram: DramTensors;
  readonly #memory: LocalMemory;
  readonly #stored = new Map<number, Stored>();
  /** Tensors that have the bytes of another one. */
  readonly #names = new Map<number, number>();
  /** Tensors that the layer at work needs: their lines stay. */
  readonly #held = new Set<number>();
  /** The number of the next part that is a tensor of its own: below those of the graph. */
  #nextPart = -1;
  /** After how many layers a tensor is asked for again; Infinity where it is not. */
  nextUse: (tensor: number) => number = () => Infinity;

  constructor(config: NpuConfig, emitter: Emitter, dram: DramTensors) {
    this.#config = config;
    this.#emitter = emitter;
    this.#dram = dram;
    this.#memory = new LocalMemory(config);
  }

  /** Banks for pictures, and for weights: what the matrix engine reads at once lies in two of them. */
  get banks(): { readonly pictures: Run; readonly weights: Run } {
    const { scratchpadBanks } = this.#config;
    const pictures = scratchpadBanks - 2;
    return { pictures: { from: 0, to: pictures }, weights: { from: pictures, to: scratchpadBanks } };
  }

  declare(tensor: number, name: string, zero: number, border: Sides): void {
    this.#stored.set(tensor, { name, zero, border, dram: null, lines: [] });
  }

  /** Room in DRAM for a tensor that is made part by part; all of it has the value `fill` at first. */
  roomInDram({ tensor, picture }: View, role: 'intermediate' | 'output', fill = 0): InDram {
    const name = this.#dram.room(this.#of(tensor).name, elementsOf(picture), role, fill & 0xff);
    const dram: InDram = { tensor: name, offset: 0, ...inRows(picture) };
    this.#change(tensor, { dram });
    return dram;
  }

  /** A part of a tensor that is in DRAM, as a tensor of its own. */
  part({ tensor, picture }: View, { y, x, channel, ...size }: Share): View {
    const { name, zero, dram: whole } = this.#of(tensor);
    if (whole === null) throw new RangeError(`a part of ${name} is asked for, which is not in DRAM`);
    // Rows are those of this picture, whichever the tensor came as.
    const dram: InDram = whole.isDense ? { ...whole, ...inRows(picture) } : whole;
    const own = this.#nextPart--;
    const { top, left, bottom, right } = dram.border;
    const border: Sides = {
      top: y === 0 ? top : 0,
      left: x === 0 ? left : 0,
      bottom: y + size.height === picture.height ? bottom : 0,
      right: x + size.width === picture.width ? right : 0,
    };
    const offset = dram.offset + y * dram.row + x * dram.place + channel;
    const place: InDram = { ...dram, offset, border, isDense: false };
    this.#stored.set(own, { name, zero, border: noSides, dram: place, lines: [] });
    return { tensor: own, picture: size, of: { tensor, picture, y, x, channel } };
  }

  /** Copies what is in the scratchpad to its place in DRAM. */
  store({ tensor }: View): void {
    const { lines, dram } = this.#of(tensor);
    const [made] = lines;
    if (made === undefined || dram === null) throw new RangeError('there is nothing to store, or no place for it');
    this.#store(made, dram);
  }

  /** Says where a tensor is in DRAM. */
  placeInDram(tensor: number, dram: InDram): void {
    this.#change(tensor, { dram });
  }

  hold(tensors: readonly number[]): void {
    this.#held.clear();
    for (const tensor of tensors) this.#held.add(this.#rootOf(tensor));
  }

  /** Nobody needs a tensor any more: its lines are free for what comes after. */
  release(tensor: number): void {
    for (const { buffer } of this.#of(tensor).lines) this.#memory.free(buffer);
    this.#change(tensor, { lines: [] });
  }

  /** Another name, and perhaps another shape, of the same bytes. */
  rename(from: View, to: View): void {
    this.#names.set(to.tensor, this.#rootOf(from.tensor));
  }

  /** Whether a tensor is not in the scratchpad, and no bank of it holds the tensor's lines. */
  isTooLarge({ tensor, picture }: View): boolean {
    const { rows, cols, bankLines } = this.#config;
    const { lines, border } = this.#of(tensor);
    const places = (picture.width + border.left + border.right) * (picture.height + border.top + border.bottom);
    return lines.length === 0 && places * Math.ceil(picture.channels / Math.min(rows, cols)) > bankLines;
  }

  isInScratchpad = (tensor: number): boolean => this.#of(tensor).lines.length > 0;

  isInDram = (tensor: number): boolean => this.#of(tensor).dram !== null;

  /** Lines that are not a picture. @throws ShapeError where there is no room for them even when others leave */
  allocate(memory: LocalBuffer['memory'], lines: number, among?: Run): LocalBuffer {
    for (;;) {
      const buffer = this.#memory.allocate(memory, lines, among, 'next');
      if (buffer !== null) return buffer;
      if (memory === 'accumulator' || !this.#evict()) throw this.#tooSmall(memory, lines);
    }
  }

  free(buffer: LocalBuffer): void {
    this.#memory.free(buffer);
  }

  /** Room for what a layer makes, its border filled. */
  room(view: View): Lines {
    const stored = this.#of(view.tensor);
    const lines = this.#room(view.picture, stored, this.#config.cols, stored.border);
    this.#change(view.tensor, { lines: [...stored.lines, lines] });
    return lines;
  }

  /** The lines of a tensor, so many channels each, and a border of at least this. */
  lines(view: View, lanes: number, border: Sides = noSides): Lines {
    const stored = this.#of(view.tensor);
    const found = stored.lines.find(
      (one) =>
        isSameInLines(one, view.picture) &&
        (one.lanes === lanes || view.picture.channels <= Math.min(lanes, one.lanes)) &&
        isAround(one.border, border),
    );
    if (found !== undefined) return lookedAtAs(found, view.picture);
    const from = this.inDram(view);
    const lines = this.#room(view.picture, stored, lanes, border);
    this.#load(from, lines);
    this.#change(view.tensor, { lines: [...this.#of(view.tensor).lines, lines] });
    return lines;
  }

  /** A tensor in DRAM, stored there if it is not yet. */
  inDram(view: View, role: 'intermediate' | 'output' = 'intermediate'): InDram {
    const stored = this.#of(view.tensor);
    if (stored.dram !== null) return stored.dram.isDense ? { ...stored.dram, ...inRows(view.picture) } : stored.dram;
    const [lines] = stored.lines;
    if (lines === undefined) throw new RangeError(`${stored.name} is asked for before it is made`);
    const tensor = this.#dram.room(stored.name, elementsOf(lines.picture), role);
    const dram: InDram = { tensor, offset: 0, ...inRows(lines.picture) };
    this.#change(view.tensor, { dram });
    this.#store(lines, dram);
    return { ...dram, ...inRows(view.picture) };
  }

  /** Copies a picture from DRAM, some rows at a time, so that others can begin with the first ones. */
  #load(from: InDram, to: Lines): void {
    for (const band of bandsOf(to.picture)) {
      const { dram, extent, fields } = this.#copy(from, to, band);
      this.#emitter.emit({ operation: 'loadBlock', dram, fields: { ...fields, ...everywhere } }, { extent });
    }
  }

  #store(from: Lines, to: InDram): void {
    for (const band of bandsOf(from.picture)) {
      const { dram, extent, fields } = this.#copy(to, from, band);
      this.#emitter.emit({ operation: 'storeBlock', dram, fields }, { extent });
    }
  }

  /** Rows of places, each a line in DRAM; its channels are pieces of it. */
  #copy(dram: InDram, lines: Lines, { y, x, rows, columns }: Band) {
    const { picture, lanes, row, fold } = lines;
    const place = { tensor: dram.tensor, offset: dram.offset + y * dram.row + x * dram.place };
    const fields = {
      lines: rows * columns,
      lineBytes: picture.channels,
      stride: dram.place,
      space: 'scratchpad',
      local: lineAt(lines, y, x),
      pieceBytes: lanes,
      lineStep: 1,
      pieceStep: fold,
      onError: 'abort',
      rowLines: columns,
      rowStride: dram.row,
      rowStep: row,
      runBytes: 0,
      runsAcross: 1,
      acrossStride: 0,
      downStride: 0,
    } as const;
    const bytes = spanOf(dram, { height: rows, width: columns, channels: picture.channels });
    return { dram: place, extent: { place, bytes }, fields };
  }

  #room(picture: Picture, { zero }: Stored, lanes: number, border: Sides): Lines {
    const row = border.left + picture.width + border.right;
    const fold = row * (border.top + picture.height + border.bottom);
    const buffer = this.allocate('scratchpad', fold * Math.ceil(picture.channels / lanes), this.banks.pictures);
    const first = buffer.address + border.top * row + border.left;
    const lines: Lines = { picture, border, lanes, buffer, first, row, fold };
    if (!isNone(border)) this.#fillBorder(lines, zero);
    return lines;
  }

  /** Above, with the left of the first row; right of each row with the left of the next one; the rest below. */
  #fillBorder({ picture, border, lanes, buffer, row, fold, first }: Lines, zero: number): void {
    const sides = border.left + border.right;
    const before = first - buffer.address;
    const lineBytes = Math.min(lanes, picture.channels);
    const fill = (local: number, lines: number, rowLines: number, rowStep: number): void => {
      if (lines === 0) return;
      const fields = {
        lines,
        lineBytes,
        space: 'scratchpad',
        local,
        pieceBytes: lanes,
        lineStep: 1,
        pieceStep: 0,
      } as const;
      this.#emitter.emit({ operation: 'fill', fields: { ...fields, rowLines, rowStep, value: zero & 0xff } });
    };
    for (let at = buffer.address; at < buffer.address + buffer.lines; at += fold) {
      fill(at, before, 0, 0);
      fill(at + before + picture.width, sides * (picture.height - 1), sides, row);
      const end = before + row * (picture.height - 1) + picture.width;
      fill(at + end, fold - end, 0, 0);
    }
  }

  /** Takes lines of a tensor that is not needed soon; it is stored before, if it has to be. */
  #evict(): boolean {
    const farthest = [...this.#stored]
      .filter(([tensor, { lines }]) => lines.length > 0 && !this.#held.has(tensor))
      .sort(([one], [other]) => this.nextUse(other) - this.nextUse(one))[0];
    if (farthest === undefined) return false;
    const [tensor, { lines }] = farthest;
    const picture = lines[0]?.picture;
    if (picture === undefined) return false;
    this.inDram({ tensor, picture });
    this.release(tensor);
    return true;
  }

  #tooSmall(memory: LocalBuffer['memory'], lines: number): ShapeError {
    const { lineBytes, bankLines, accLines, scratchpadBanks, accLanes } = this.#config;
    return new ShapeError((nameOf) =>
      memory === 'scratchpad'
        ? `a layer needs ${lines} lines in one bank of the scratchpad, which has ${bankLines}; ` +
          `make ${nameOf('scratchpadBytes')} larger, ${2 * lines * lineBytes * scratchpadBanks} to be sure`
        : `a layer needs ${lines} lines of the accumulator beside others, which has ${accLines}; ` +
          `make ${nameOf('accumulatorBytes')} larger, ${8 * lines * accLanes * 4} to be sure`,
    );
  }

  #rootOf(tensor: number): number {
    return this.#names.get(tensor) ?? tensor;
  }

  #of(tensor: number): Stored {
    const found = this.#stored.get(this.#rootOf(tensor));
    if (found === undefined) throw new RangeError(`nothing is known of tensor ${tensor}`);
    return found;
  }

  #change(tensor: number, to: Partial<Stored>): void {
    this.#stored.set(this.#rootOf(tensor), { ...this.#of(tensor), ...to });
  }
}

/** Bytes from the first of a picture to its last. */
export const spanOf = ({ place, row }: InDram, { height, width, channels }: Picture): number =>
  (height - 1) * row + (width - 1) * place + channels;

/** Bytes without gaps. */
const inRows = ({ width, channels }: Picture) => ({
  place: channels,
  row: width * channels,
  border: noSides,
  isDense: true,
});

/** A block without a picture around it: all of it is read. */
export const everywhere = {
  top: 0,
  left: 0,
  height: 1,
  width: 1,
  rowDown: 0,
  lineAcross: 0,
  runDown: 0,
  runAcross: 0,
  value: 0,
} as const;
