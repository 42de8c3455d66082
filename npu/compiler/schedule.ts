/**
 * A product as steps, in program order.
 *
 * C is cut into blocks of mt × nt; for each, A (mt × kt) and B (kt × nt) are brought in tile by tile along k and added
 * up in the accumulator; then the block is requantised, if it has to be, and stored. There are two buffers of
 * everything, so that loads run ahead of the engine by a tile, and stores behind it by a block.
 */
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { linesOf, type ProductSize } from '../matrix/layout.ts';
import type { LocalBuffer, LocalMemory } from './allocator.ts';
import type { Product } from './product.ts';
import { copyStep, gemmStep, requantiseStep, type Step } from './step.ts';
import type { Tile } from './tile.ts';

/** Buffers of each kind, so that one is filled while the other is used. */
const COPIES = 2;

interface Buffers {
  readonly a: readonly LocalBuffer[];
  readonly b: readonly LocalBuffer[];
  readonly sums: readonly LocalBuffer[];
  readonly scales: readonly LocalBuffer[];
  readonly results: readonly LocalBuffer[];
}

/** Where each part of a dimension begins, and how long it is. */
const parts = (length: number, part: number): { readonly at: number; readonly size: number }[] =>
  Array.from({ length: Math.ceil(length / part) }, (_, i) => ({
    at: i * part,
    size: Math.min(part, length - i * part),
  }));

/** The one of some buffers that is used the `index`-th time, as many lines of it as are needed. */
function inTurn(buffers: readonly LocalBuffer[], index: number, lines: number): LocalBuffer {
  const buffer = buffers[index % buffers.length];
  if (buffer === undefined || buffer.lines < lines) throw new RangeError(`no buffer has ${lines} lines`);
  return { ...buffer, lines };
}

/**
 * The steps of a product that is cut up as `tile` says. Its buffers come from `memory`, and are free again for what
 * comes after it: the order of steps keeps the two apart.
 */
export function scheduleProduct(config: NpuConfig, memory: LocalMemory, product: Product, tile: Tile): Step[] {
  const { m, k, n, dataflow, a, b, bias, scales, requantise, c } = product;
  const layouts = matrixEngineOf(config).description.layouts(config, dataflow);
  const blocks = parts(n, tile.n).flatMap((columns) => parts(m, tile.m).map((rows) => ({ rows, columns })));
  const alongK = parts(k, tile.k);
  const buffers = allocate(config, memory, product, tile, {
    blocks: blocks.length,
    tiles: blocks.length * alongK.length,
  });
  const steps: Step[] = [];

  blocks.forEach(({ rows, columns }, block) => {
    const part = { row: rows.at, column: columns.at, rows: rows.size, columns: columns.size };
    const size: ProductSize = { m: rows.size, k: 1, n: columns.size };
    const sums = inTurn(buffers.sums, block, linesOf(layouts.c, size));
    if (bias !== null) steps.push(copyStep('load', { tensor: bias, ...part }, sums, layouts.c.width));
    const parameters = scales === null ? null : inTurn(buffers.scales, block, scaleLines(config, columns.size));
    if (scales !== null && parameters !== null) {
      const row = scaleLines(config, columns.at);
      const own = { tensor: scales, row, column: 0, rows: parameters.lines, columns: config.cols };
      steps.push(copyStep('load', own, parameters, config.cols));
    }
    alongK.forEach(({ at, size: kt }, step) => {
      const index = block * alongK.length + step;
      const job: ProductSize = { ...size, k: kt };
      const bufferOfA = inTurn(buffers.a, index, linesOf(layouts.a, job));
      const bufferOfB = inTurn(buffers.b, index, linesOf(layouts.b, job));
      const partOfA = { tensor: a.tensor, row: rows.at, column: at, rows: rows.size, columns: kt };
      const partOfB = { tensor: b.tensor, row: at, column: columns.at, rows: kt, columns: columns.size };
      steps.push(
        copyStep('load', partOfA, bufferOfA, layouts.a.width),
        copyStep('load', partOfB, bufferOfB, layouts.b.width),
        gemmStep(
          {
            ...job,
            dataflow,
            accumulate: step > 0 || bias !== null ? 1 : 0,
            aZero: a.zero,
            bZero: b.zero,
            aUnsigned: a.tensor.type === 'uint8' ? 1 : 0,
            bUnsigned: b.tensor.type === 'uint8' ? 1 : 0,
          },
          { a: bufferOfA, b: bufferOfB, c: sums },
        ),
      );
    });
    if (requantise === null) {
      steps.push(copyStep('store', { tensor: c, ...part }, sums, layouts.c.width));
      return;
    }
    const { multiplier, shift, zero, low, high } = requantise;
    const results = inTurn(buffers.results, block, sums.lines);
    const forAll = (scale: number | Int32Array | Int8Array): number => (typeof scale === 'number' ? scale : 0);
    steps.push(
      requantiseStep(
        { m: size.m, n: size.n, zero, low, high, multiplier: forAll(multiplier), shift: forAll(shift) },
        { from: sums, to: results, parameters },
      ),
      copyStep('store', { tensor: c, ...part }, results, layouts.c.width),
    );
  });
  for (const buffer of Object.values(buffers).flat()) memory.free(buffer);
  return steps;
}

/** Lines of scales for as many columns: one of multipliers and one of shifts for each fold. */
const scaleLines = ({ cols }: NpuConfig, columns: number): number => 2 * Math.ceil(columns / cols);

/** As many buffers of each kind as are used, and at most {@link COPIES}. A and B are in different banks. */
function allocate(
  config: NpuConfig,
  memory: LocalMemory,
  { dataflow, scales, requantise }: Product,
  tile: Tile,
  used: { readonly blocks: number; readonly tiles: number },
): Buffers {
  const layouts = matrixEngineOf(config).description.layouts(config, dataflow);
  const buffers = (
    space: LocalBuffer['memory'],
    lines: number,
    uses: number,
    apart: readonly LocalBuffer[] = [],
  ): LocalBuffer[] =>
    Array.from({ length: Math.min(COPIES, uses) }, () => {
      const buffer = memory.allocate(space, lines, apart);
      if (buffer === null) throw new RangeError(`the ${space} has no ${lines} lines for a tile that fits it`);
      return buffer;
    });
  const a = buffers('scratchpad', linesOf(layouts.a, tile), used.tiles);
  const sumLines = linesOf(layouts.c, tile);
  return {
    a,
    b: buffers('scratchpad', linesOf(layouts.b, tile), used.tiles, a),
    sums: buffers('accumulator', sumLines, used.blocks),
    scales: scales === null ? [] : buffers('accumulator', scaleLines(config, tile.n), used.blocks),
    results: requantise === null ? [] : buffers('scratchpad', sumLines, used.blocks),
  };
}
