/**
 * A product as steps, in program order, by a plan.
 *
 * C is cut into blocks of mt × nt; for each, A (mt × kt) and B (kt × nt) are brought in tile by tile along k, if they
 * are not there already, and added up in the accumulator; then the block is requantised, if it has to be, and stored.
 */
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { denseFields, linesOf, type ProductSize } from '../matrix/layout.ts';
import type { Fit, LocalBuffer, LocalMemory } from './allocator.ts';
import type { Cost } from './cost.ts';
import { forecast, limitsOf, withoutCommands, type Span } from './forecast.ts';
import { leaving } from './leaving.ts';
import { partsOf, scaleLines, type Buffering, type Kind, type Part, type Plan } from './plan.ts';
import { rowsAtOnce, type Product } from './product.ts';
import { residency } from './residency.ts';
import { copied, held, type Buffers, type Held, type Scheduled } from './scheduled.ts';
import { gemmStep, operandLines, type Block, type Lines, type Step } from './step.ts';

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
  const inLines = operandLines(layouts);
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

  // Buffers are numbered one kind after another, and parts of the last results after all of them.
  const sumsFrom = buffers.a + buffers.b;
  const scalesFrom = sumsFrom + buffers.sums;
  const resultsFrom = scalesFrom + buffers.scales;
  const numbers = { a: 0, b: buffers.a, sums: sumsFrom, scales: scalesFrom, results: resultsFrom };
  const bufferOf = (kind: Kind, index: number): Held => held(numbers[kind] + index, kind, index);
  const scheduled: Scheduled[] = [];
  const load = (block: Block, buffer: Held, to: Lines): void =>
    void scheduled.push(copied('load', block, buffer, to, cost));

  blocks.forEach(({ rows, columns }, block) => {
    const part = { row: rows.at, column: columns.at, rows: rows.size, columns: columns.size };
    const size: ProductSize = { m: rows.size, k: 1, n: columns.size };
    const sums = bufferOf('sums', block % buffers.sums);
    const ownScales = scales === null ? null : bufferOf('scales', block % buffers.scales);
    if (bias !== null) load({ tensor: bias, ...part }, sums, inLines.c);
    if (scales !== null && ownScales !== null) {
      const [row, rowsOfScales] = [scaleLines(config, columns.at), scaleLines(config, columns.size)];
      load({ tensor: scales, row, column: 0, rows: rowsOfScales, columns: config.cols }, ownScales, {
        width: config.cols,
        order: 'rows',
      });
    }
    const loadB = (step: number): void => {
      const [part, use] = [alongK[step], usesOfB[block * alongK.length + step]];
      if (part === undefined || use?.load !== true) return;
      const [from, kt] = [part.at, part.size];
      const own = { tensor: b.tensor, row: from, column: columns.at, rows: kt, columns: columns.size };
      load(own, bufferOf('b', use.buffer), inLines.b);
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
      const [ofA, ofB] = [bufferOf('a', useOfA.buffer), bufferOf('b', useOfB.buffer)];
      const partOfA = { tensor: a.tensor, row: rows.at, column: at, rows: rows.size, columns: kt };
      if (useOfA.load) load(partOfA, ofA, inLines.a);
      if (step >= early) loadB(step);
      scheduled.push({
        unit: 'matrix',
        cycles: cost.gemm(job, dataflow),
        product: { shape: job, dataflow },
        reads: [ofA.number, ofB.number],
        writes: [sums.number],
        step: (all) =>
          gemmStep(
            {
              ...job,
              ...denseFields(layouts, job),
              dataflow,
              accumulate: step > 0 || bias !== null ? 1 : 0,
              aZero: a.zero,
              bZero: b.zero,
              aUnsigned: a.tensor.type === 'uint8' ? 1 : 0,
              bUnsigned: b.tensor.type === 'uint8' ? 1 : 0,
            },
            {
              a: ofA.lines(all, 0, linesOf(layouts.a, job)),
              b: ofB.lines(all, 0, linesOf(layouts.b, job)),
              c: sums.lines(all, 0, linesOf(layouts.c, job)),
            },
          ),
      });
    });
    const requantised =
      requantise === null
        ? null
        : {
            by: requantise,
            results: bufferOf('results', block % buffers.results),
            scales: ownScales,
            rows: rowsAtOnce(product, rows.size),
          };
    const complete = { block: { tensor: c, ...part }, lines: inLines.c, sums, requantised };
    const last = block === blocks.length - 1 ? resultsFrom + buffers.results : null;
    scheduled.push(...leaving(config, complete, cost, last));
  });
  return scheduled;
}

/** A plan's parts in program order, and when each of them is expected to be worked on. */
export interface TimedSchedule {
  readonly scheduled: readonly Scheduled[];
  readonly spans: readonly Span[];
  readonly cycles: number;
}

const lastEnd = (spans: readonly Span[]): number => spans.reduce((last, { end }) => Math.max(last, end), 0);

/**
 * The schedule of a plan, its parts in the order in which they could begin if commands cost nothing: commands enter the
 * queues of their units one after another, so that one for a full queue keeps back all that come after it.
 * @returns null where even so it takes more than `most` cycles
 */
export function scheduleWithin(
  config: NpuConfig,
  product: Product,
  { plan, buffering }: { readonly plan: Plan; readonly buffering: Buffering },
  cost: Cost,
  most: number,
): TimedSchedule | null {
  const inLoops = scheduleOf(config, product, plan, buffering, cost);
  const free = forecast(inLoops, withoutCommands(config, cost));
  return lastEnd(free) > most ? null : inOrderOf(config, cost, inLoops, free);
}

/** The same, however long it takes. */
export function timedSchedule(
  config: NpuConfig,
  product: Product,
  { plan, buffering }: { readonly plan: Plan; readonly buffering: Buffering },
  cost: Cost,
): TimedSchedule {
  const inLoops = scheduleOf(config, product, plan, buffering, cost);
  return inOrderOf(config, cost, inLoops, forecast(inLoops, withoutCommands(config, cost)));
}

/** Parts in the order in which they could begin, and when they do with their commands in that order. */
function inOrderOf(config: NpuConfig, cost: Cost, inLoops: readonly Scheduled[], free: readonly Span[]): TimedSchedule {
  const scheduled = inLoops
    .map((part, at) => ({ part, start: free[at]?.start ?? 0 }))
    .sort((one, other) => one.start - other.start)
    .map(({ part }) => part);
  const spans = forecast(scheduled, limitsOf(config, cost));
  return { scheduled, spans, cycles: lastEnd(spans) };
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
function allocated(memory: LocalMemory, { lines, buffers, banks }: Buffering, fit: Fit): Buffers | null {
  const allocate = (space: LocalBuffer['memory'], kind: Kind, among?: Buffering['banks']['a']): LocalBuffer[] =>
    Array.from({ length: buffers[kind] }, () => memory.allocate(space, lines[kind], among, fit)).flatMap(
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
