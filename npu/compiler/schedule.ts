/** When a product's steps are worked on by a plan, and with which lines of the local memories. */
import type { NpuConfig } from '../config.ts';
import type { Fit, LocalBuffer, LocalMemory } from './allocator.ts';
import type { Cost } from './cost.ts';
import { forecast, limitsOf, withoutCommands, type Span } from './forecast.ts';
import { inLoops } from './loops.ts';
import type { Buffering, Kind, Plan } from './plan.ts';
import type { Product } from './product.ts';
import type { Buffers, Scheduled } from './scheduled.ts';
import type { Step } from './step.ts';

/** A plan's parts in program order, and when each of them is expected to be worked on. */
export interface TimedSchedule {
  readonly scheduled: readonly Scheduled[];
  readonly spans: readonly Span[];
  readonly cycles: number;
}

/**
 * Loads are in the program before what uses them by so many times what they and their command take. What is loaded
 * long before keeps the commands back that follow it, where its unit's queue is full.
 */
const LEAD = 3;

/**
 * In the order of loops loads may keep stores from the bus, so that the order of beginnings is sooner in spite of its
 * commands: of 2,600 plans one in a hundred by more than this part, of those near the best none.
 */
const SOONER = 0.2;

const lastEnd = (spans: readonly Span[]): number => spans.reduce((last, { end }) => Math.max(last, end), 0);

/**
 * The schedule of a plan, its parts in the order in which they could begin if commands cost nothing: commands enter the
 * queues of their units one after another, so that one for a full queue keeps back all that come after it.
 * @returns null where without commands, in the order of loops, it takes far more than `most` cycles
 */
export function scheduleWithin(
  config: NpuConfig,
  product: Product,
  { plan, buffering }: { readonly plan: Plan; readonly buffering: Buffering },
  cost: Cost,
  most: number,
): TimedSchedule | null {
  const parts = inLoops(config, product, plan, buffering, cost);
  const free = forecast(parts, withoutCommands(config, cost));
  return lastEnd(free) * (1 - SOONER) > most ? null : inOrderOf(config, cost, parts, free);
}

/** The same, however long it takes. */
export function timedSchedule(
  config: NpuConfig,
  product: Product,
  { plan, buffering }: { readonly plan: Plan; readonly buffering: Buffering },
  cost: Cost,
): TimedSchedule {
  const parts = inLoops(config, product, plan, buffering, cost);
  return inOrderOf(config, cost, parts, forecast(parts, withoutCommands(config, cost)));
}

/**
 * Parts in the order in which they could begin, loads not long before they are used, and when they do with their
 * commands in that order.
 */
function inOrderOf(config: NpuConfig, cost: Cost, parts: readonly Scheduled[], free: readonly Span[]): TimedSchedule {
  const turns = free.map(({ start }) => start);
  // By buffer, when it is touched next: sums with a bias in them are written before they are read.
  const used: number[] = [];
  for (const [at, { unit, cycles, reads, writes }] of [...parts.entries()].reverse()) {
    const start = turns[at] ?? 0;
    if (unit === 'load') {
      const first = Math.min(...writes.map((buffer) => used[buffer] ?? 0));
      turns[at] = Math.max(start, first - LEAD * (cycles + cost.fetch.roundTrip));
    }
    for (const buffer of [...reads, ...writes]) used[buffer] = start;
  }
  const scheduled = parts
    .map((part, at) => ({ part, turn: turns[at] ?? 0 }))
    .sort((one, other) => one.turn - other.turn)
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
