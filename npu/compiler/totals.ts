/** What each unit has to do in all by a plan, and how long that takes at the least: plans are compared by it first. */
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import type { ProductSize } from '../matrix/layout.ts';
import type { Cost } from './cost.ts';
import { inPitches } from './pitches.ts';
import type { Buffering, Plan } from './plan.ts';
import { rowsAtOnce, type Product } from './product.ts';
import { copyOf, operandLines, type Lines } from './step.ts';
import type { Tensor } from './tensor.ts';

/** Cycles that a plan is expected to take, and the commands that it has. */
export interface Total {
  readonly cycles: number;
  readonly commands: number;
}

/**
 * Cycles that are lost with a command on the way, by experience: what waits for it, what it waits for. Of plans that
 * keep the units at work alike, the one with fewer commands is the better one.
 */
const PER_COMMAND = 1;

/** How much nearly as long counts, by experience. */
const CLOSE = 12;

/** The totals of a product's plans. */
export class Totals {
  readonly #config: NpuConfig;
  readonly #product: Product;
  readonly #cost: Cost;
  readonly #known = new Map<string, number>();
  readonly #lines: Readonly<Record<'a' | 'b' | 'c', Lines>>;

  constructor(config: NpuConfig, product: Product, cost: Cost) {
    const { a, b, c } = matrixEngineOf(config).description.layouts(config, product.dataflow);
    this.#config = config;
    this.#product = product;
    this.#cost = cost;
    this.#lines = operandLines({ a, b, c });
  }

