/**
 * A product as steps, in program order, by a plan.
 *
 * C is cut into blocks of mt × nt; for each, A (mt × kt) and B (kt × nt) are brought in tile by tile along k, if they
 * are not there already, and added up in the accumulator; then the block is requantised, if it has to be, and stored.
 */
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { linesOf, type ProductSize } from '../matrix/layout.ts';
import type { Choice, LocalBuffer, LocalMemory } from './allocator.ts';
import type { Cost } from './cost.ts';
import { isPerChannel } from './job.ts';
import { scaleLines, type Kind, type Buffering, type Plan } from './plan.ts';
import type { Product } from './product.ts';
import { residency } from './residency.ts';
import { copyOf, copyStep, gemmStep, requantiseStep, type Block, type Step } from './step.ts';
import { forecast, type Span, type Work } from './forecast.ts';

/** Work that is a step once its buffers have addresses. */
export interface Scheduled extends Work {
  readonly step: (buffers: Buffers) => Step;
}
export type Buffers = Readonly<Record<Kind, readonly LocalBuffer[]>>;

interface Part {
  readonly at: number;
  readonly size: number;
}

/** Where each part of a dimension begins, and how long it is. */
const partsOf = (length: number, part: number): Part[] =>
  Array.from({ length: Math.ceil(length / part) }, (_, i) => ({
    at: i * part,
    size: Math.min(part, length - i * part),
  }));

/** Along the inner dimension to and fro: at each turn what was just used is used again. */
function toAndFro<O, I, R>(outer: readonly O[], inner: readonly I[], of: (outer: O, inner: I) => R): R[] {
  const back = inner.toReversed();
  return outer.flatMap((one, turn) => (turn % 2 === 0 ? inner : back).map((other) => of(one, other)));
}

/** The parts of a product's schedule, in program order. */
function scheduleOf(config: NpuConfig, product: Product, plan: Plan, buffering: Buffering, cost: Cost): Scheduled[] {
  const { m, k, n, dataflow, a, b, bias, scales, requantise, c } = product;
  const { tile } = plan;
  const layouts = matrixEngineOf(config).description.layouts(config, dataflow);
  const { buffers, parts } = buffering;
  const [alongM, alongK, alongN] = [partsOf(m, tile.m), partsOf(k, tile.k), partsOf(n, tile.n)];
  const indexed = (list: readonly Part[]) => list.map((part, index) => ({ ...part, index }));
  const [rowParts, columnParts] = [indexed(alongM), indexed(alongN)];
  const blocks =
    plan.inner === 'm'
      ? toAndFro(columnParts, rowParts, (columns, rows) => ({ rows, columns }))
      : toAndFro(rowParts, columnParts, (rows, columns) => ({ rows, columns }));
  const tiles = blocks.flatMap(({ rows, columns }) =>
    alongK.map((_, at) => ({ rows: rows.index, columns: columns.index, at })),
  );
  const usesOfA = residency(
    tiles.map(({ rows, at }) => rows * parts.k + at),
    buffers.a,
  );
  const usesOfB = residency(
    tiles.map(({ columns, at }) => columns * parts.k + at),
    buffers.b,
  );

  // Buffers are numbered one kind after another.
  const first = { a: 0, b: buffers.a, sums: buffers.a + buffers.b };
  const more = { scales: first.sums + buffers.sums, results: first.sums + buffers.sums + buffers.scales };
  const scheduled: Scheduled[] = [];
  const copy = (
    unit: 'load' | 'store',
    block: Block,
    kind: Kind,
    buffer: number,
    lines: number,
    width: number,
  ): void => {
    const number = { ...first, ...more }[kind] + buffer;
    const cycles = cost[unit](copyOf(block, width));
    const [reads, writes] = unit === 'load' ? [[], [number]] : [[number], []];
    scheduled.push({
      unit,
      cycles,
      product: null,
      reads,
      writes,
      step: (all) => copyStep(unit, block, bufferIn(all, kind, buffer, lines), width),
    });
  };

  blocks.forEach(({ rows, columns }, block) => {
    const part = { row: rows.at, column: columns.at, rows: rows.size, columns: columns.size };
    const size: ProductSize = { m: rows.size, k: 1, n: columns.size };
    const sumLines = linesOf(layouts.c, size);
    const inTurn = { sums: block % buffers.sums, scales: block % Math.max(1, buffers.scales) };
    if (bias !== null) copy('load', { tensor: bias, ...part }, 'sums', inTurn.sums, sumLines, layouts.c.width);
    const ofScales = scaleLines(config, columns.size);
    if (scales !== null) {
      const row = scaleLines(config, columns.at);
      const own = { tensor: scales, row, column: 0, rows: ofScales, columns: config.cols };
      copy('load', own, 'scales', inTurn.scales, ofScales, config.cols);
    }
    const loadB = (step: number): void => {
      const [part, use] = [alongK[step], usesOfB[block * alongK.length + step]];
      if (part === undefined || use?.load !== true) return;
      const [from, kt] = [part.at, part.size];
      const own = { tensor: b.tensor, row: from, column: columns.at, rows: kt, columns: columns.size };
      copy('load', own, 'b', use.buffer, linesOf(layouts.b, { ...size, k: kt }), layouts.b.width);
    };
    // Loads are done in order: those of weights come before the first one that waits for what another product makes.
    // As many have buffers of their own.
    const early = block === 0 && a.tensor.role === 'intermediate' ? Math.min(alongK.length, buffers.b) : 0;
    for (let step = 0; step < early; step++) loadB(step);
    alongK.forEach(({ at, size: kt }, step) => {
      const index = block * alongK.length + step;
      const job: ProductSize = { ...size, k: kt };
      const [useOfA, useOfB] = [usesOfA[index], usesOfB[index]];
      if (useOfA === undefined || useOfB === undefined) throw new RangeError(`tile ${index} has no buffers`);
      const [linesOfA, linesOfB] = [linesOf(layouts.a, job), linesOf(layouts.b, job)];
      const partOfA = { tensor: a.tensor, row: rows.at, column: at, rows: rows.size, columns: kt };
      if (useOfA.load) copy('load', partOfA, 'a', useOfA.buffer, linesOfA, layouts.a.width);
      if (step >= early) loadB(step);
      scheduled.push({
        unit: 'matrix',
        cycles: cost.gemm(job, dataflow),
        product: { shape: job, dataflow },
        reads: [first.a + useOfA.buffer, first.b + useOfB.buffer],
        writes: [first.sums + inTurn.sums],
        step: (all) =>
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
            {
              a: bufferIn(all, 'a', useOfA.buffer, linesOfA),
              b: bufferIn(all, 'b', useOfB.buffer, linesOfB),
              c: bufferIn(all, 'sums', inTurn.sums, sumLines),
            },
          ),
      });
    });
    if (requantise === null) {
      copy('store', { tensor: c, ...part }, 'sums', inTurn.sums, sumLines, layouts.c.width);
      return;
    }
    const { multiplier, shift, zero, low, high } = requantise;
    const result = block % buffers.results;
    const forAll = (scale: number | Int32Array | Int8Array): number => (typeof scale === 'number' ? scale : 0);
    scheduled.push({
      unit: 'vector',
      cycles: cost.requantise(size, isPerChannel(requantise)),
      product: null,
      reads: [first.sums + inTurn.sums, ...(scales === null ? [] : [more.scales + inTurn.scales])],
      writes: [more.results + result],
      step: (all) =>
        requantiseStep(
          { m: size.m, n: size.n, zero, low, high, multiplier: forAll(multiplier), shift: forAll(shift) },
          {
            from: bufferIn(all, 'sums', inTurn.sums, sumLines),
            to: bufferIn(all, 'results', result, sumLines),
            parameters: scales === null ? null : bufferIn(all, 'scales', inTurn.scales, ofScales),
          },
        ),
    });
    copy('store', { tensor: c, ...part }, 'results', result, sumLines, layouts.c.width);
  });
  return scheduled;
}

