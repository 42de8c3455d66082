/**
 * A product as steps by a plan, in the order of its loops.
 *
 * C is cut into blocks of mt × nt; for each, A (mt × kt) and B (kt × nt) are brought in tile by tile along k, if they
 * are not there already, and added up in the accumulator; then the block is requantised, if it has to be, and stored.
 *
 * The first blocks may go along k together, so that each tile that they share makes work for as long as others come.
 * Where nothing else would keep the units at work, a plan's blocks are worked on in strips: the first tiles of all come
 * in slices of k, so that the array begins with the first of them; the sums of the first block and of the last one
 * leave in strips of rows, as do those of every block where all have one buffer, whose strips the next one takes over.
 */
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { denseFields, denseWalk, placeOf, type Layout, type Layouts, type ProductSize } from '../matrix/layout.ts';
import type { Cost } from './cost.ts';
import { leaving } from './leaving.ts';
import { inPitches } from './pitches.ts';
import {
  partsOf,
  partsOfBuffer,
  scaleLines,
  togetherOf,
  type Buffering,
  type Kind,
  type Part,
  type Plan,
} from './plan.ts';
import { rowsAtOnce, type Product } from './product.ts';
import { residency, type Use } from './residency.ts';
import { copied, held, stripOf, type Held, type Lying, type Scheduled } from './scheduled.ts';
import { gemmStep, operandLines, type Lines } from './step.ts';
import { blocksOf, inTurns, type Place, type Turn } from './turns.ts';

/** A product's parts in the order of its loops. */
export const inLoops = (
  config: NpuConfig,
  product: Product,
  plan: Plan,
  buffering: Buffering,
  cost: Cost,
): Scheduled[] => new Loops(config, product, plan, buffering, cost).all();

/** A block of C, and its place among the blocks. */
interface Block extends Place {
  readonly index: number;
  /** What its sums leave in. */
  readonly strips: readonly Part[];
}
/** A part of k of a block's products, or a slice of it. */
interface Slice {
  /** The size of the tiles that it is a slice of, and where they lie. */
  readonly tile: ProductSize;
  readonly a: Held;
  readonly b: Held;
  /** In the tiles, and where these are in k. */
  readonly part: Part;
  readonly k: number;
  readonly ofA: Use;
  readonly ofB: Use;
  readonly begins: boolean;
  readonly ends: boolean;
}

class Loops {
  readonly #config: NpuConfig;
  readonly #product: Product;
  readonly #plan: Plan;
  readonly #buffering: Buffering;
  readonly #cost: Cost;
  readonly #layouts: Layouts;
  readonly #lines: Readonly<Record<'a' | 'b' | 'c', Lines>>;
  readonly #alongK: readonly Part[];
  readonly #turns: readonly Turn<Block>[];
  readonly #uses: Readonly<Record<'a' | 'b' | 'scales', readonly Use[]>>;
  /** By number. */
  readonly #held: Held[] = [];
  /** Blocks share the buffer of sums. */
  readonly #isShared: boolean;
  /** A is made by another product. */
  readonly #isEarly: boolean;

