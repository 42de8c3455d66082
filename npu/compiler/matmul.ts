/**
 * A product of any size as a program for the NPU: tiles that fit the local memories, double-buffered, ordered by
 * semaphores.
 *
 * The result is cut into blocks of mt × nt; for each, A (mt × kt) and B (kt × nt) are brought in tile by tile along k
 * and added up in the accumulator; then the block is requantised, if it has to be, and stored. Loads run ahead of the
 * array by a tile, stores behind it by a block. Every buffer there is two of is freed by a semaphore before it is
 * filled for the third time.
 */
import type { NpuConfig } from '../config.ts';
import { assemble, type Command, type OperationFields } from '../isa/assembler.ts';
import type { Range } from '../common/unit.ts';
import { COMMAND_BYTES, header, type OperationName } from '../isa/operations.ts';
import { LINE_BITS } from '../common/local.ts';
import { checkJob, checkWhole } from './check.ts';
import { isPerChannel, type MatmulJob } from './job.ts';
import { chooseTile, ShapeError, type Tile } from './tile.ts';

/** A program with its data, ready to be put into DRAM from address 0. */
export interface Program {
  readonly image: Uint8Array;
  readonly commands: readonly Command[];
  /** The bytes of all commands, one after another. */
  readonly code: Uint8Array;
  /**
   * The image has the first `tail` commands in it, in as many entries of the ring. The host puts the others there as
   * it empties.
   */
  readonly ring: { readonly base: number; readonly entries: number; readonly tail: number };
  /** Where the result is: m × n elements of `resultBytes` bytes, row by row. */
  readonly result: { readonly address: number; readonly bytes: number; readonly elementBytes: 1 | 4 };
  readonly tile: Tile;
}

const align = (value: number, unit: number): number => Math.ceil(value / unit) * unit;
/** The first line of a scratchpad bank, as a local address. */
export const bank = (number: number): number => number * 2 ** LINE_BITS;

/** The program's semaphores. */
const loaded = 0;
const operandsFree = 1;
const summed = 2;
const sumsFree = 3;
const requantised = 4;
const resultsFree = 5;

/** Whether the ring holds all of a program, so that nobody has to fill it up while the NPU runs. */
export const fitsRing = ({ code, ring }: Pick<Program, 'code' | 'ring'>): boolean =>
  code.length <= ring.tail * COMMAND_BYTES;

export interface ProgramOptions {
  /**
   * Entries of the ring, 2 to 65535 (the most): a program of more commands is fed through them, one entry being free
   * at any time.
   */
  readonly ringEntries?: number;
}

/** Entries that a ring can have. */
const RING: Range = { least: 2, most: 0xffff };
/** Tags that tell commands apart; in a longer program they come again. */
const TAGS = 2 ** header.tag.width;
/** Bytes that 32-bit addresses of the memory model reach. */
const MOST_BYTES = 2 ** 31;

/**
 * @throws JobError for a part of the job that is not what it must be; ShapeError where sizes and data do not agree,
 * or the program would not fit the memory.
 */