/** A plan's parts in program order, and when each of them is expected to be worked on. */
export interface TimedSchedule {
  readonly scheduled: readonly Scheduled[];
  readonly spans: readonly Span[];
  readonly cycles: number;
}

export function timedSchedule(
  config: NpuConfig,
  product: Product,
  { plan, buffering }: { readonly plan: Plan; readonly buffering: Buffering },
  cost: Cost,
): TimedSchedule {
  const scheduled = scheduleOf(config, product, plan, buffering, cost);
  const matrix = matrixEngineOf(config).description.timing(config);
  const spans = forecast(scheduled, { fetch: cost.fetch, queueDepth: config.queueDepth, matrix });
  return { scheduled, spans, cycles: spans.reduce((last, { end }) => Math.max(last, end), 0) };
}

/** As many lines of a buffer as are needed. */
function bufferIn(buffers: Buffers, kind: Kind, index: number, lines: number): LocalBuffer {
  const buffer = buffers[kind][index];
  if (buffer === undefined || buffer.lines < lines) throw new RangeError(`no buffer of ${kind} has ${lines} lines`);
  return { ...buffer, lines };
}

/**
 * The steps of a schedule. Their buffers come from `memory`, and are free again for what comes after them: the order
 * of steps keeps the two apart. Where there is room its first loads need not wait for the last steps before it.
 */
export function stepsOf(memory: LocalMemory, buffering: Buffering, scheduled: readonly Scheduled[]): Step[] {
  const all = allocated(memory, buffering, 'next') ?? allocated(memory, buffering, 'first');
  if (all === null) throw new RangeError('the local memories have no room for what was planned');
  const steps = scheduled.map(({ step }) => step(all));
  for (const buffer of Object.values(all).flat()) memory.free(buffer);
  return steps;
}

/** All buffers that were planned; null, and none of them taken, where lines chosen like this do not hold them. */
function allocated(memory: LocalMemory, { lines, buffers, banks }: Buffering, choice: Choice): Buffers | null {
  const allocate = (space: LocalBuffer['memory'], kind: Kind, among?: Buffering['banks']['a']): LocalBuffer[] =>
    Array.from({ length: buffers[kind] }, () => memory.allocate(space, lines[kind], among, choice)).flatMap(
      (buffer) => buffer ?? [],
    );
  const all: Buffers = {
    a: allocate('scratchpad', 'a', banks.a),
    b: allocate('scratchpad', 'b', banks.b),
    sums: allocate('accumulator', 'sums'),
    scales: allocate('accumulator', 'scales'),
    results: allocate('scratchpad', 'results', banks.results),
  };
  const given = Object.values(all).flat();
  if (given.length === Object.values(buffers).reduce((sum, count) => sum + count, 0)) return all;
  for (const buffer of given) memory.free(buffer);
  return null;
}