  constructor(config: NpuConfig, product: Product, plan: Plan, buffering: Buffering, cost: Cost) {
    this.#config = config;
    this.#product = inPitches(config, product, plan.tile);
    this.#plan = plan;
    this.#buffering = buffering;
    this.#cost = cost;
    this.#layouts = matrixEngineOf(config).description.layouts(config, product.dataflow);
    this.#lines = operandLines(this.#layouts);
    this.#isShared = buffering.buffers.sums === 1;
    this.#isEarly = product.a.tensor.role === 'intermediate';
    this.#alongK = partsOf(product.k, plan.tile.k);
    const blocks = blocksOf(product, plan);
    const all = blocks.map((block, index) => {
      // Strips of blocks of other heights lie in other lines, but for those of the first fold: none hands over to them.
      const inStrips = this.#isShared ? block.rows.size === plan.tile.m : index === 0 || index === blocks.length - 1;
      const strips = inStrips ? this.#cut('m', block.rows.size) : whole(block.rows.size);
      return { ...block, index, strips };
    });
    const { parts, buffers } = buffering;
    this.#turns = inTurns(all, this.#alongK, this.#isEarly ? 1 : togetherOf(plan, buffering));
    const tiles = (kind: 'rows' | 'columns'): number[] =>
      this.#turns.map(({ block, step }) => block[kind].index * parts.k + step);
    const ofColumns = blocks.map(({ columns }) => columns.index);
    this.#uses = {
      a: residency(tiles('rows'), buffers.a),
      b: residency(tiles('columns'), buffers.b),
      scales: product.scales === null ? [] : residency(ofColumns, buffers.scales),
    };
  }

  all(): Scheduled[] {
    const slices = this.#turns.map((turn, index) => this.#slices(turn, index));
    // Loads are done in order: those of weights come before the first one that waits for what another product makes.
    // As many have buffers of their own.
    const ofFirst = this.#isEarly ? slices.slice(0, this.#alongK.length).flat() : [];
    const early = new Set(ofFirst.filter(({ k }) => k < this.#plan.tile.k * this.#buffering.buffers.b));
    return this.#turns.flatMap(({ block, step }, index) => [
      ...(step === 0 ? this.#beforeSums(block) : []),
      ...(index === 0 ? [...early].flatMap((slice) => this.#loadB(block, slice)) : []),
      ...(slices[index] ?? []).flatMap((slice) => [
        ...this.#loads(block, slice, early.has(slice)),
        ...this.#sums(block, slice),
      ]),
    ]);
  }

  /** The products of a turn; those of the first one of all in slices. */
  #slices({ block, part: { at: k, size }, step }: Turn<Block>, index: number): Slice[] {
    const [ofA, ofB] = [this.#uses.a[index], this.#uses.b[index]];
    if (ofA === undefined || ofB === undefined) throw new RangeError(`tile ${index} has no buffers`);
    const tile: ProductSize = { m: block.rows.size, k: size, n: block.columns.size };
    const parts = index === 0 ? this.#cut('k', size) : whole(size);
    const [a, b] = [this.#bufferOf('a', ofA.buffer), this.#bufferOf('b', ofB.buffer)];
    return parts.map((part, slice) => ({
      tile,
      a: partOf(a, parts.length === 1 ? null : slice),
      b: partOf(b, parts.length === 1 ? null : slice),
      part,
      k,
      ofA,
      ofB,
      begins: k === 0 && slice === 0,
      ends: step === this.#alongK.length - 1 && slice === parts.length - 1,
    }));
  }

  /** What sums begin with, and the scales that they leave by. */
  #beforeSums({ rows, columns, index }: Block): Scheduled[] {
    const { bias, scales } = this.#product;
    const { cols } = this.#config;
    const loads: Scheduled[] = [];
    if (bias !== null) {
      const block = { tensor: bias, row: rows.at, column: columns.at, rows: rows.size, columns: columns.size };
      loads.push(copied('load', block, this.#ofBlock('sums', index), this.#lines.c, this.#cost));
    }
    const ofScales = scales === null ? null : this.#scalesOf(index);
    if (scales !== null && ofScales?.load === true) {
      const [row, count] = [scaleLines(this.#config, columns.at), scaleLines(this.#config, columns.size)];
      const block = { tensor: scales, row, column: 0, rows: count, columns: cols };
      const buffer = this.#bufferOf('scales', ofScales.buffer);
      loads.push(copied('load', block, buffer, { width: cols, order: 'rows' }, this.#cost));
    }
    return loads;
  }

  /** Loads are done in order: what has the fewest buffers waits the longest for one, and comes last. */
  #loads(block: Block, slice: Slice, isEarly: boolean): Scheduled[] {
    const { a, b } = this.#buffering.buffers;
    const ofA = this.#loadA(block, slice);
    const ofB = isEarly ? [] : this.#loadB(block, slice);
    return a < b ? [...ofB, ...ofA] : [...ofA, ...ofB];
  }

  #loadA({ rows }: Block, { a, ofA, k, part, tile }: Slice): Scheduled[] {
    if (!ofA.load) return [];
    const { tensor } = this.#product.a;
    const block = { tensor, row: rows.at, column: k + part.at, rows: rows.size, columns: part.size };
    return [copied('load', block, a, this.#lines.a, this.#cost, lyingAt(this.#layouts.a, tile, { k: part.at }))];
  }

  #loadB({ columns }: Block, { b, ofB, k, part, tile }: Slice): Scheduled[] {
    if (!ofB.load) return [];
    const { tensor } = this.#product.b;
    const block = { tensor, row: k + part.at, column: columns.at, rows: part.size, columns: columns.size };
    return [copied('load', block, b, this.#lines.b, this.#cost, lyingAt(this.#layouts.b, tile, { k: part.at }))];
  }

  /** Products of a slice, added up; in strips where these may begin, or leave, one after another. */
  #sums(block: Block, slice: Slice): Scheduled[] {
    const { begins, ends } = slice;
    const inStrips = ends || (begins && block.index > 0 && this.#isShared);
    const strips = inStrips ? block.strips : whole(block.rows.size);
    const sums = this.#ofBlock('sums', block.index);
    return strips.flatMap((rows, strip) => {
      const at = strips.length === 1 ? null : strip;
      const product = this.#gemm(block, slice, rows, partOf(sums, at));
      return ends ? [product, ...this.#leaving(block, rows, at)] : [product];
    });
  }

  #gemm({ rows: { at: m }, columns: { at: n } }: Block, slice: Slice, rows: Part, sums: Held): Scheduled {
    const { tile, k, part, a, b, begins } = slice;
    const { dataflow } = this.#product;
    const shape: ProductSize = { m: rows.size, k: part.size, n: tile.n };
    return {
      unit: 'matrix',
      cycles: this.#cost.gemm(shape, dataflow),
      product: { shape, at: { m: m + rows.at, k: k + part.at, n }, dataflow },
      reads: [...a.numbers, ...b.numbers],
      writes: sums.numbers,
      // Most schedules are only compared: what a command has is worked out when there is one.
      step: (all) => {
        const { bias, a: ofA, b: ofB } = this.#product;
        const { a: layoutOfA, b: layoutOfB } = this.#layouts;
        const fields = {
          ...denseFields(this.#layouts, tile),
          ...shape,
          dataflow,
          accumulate: begins && bias === null ? 0 : 1,
          aZero: ofA.zero,
          bZero: ofB.zero,
          aUnsigned: ofA.tensor.type === 'uint8' ? 1 : 0,
          bUnsigned: ofB.tensor.type === 'uint8' ? 1 : 0,
        };
        return gemmStep(fields, this.#layouts, {
          a: a.lines(all, lineAt(layoutOfA, tile, { m: rows.at, k: part.at }), 0),
          b: b.lines(all, lineAt(layoutOfB, tile, { k: part.at }), 0),
          c: sums.lines(all, rows.at, 0),
        });
      },
    };
  }

  #leaving({ rows, columns, index }: Block, strip: Part, at: number | null): readonly Scheduled[] {
    const { c, requantise, scales } = this.#product;
    const block = { tensor: c, row: rows.at, column: columns.at, rows: rows.size, columns: columns.size };
    const requantised =
      requantise === null
        ? null
        : {
            by: requantise,
            results: partOf(this.#ofBlock('results', index), at),
            scales: scales === null ? null : this.#bufferOf('scales', this.#scalesOf(index).buffer),
            rows: rowsAtOnce(this.#product, rows.size),
          };
    const sums = partOf(this.#ofBlock('sums', index), at);
    const complete = { block, rows: strip, lines: this.#lines.c, sums, requantised };
    return leaving(this.#config, complete, this.#cost);
  }

  /** Even slices of k, of as many as the array takes, or strips of rows, of whole lines of A where these hold them. */
  #cut(dimension: 'm' | 'k', length: number): readonly Part[] {
    const { across, width } = this.#layouts.a;
    const unit = dimension === 'k' || across === dimension ? width : 1;
    const count = dimension === 'k' ? this.#plan.slices : this.#plan.strips;
    return partsOf(length, Math.ceil(Math.ceil(length / count) / unit) * unit);
  }

  /** Of buffers that blocks take in turn. */
  #ofBlock(kind: 'sums' | 'results', index: number): Held {
    return this.#bufferOf(kind, index % this.#buffering.buffers[kind]);
  }

  /** The scales of a block, which are those of its columns. */
  #scalesOf(index: number): Use {
    const use = this.#uses.scales[index];
    if (use === undefined) throw new RangeError(`block ${index} has no buffer for its scales`);
    return use;
  }

  /** Buffers are numbered one kind after another, each part by part. */
  #bufferOf(kind: Kind, index: number): Held {
    const parts = partsOfBuffer(this.#plan);
    const { a, b, sums, scales } = this.#buffering.buffers;
    const first = { a: 0, b: a, sums: a + b, scales: a + b + sums, results: a + b + sums + scales }[kind] + index;
    const known = this.#held[first];
    if (known !== undefined) return known;
    const numbers = Array.from({ length: parts }, (_, part) => first * parts + part);
    return (this.#held[first] = held(numbers, kind, index));
  }
}

/** A strip of a buffer, or all of it. */
const partOf = (buffer: Held, strip: number | null): Held => (strip === null ? buffer : stripOf(buffer, strip));
const whole = (size: number): readonly Part[] => [{ at: 0, size }];

/** The line of a tile at which a part of it begins. */
const lineAt = (layout: Layout, tile: ProductSize, at: Partial<ProductSize>): number =>
  placeOf(layout, denseWalk(layout, tile), { m: 0, k: 0, n: 0, ...at }).line;
/** How a part of a tile lies in the tile's buffer. */
const lyingAt = (layout: Layout, tile: ProductSize, at: Partial<ProductSize>): Lying => ({
  from: lineAt(layout, tile, at),
  pitch: tile[layout.along],
});