export function matmulProgram(config: NpuConfig, job: MatmulJob, options: ProgramOptions = {}): Program {
  const { ringEntries = RING.most } = options;
  const { m, k, n, dataflow, requantise } = job;
  checkJob(job);
  checkWhole('ringEntries', ringEntries, RING);
  const tile = chooseTile(config, job);

  const scales = scaleTable(config, job, tile);
  const commandCount = program(config, job, tile, { a: 0, b: 0, bias: 0, scales: 0, result: 0 }).length;
  const entries = Math.min(commandCount + 1, ringEntries);
  const tail = Math.min(commandCount, entries - 1);

  let end = entries * COMMAND_BYTES;
  const place = (bytes: number): number => {
    const at = align(end, COMMAND_BYTES);
    end = at + bytes;
    return at;
  };
  const elementBytes = requantise === undefined ? 4 : 1;
  const at = {
    a: place(m * k),
    b: place(k * n),
    bias: place(job.bias === undefined ? 0 : m * n * 4),
    scales: place(scales.byteLength),
    result: place(m * n * elementBytes),
  };
  const total = align(end, 4096);
  if (total > MOST_BYTES) {
    throw new ShapeError(
      (nameOf) =>
        `the product needs ${total} bytes of DRAM, more than the ${MOST_BYTES} there can be; ` +
        `make ${nameOf('m')}, ${nameOf('k')} or ${nameOf('n')} smaller`,
    );
  }

  const commands = program(config, job, tile, at);
  const code = new Uint8Array(commandCount * COMMAND_BYTES);
  commands.forEach((command, i) => code.set(assemble(command), i * COMMAND_BYTES));
  const image = new Uint8Array(total);
  image.set(code.subarray(0, tail * COMMAND_BYTES));
  image.set(bytesOf(dataflow === 'ws' ? job.a : transposed(job.a, m, k)), at.a);
  image.set(bytesOf(job.b), at.b);
  if (job.bias !== undefined) image.set(bytesOf(job.bias), at.bias);
  image.set(bytesOf(scales), at.scales);
  return {
    image,
    commands,
    code,
    tile,
    ring: { base: 0, entries, tail },
    result: { address: at.result, bytes: m * n * elementBytes, elementBytes },
  };
}

interface Addresses {
  readonly a: number;
  readonly b: number;
  readonly bias: number;
  readonly scales: number;
  readonly result: number;
}

function program(config: NpuConfig, job: MatmulJob, tile: Tile, at: Addresses): Command[] {
  const { m, k, n, dataflow, requantise, bias } = job;
  const { rows, cols } = config;
  const half = Math.floor(config.accLines / 2);
  const perChannel = requantise !== undefined && isPerChannel(requantise);
  const commands: Command[] = [];
  const emit = <O extends OperationName>(
    operation: O,
    fields: OperationFields<O>,
    wait: readonly (number | false)[] = [],
    signal: readonly (number | false)[] = [],
  ): void => {
    const chosen = (list: readonly (number | false)[]): number[] => list.filter((s): s is number => s !== false);
    commands.push({ operation, tag: commands.length % TAGS, wait: chosen(wait), signal: chosen(signal), fields });
  };

  const blocks = [];
  for (let n0 = 0; n0 < n; n0 += tile.n)
    for (let m0 = 0; m0 < m; m0 += tile.m)
      blocks.push({ m0, n0, mt: Math.min(tile.m, m - m0), nt: Math.min(tile.n, n - n0) });
  const perBlock = Math.ceil(k / tile.k);
  const tiles = blocks.length * perBlock;

  blocks.forEach(({ m0, n0, mt, nt }, block) => {
    const sums = (block % 2) * half;
    const parameters = sums + mt * Math.ceil(nt / cols);
    const reused = block >= 2;
    const willBeReused = block + 2 < blocks.length;
    const prepared = bias !== undefined || perChannel;
    // Whoever touches this half of the accumulator first waits until the block before last has left it.
    if (bias !== undefined) {
      emit(
        'load',
        {
          dram: at.bias + 4 * (m0 * n + n0),
          lines: mt,
          lineBytes: 4 * nt,
          stride: 4 * n,
          space: 'accumulator',
          local: sums,
          pieceBytes: 4 * cols,
          lineStep: 1,
          pieceStep: mt,
        },
        [reused && sumsFree],
      );
    }
    if (perChannel) {
      emit(
        'load',
        {
          dram: at.scales + (n0 / cols) * 2 * cols * 4,
          lines: 2 * Math.ceil(nt / cols),
          lineBytes: 4 * cols,
          stride: 4 * cols,
          space: 'accumulator',
          local: parameters,
          pieceBytes: 4 * cols,
          lineStep: 1,
          pieceStep: 0,
        },
        [reused && bias === undefined && sumsFree],
      );
    }
    for (let step = 0; step < perBlock; step++) {
      const index = block * perBlock + step;
      const k0 = step * tile.k;
      const kt = Math.min(tile.k, k - k0);
      const [a, b] = [bank(index % 2), bank(2 + (index % 2))];
      const blockOfA =
        dataflow === 'ws'
          ? { dram: at.a + m0 * k + k0, lines: mt, lineBytes: kt, stride: k, pieceStep: mt }
          : { dram: at.a + k0 * m + m0, lines: kt, lineBytes: mt, stride: m, pieceStep: kt };
      emit('load', { ...blockOfA, space: 'scratchpad', local: a, pieceBytes: rows, lineStep: 1 }, [
        index >= 2 && operandsFree,
      ]);
      emit(
        'load',
        {
          dram: at.b + k0 * n + n0,
          lines: kt,
          lineBytes: nt,
          stride: n,
          space: 'scratchpad',
          local: b,
          pieceBytes: cols,
          lineStep: 1,
          pieceStep: kt,
        },
        [],
        [loaded],
      );
      emit(
        'gemm',
        {
          dataflow,
          accumulate: step > 0 || bias !== undefined ? 1 : 0,
          a,
          b,
          c: sums,
          m: mt,
          n: nt,
          k: kt,
          aZero: job.aZero ?? 0,
          bZero: job.bZero ?? 0,
          aUnsigned: unsigned(job.a),
          bUnsigned: unsigned(job.b),
        },
        [loaded, step === 0 && reused && !prepared && sumsFree],
        [index + 2 < tiles && operandsFree, step === perBlock - 1 && summed],
      );
    }
    if (requantise === undefined) {
      emit(
        'store',
        {
          dram: at.result + 4 * (m0 * n + n0),
          lines: mt,
          lineBytes: 4 * nt,
          stride: 4 * n,
          space: 'accumulator',
          local: sums,
          pieceBytes: 4 * cols,
          lineStep: 1,
          pieceStep: mt,
        },
        [summed],
        [willBeReused && sumsFree],
      );
    } else {
      const results = bank(4 + (block % 2));
      emit(
        'requantise',
        {
          from: sums,
          to: results,
          parameters,
          perChannel: perChannel ? 1 : 0,
          m: mt,
          n: nt,
          zero: requantise.zero,
          low: requantise.low,
          high: requantise.high,
          multiplier: typeof requantise.multiplier === 'number' ? requantise.multiplier : 0,
          shift: typeof requantise.shift === 'number' ? requantise.shift : 0,
        },
        [summed, reused && resultsFree],
        [requantised, willBeReused && sumsFree],
      );
      emit(
        'store',
        {
          dram: at.result + m0 * n + n0,
          lines: mt,
          lineBytes: nt,
          stride: n,
          space: 'scratchpad',
          local: results,
          pieceBytes: cols,
          lineStep: 1,
          pieceStep: mt,
        },
        [requantised],
        [willBeReused && resultsFree],
      );
    }
  });
  emit('fence', {});
  emit('interrupt', {});
  return commands;
}

