/** Parts of a schedule whose buffers have no addresses yet. */
import type { LocalBuffer } from './allocator.ts';
import type { Cost } from './cost.ts';
import type { Work } from './forecast.ts';
import type { Kind } from './plan.ts';
import { copyOf, copyStep, localOf, type Block, type Lines, type Step } from './step.ts';

/** By kind, once they are allocated. */
export type Buffers = Readonly<Record<Kind, readonly LocalBuffer[]>>;

/** Work that is a step once its buffers have addresses. */
export interface Scheduled extends Work {
  readonly step: (buffers: Buffers) => Step;
}

/** Lines of a buffer, or of a strip of it. */
export interface Held {
  /** What the forecast knows it by, strip by strip. */
  readonly numbers: readonly number[];
  /** `lines` of them, from the one at `from` on. */
  readonly lines: (buffers: Buffers, from: number, lines: number) => LocalBuffer;
}

/** The buffer of a kind at an index. */
export const held = (numbers: readonly number[], kind: Kind, index: number): Held => ({
  numbers,
  lines: (buffers, from, lines) => {
    const buffer = buffers[kind][index];
    if (buffer === undefined || buffer.lines < from + lines)
      throw new RangeError(`no buffer of ${kind} has ${lines} lines from ${from} on`);
    return { ...buffer, address: buffer.address + from, lines };
  },
});

/** One of a buffer's strips. */
export const stripOf = ({ numbers, lines }: Held, strip: number): Held => ({
  numbers: numbers.slice(strip, strip + 1),
  lines,
});

/** Where a copied block lies in its buffer: from a line on, its pieces of a row or column `pitch` lines apart. */
export interface Lying {
  readonly from: number;
  readonly pitch: number;
}

/** Copies a block to or from lines of a buffer. */
export function copied(
  unit: 'load' | 'store',
  block: Block,
  buffer: Held,
  of: Lines,
  cost: Cost,
  lying?: Lying,
): Scheduled {
  const shape = copyOf(block, of);
  const { along, across } = localOf(shape);
  const { from, pitch } = lying ?? { from: 0, pitch: along };
  const lines = (Math.ceil(across / shape.pieceBytes) - 1) * pitch + along;
  return {
    unit,
    cycles: cost[unit](shape),
    ahead: cost.ahead(unit, shape),
    product: null,
    reads: unit === 'load' ? [] : buffer.numbers,
    writes: unit === 'load' ? buffer.numbers : [],
    step: (all) => copyStep(unit, block, buffer.lines(all, from, lines), of, pitch),
  };
}
