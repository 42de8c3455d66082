/**
 * How many cycles a unit works on a step, from its issue to its `done`, when nothing is in its way: what the scheduler
 * compares schedules by. Checked against the hardware (testbench/cost.test.ts); constants are those of the units'
 * headers.
 */
import { PAGE_BYTES } from '../common/axi.ts';
import { linesAtOnce } from '../common/local.ts';
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import type { JobDataflow } from '../matrix/job.ts';
import type { ProductSize } from '../matrix/layout.ts';
import { readsAhead, SHARE } from '../isa/read-ahead.ts';

/** Cycles between a request and its answer on the bus, as the compiler takes them to be where nobody says. */
const LATENCY = 2;

/** Of a copy: what decides how long it takes. */
export interface CopyShape {
  /** Of the first byte in DRAM; only its place in a beat matters. */
  readonly offset: number;
  readonly lines: number;
  readonly lineBytes: number;
  readonly stride: number;
  readonly pieceBytes: number;
  /** A load that makes lines of columns. */
  readonly transposed: boolean;
  /** Elements of a byte are the scratchpad's; others are sums. */
  readonly ofBytes: boolean;
  /** Elements that are copied one by one, so far apart, and their bytes. Null where bytes follow each other. */
  readonly elements: { readonly bytes: number; readonly stride: number } | null;
}

/** Of results that are made of windows: what decides how long it takes, by the names of the command's fields. */
export const windowShapeNames = [
  'n',
  'width',
  'height',
  'kernelHeight',
  'kernelWidth',
  'strideY',
  'strideX',
  'top',
  'left',
  'outHeight',
  'outWidth',
] as const;
export type WindowShape = Readonly<Record<(typeof windowShapeNames)[number], number>>;

/** Besides waiting for memory: until AR is valid, the beat to be written, and `done`; of a store the reads as well. */
const AROUND_LOAD = 5;
const AROUND_STORE = 7;
/** From a job of the vector unit to its `done`, beside its folds; and of a fold of windows beside its passes. */
const [AROUND_REQUANTISE, AROUND_WINDOWS, AROUND_FOLD] = [4, 5, 3];
/** The same of two pictures element by element: the last line's elements come through the lanes. */
const AROUND_ELEMENTWISE = 6;
/** Of softmax, beside the channels and folds of a place, and beside the places. */
const [AROUND_PLACE, AROUND_SOFTMAX] = [36, 2];
/** Entries of the vector unit's table. */
const TABLE_ENTRIES = 256;
/** Lines of parameters of a fold. */
const PARAMETER_LINES = 3;
/** Columns of a kernel that are multiplied in a cycle. */
const TAPS = 3;

/**
 * Of a load, and of a store: until its first burst is asked for, and from the last beat of the one before to its own
 * first.
 */
const ASKING = 2;
const BETWEEN = { load: 2, store: 1 } as const;