/** For each fold of columns a line of multipliers and a line of shifts, as the vector unit reads them. */
function scaleTable({ cols }: NpuConfig, { n, requantise }: MatmulJob, tile: Tile): Int32Array {
  if (requantise === undefined || !isPerChannel(requantise)) return new Int32Array();
  const { multiplier, shift } = requantise;
  if (tile.n < n && tile.n % cols !== 0) throw new RangeError('tiles of n end at folds');
  const of = (scale: number | Int32Array | Int8Array, column: number): number =>
    typeof scale === 'number' ? scale : (scale[column] ?? 0);
  const table = new Int32Array(Math.ceil(n / cols) * 2 * cols);
  for (let column = 0; column < n; column++) {
    const line = Math.floor(column / cols) * 2 * cols + (column % cols);
    table[line] = of(multiplier, column);
    table[line + cols] = of(shift, column);
  }
  return table;
}

const unsigned = (operand: Int8Array | Uint8Array): number => (operand instanceof Uint8Array ? 1 : 0);
const bytesOf = (data: Int8Array | Uint8Array | Int32Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function transposed(a: Int8Array | Uint8Array, rows: number, cols: number): Uint8Array {
  const bytes = bytesOf(a);
  const turned = new Uint8Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < cols; column++) turned[column * rows + row] = bytes[row * cols + column] ?? 0;
  }
  return turned;
}