  /**
   * Cycles of a plan: of the unit that takes longest in all, with the first loads before it and the last store after
   * it.
   */
  of({ tile, inner, slices, strips }: Plan, { parts, buffers }: Buffering): Total {
    const { a, b, c, requantise, scales } = inPitches(this.#config, this.#product, tile);
    const [m, k, n] = [this.#sizes('m', tile), this.#sizes('k', tile), this.#sizes('n', tile)];
    const jobs = parts.m * parts.k * parts.n;
    const products = this.products(tile);
    const loads = { a: loadsOf(parts, 'm', inner, buffers.a), b: loadsOf(parts, 'n', inner, buffers.b) };
    const once = {
      a: this.#copies('load', a.tensor, this.#lines.a, m, k),
      b: this.#copies('load', b.tensor, this.#lines.b, k, n),
    };
    const loading = {
      a: (loads.a * once.a) / (parts.m * parts.k),
      b: (loads.b * once.b) / (parts.k * parts.n),
    };
    const stores = this.#copies('store', c, this.#lines.c, m, n);
    const answered = this.#copies('answered', c, this.#lines.c, m, n);
    const blocks = parts.m * parts.n;
    const vectors =
      requantise === null
        ? 0
        : this.#once(`vector ${tile.m} ${tile.n}`, () =>
            m.total((rows) =>
              n.total((columns) => {
                const each = rowsAtOnce(this.#product, rows);
                return (rows / each) * this.#cost.requantise({ m: each, k: 1, n: columns }, scales !== null);
              }),
            ),
          );
    const requantising = requantise === null ? 0 : parts.n * m.total((rows) => rows / rowsAtOnce(this.#product, rows));
    const commands = jobs + loads.a + loads.b + blocks + requantising;
    // A buffer is filled, and kept until what uses it is done; of the operand behind it as much comes meanwhile.
    const filling = {
      a: this.#copies('filled', a.tensor, this.#lines.a, m, k) / (parts.m * parts.k),
      b: this.#copies('filled', b.tensor, this.#lines.b, k, n) / (parts.k * parts.n),
    };
    const { rows, cols } = this.#config;
    const inTurn = (kind: 'a' | 'b', behind: 'a' | 'b'): number => {
      const waits = buffers[kind] === 1 ? loading[behind] / jobs : 0;
      const each = filling[kind] + rows + cols + waits;
      return loads[kind] > buffers[kind] ? (products + loads[kind] * each) / buffers[kind] : 0;
    };
    const { between, roundTrip, ahead } = this.#cost.fetch;
    // Of what leaves a single buffer of sums, strips of the last and the next sums have some beside them.
    const ends = (1 - 1 / strips) * (products / (parts.m * parts.k * parts.n));
    const leaves = (requantise === null ? answered : vectors) / blocks;
    const emptying = buffers.sums === 1 && blocks > 1 ? blocks * Math.max(leaves / strips, leaves - 2 * ends) : 0;
    const first = once.a / (parts.m * parts.k * slices) + once.b / (parts.k * parts.n);
    // All operands of the first block have to come: it may wait for more than its first tiles.
    const ofBlock = once.a / parts.m + once.b / parts.n - (products / blocks) * (1 - 1 / parts.k);
    const longest = together(
      products + emptying + Math.max(0, ofBlock - first),
      inTurn('a', 'b'),
      inTurn('b', 'a'),
      // Commands are read on the same channel.
      loading.a + loading.b + commands * between,
      buffers.results === 1 ? answered + vectors : Math.max(stores, vectors),
      commands * Math.max(between, roundTrip / ahead),
    );
    const last = Math.max((answered + vectors) / blocks / strips, (answered + vectors) / blocks - ends);
    return { cycles: longest + first + last + commands * PER_COMMAND, commands };
  }

  /** Cycles of the matrix engine, which any plan with this tile takes at the least. */
  products(tile: ProductSize): number {
    const { dataflow } = this.#product;
    const [m, k, n] = [this.#sizes('m', tile), this.#sizes('k', tile), this.#sizes('n', tile)];
    const job = (rows: number, of: number, columns: number): number =>
      this.#cost.gemm({ m: rows, k: of, n: columns }, dataflow);
    return this.#once(`gemm ${tile.m} ${tile.k} ${tile.n}`, () =>
      m.total((rows) => n.total((columns) => k.total((of) => job(rows, of, columns)))),
    );
  }

  /**
   * Cycles of all copies of parts of so many rows and columns, each once; of loads also until they are complete, of
   * stores until they are answered.
   */
  #copies(
    unit: 'load' | 'filled' | 'store' | 'answered',
    tensor: Tensor,
    lines: Lines,
    rows: Sizes,
    columns: Sizes,
  ): number {
    const one = (ofRows: number, ofColumns: number): number => {
      const copy = copyOf({ tensor, row: 0, column: 0, rows: ofRows, columns: ofColumns }, lines);
      if (unit === 'answered') return this.#cost.store(copy);
      return unit === 'filled' ? this.#cost.load(copy) : this.#cost.ahead(unit, copy).moving;
    };
    return this.#once(`${unit} ${lines.width} ${rows.part} ${columns.part} ${tensor.name}`, () =>
      rows.total((ofRows) => columns.total((ofColumns) => one(ofRows, ofColumns))),
    );
  }

  #sizes(dimension: keyof ProductSize, tile: ProductSize): Sizes {
    return new Sizes(this.#product[dimension], tile[dimension]);
  }

  #once(key: string, of: () => number): number {
    const value = this.#known.get(key) ?? of();
    this.#known.set(key, value);
    return value;
  }
}

/**
 * Cycles of units that work at the same time, and wait for each other now and then: about as long as the longest, and
 * longer where others take nearly as long.
 */
const together = (...cycles: readonly number[]): number =>
  cycles.reduce((sum, one) => sum + one ** CLOSE, 0) ** (1 / CLOSE);

/** The sizes of a dimension's parts: all alike, but for a last one that may be smaller. */
class Sizes {
  readonly #length: number;
  readonly part: number;

  constructor(length: number, part: number) {
    this.#length = length;
    this.part = part;
  }

  /** Over all parts. */
  total(of: (size: number) => number): number {
    const rest = this.#length % this.part;
    return Math.floor(this.#length / this.part) * of(this.part) + (rest === 0 ? 0 : of(rest));
  }
}

/**
 * About how often tiles of an operand are loaded, whose blocks go along `own`, when it has so many buffers. What does
 * not all fit is loaded again in each pass, but for what is left of the last one.
 */
function loadsOf(parts: ProductSize, own: 'm' | 'n', inner: 'm' | 'n', buffers: number): number {
  const other = own === 'm' ? parts.n : parts.m;
  const again = (all: number): number => (all <= buffers ? 0 : all - Math.max(0, buffers - 2));
  return inner === own
    ? parts[own] * parts.k + (other - 1) * again(parts[own] * parts.k)
    : parts[own] * (parts.k + (other - 1) * again(parts.k));
}