/** Beats of all lines: a line that begins or ends within a beat takes all of it. */
function beatsOf({ offset, lines, lineBytes, stride, elements }: CopyShape, busBytes: number): number {
  if (elements !== null) return (lines * lineBytes) / elements.bytes;
  const span = (at: number, bytes: number): number => Math.ceil(((at % busBytes) + bytes) / busBytes);
  if (stride === lineBytes) return span(offset, lines * lineBytes);
  // After as many lines their places in a beat come again.
  const period = busBytes / greatestCommonDivisor(stride, busBytes);
  let [all, left] = [0, 0];
  for (let line = 0; line < period; line++) {
    const beats = span(offset + line * stride, lineBytes);
    all += beats;
    if (line < lines % period) left += beats;
  }
  return Math.floor(lines / period) * all + left;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Cycles in which groups of local lines are read or written. A load writes short lines several at once. */
function groupCycles(unit: 'load' | 'store', copy: CopyShape, groupBytes: number): number {
  const { lines, lineBytes, pieceBytes } = copy;
  if (unit === 'load' && copy.ofBytes && lineBytes <= Math.min(pieceBytes, groupBytes))
    return Math.ceil(lines / linesAtOnce(groupBytes, lineBytes));
  const whole = Math.floor(lineBytes / pieceBytes) * Math.ceil(pieceBytes / groupBytes);
  return lines * (whole + Math.ceil((lineBytes % pieceBytes) / groupBytes));
}

/** Bursts of a copy, about: lines that are apart begin anywhere in the largest burst there is. */
function burstsOf({ lines, lineBytes, stride, elements }: CopyShape, { busBytes, maxBurst }: NpuConfig): number {
  if (elements !== null) return (lines * lineBytes) / elements.bytes;
  const largest = Math.min(PAGE_BYTES, busBytes * 2 ** Math.floor(Math.log2(maxBurst)));
  return stride === lineBytes
    ? (lines * lineBytes) / largest
    : lines * (1 + Math.max(0, lineBytes - busBytes) / largest);
}

/** Cycles for which beats come while no more bursts may be in flight: the last ones need not be waited for. */
function burstCycles(bursts: number, outstanding: number, beats: number, latency: number): number {
  const inTurn = latency + 3 + beats / bursts;
  return Math.max(0, bursts / outstanding - 1) * inTurn + beats / Math.max(1, bursts / outstanding);
}

/**
 * A job that overlaps with others of its unit, in cycles: from its issue until the unit takes the next one, and from
 * the end of the one before to its own, where that has been waited for.
 */
export interface Ahead {
  readonly asking: number;
  readonly moving: number;
}

/** How commands come, in cycles. */
export interface Fetching {
  /** From one to the next; where operands are loaded meanwhile; and from the reading of one to its use. */
  readonly between: number;
  readonly contended: number;
  readonly roundTrip: number;
  /** Commands that are read while as many before them are not used yet. */
  readonly ahead: number;
}

export class Cost {
  readonly #config: NpuConfig;
  readonly #latency: number;

  /** @param latency of the memory, in cycles */
  constructor(config: NpuConfig, latency: number = LATENCY) {
    this.#config = config;
    this.#latency = Math.max(latency, LATENCY);
  }

  load(copy: CopyShape): number {
    const turning = copy.transposed ? Math.min(copy.lineBytes, this.#config.busBytes) : 0;
    return AROUND_LOAD + this.#moving('load', copy) + this.#latency + turning;
  }

  store(copy: CopyShape): number {
    return AROUND_STORE + this.#moving('store', copy) + this.#latency;
  }

  /** Squares of a beat by a beat: rows come one after another, columns of the square before leave meanwhile. */
  #transposed({ offset, lines, lineBytes, stride, pieceBytes }: CopyShape): number {
    const { busBytes, outstanding } = this.#config;
    const isAligned = offset % busBytes === 0 && stride % busBytes === 0;
    const beatsOfRow = (bytes: number): number => (isAligned ? 1 : 1 + (bytes - 1) / busBytes);
    const inTurn = (this.#latency + 4) / outstanding;
    const square = (rows: number, bytes: number): number => Math.max(rows * Math.max(beatsOfRow(bytes), inTurn), bytes);
    const band = (rows: number): number =>
      Math.floor(lineBytes / busBytes) * square(rows, busBytes) +
      (lineBytes % busBytes === 0 ? 0 : square(rows, lineBytes % busBytes));
    const bands = (rows: number): number =>
      Math.floor(rows / busBytes) * band(busBytes) + (rows % busBytes === 0 ? 0 : band(rows % busBytes));
    const moving = Math.floor(lines / pieceBytes) * bands(pieceBytes) + bands(lines % pieceBytes);
    return Math.ceil(moving);
  }

  /** How a copy gets out of the next one's way: a store when its last bytes have been read. */
  ahead(unit: 'load' | 'store', copy: CopyShape): Ahead {
    const { busBytes, outstanding } = this.#config;
    const moving = this.#moving(unit, copy);
    if (unit === 'store') return { asking: Math.max(moving, ASKING), moving: moving + BETWEEN.store };
    const bursts = copy.transposed ? copy.lines * Math.ceil(copy.lineBytes / busBytes) : burstsOf(copy, this.#config);
    const inFlight = (beatsOf(copy, busBytes) / bursts) * outstanding;
    const asking = bursts > outstanding ? this.load(copy) - this.#latency - inFlight : 0;
    return { asking: Math.ceil(Math.max(bursts, asking)) + ASKING, moving: moving + BETWEEN.load };
  }

  /** Cycles for which bytes come or go. */
  #moving(unit: 'load' | 'store', copy: CopyShape): number {
    if (copy.transposed) return this.#transposed(copy);
    const { busBytes, outstanding } = this.#config;
    const beats = beatsOf(copy, busBytes);
    const inTurn = burstCycles(burstsOf(copy, this.#config), outstanding, beats, this.#latency);
    return Math.ceil(Math.max(beats, groupCycles(unit, copy, this.#config.groupBytes), inTurn));
  }

  /** For how long a job keeps those after it from the multipliers. */
  gemm(shape: ProductSize, dataflow: JobDataflow): number {
    return matrixEngineOf(this.#config).description.occupies(this.#config, shape, dataflow);
  }

  /** Each fold takes m cycles, and three more where each column has its own scale. */
  requantise({ m, n }: ProductSize, perChannel: boolean): number {
    return Math.ceil(n / this.#config.cols) * (m + (perChannel ? PARAMETER_LINES : 0)) + AROUND_REQUANTISE;
  }

  /** Two pictures element by element: three cycles a line of each fold, where the banks are free. */
  elementwise({ m, n }: Pick<ProductSize, 'm' | 'n'>): number {
    return 3 * m * Math.ceil(n / this.#config.cols) + AROUND_ELEMENTWISE;
  }

  /** A picture by the table: a line of each fold a cycle. */
  lookup({ m, n }: Pick<ProductSize, 'm' | 'n'>): number {
    return m * Math.ceil(n / this.#config.cols) + AROUND_REQUANTISE;
  }

  /** Softmax over n channels of m places, at the most: where the sum of all powers is as small as it can be. */
  softmax({ m, n }: Pick<ProductSize, 'm' | 'n'>): number {
    const folds = Math.ceil(n / this.#config.cols);
    return m * (3 * n + 8 * folds + AROUND_PLACE) + AROUND_SOFTMAX;
  }

  /** The table, an entry a cycle. */
  readonly loadTable = TABLE_ENTRIES + 1;

  /** A job whose results are made of windows: the slots of all passes, by the header of npu/vector/window-walk.ts. */
  windows(operation: 'depthwise' | 'pool', shape: WindowShape): number {
    const { n, width, height, kernelHeight, kernelWidth, left } = shape;
    const slots = (shape.outWidth - 1) * shape.strideX + 1;
    const groups = Array.from({ length: Math.ceil(kernelWidth / TAPS) }, (_, group) => {
      const [first, taps] = [TAPS * group, Math.min(TAPS, kernelWidth - TAPS * group)];
      const empty = Math.min(Math.max(0, left - first), slots);
      return { empty, tail: Math.min(Math.max(0, width - slots + left - first), taps - 1) };
    });
    const alone = groups.map(({ empty }, group) => Math.max(0, (groups.at(group - 1)?.tail ?? 0) - empty));
    const [between = 0, ...within] = alone;
    const inKernelRow = within.reduce((sum, cycles) => sum + cycles, groups.length * slots);
    let passes = 0;
    let follows = false;
    for (let v = 0; v < shape.outHeight; v++) {
      const top = v * shape.strideY - shape.top;
      const rows = Math.max(0, Math.min(kernelHeight, height - top) - Math.max(0, -top));
      if (rows === 0) passes += groups.length * slots + (follows ? between : 0);
      else passes += rows * inKernelRow + (rows - (follows ? 0 : 1)) * between;
      follows = rows > 0;
    }
    const kernel = operation === 'depthwise' ? PARAMETER_LINES + kernelHeight * kernelWidth : 0;
    return Math.ceil(n / this.#config.cols) * (kernel + AROUND_FOLD + passes) + AROUND_WINDOWS;
  }

  /** How commands come from the ring, by the timing of the command fetch. */
  get fetch(): Fetching {
    const { beats, burst, commands, inFlight } = readsAhead(this.#config);
    return {
      between: beats,
      contended: SHARE * beats,
      ahead: Math.max(1, Math.min(commands, Math.floor((inFlight * burst) / beats))),
      roundTrip: this.#latency + beats + 3,
    };
  }
}
