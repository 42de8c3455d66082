/**
 * The plan of a product that takes the fewest cycles: plans are compared first by what each unit has to do in all, and
 * the best of them by a forecast of all their parts. Of each order of loops the best of these is changed a step at a
 * time for as long as it gets better: from one order to the other is a step that nothing near it is reached by.
 */
import type { NpuConfig } from '../config.ts';
import { turnedSize } from '../matrix/dataflow.ts';
import type { Cost } from './cost.ts';
import { ShapeError } from './errors.ts';
import { Estimates, type Choice } from './estimates.ts';
import { lengthsThatFit, type Lengths } from './lengths.ts';
import { bufferingOf, scaleLines, togetherOf, type Plan } from './plan.ts';
import type { Product } from './product.ts';
import { scheduleWithin, type TimedSchedule } from './schedule.ts';

/** Cycles that differ by no more than this part of them make no difference. */
const ALIKE = 0.002;
/** In how many strips the ends of blocks may be worked on; a tile that is given is a job as it is. */
const stripsFor = ({ tile }: Product): readonly number[] => (tile === null ? [1, 4] : [1]);
/** Blocks of sums at the most. */
const BLOCKS = 4;
/** How many of the first blocks may go along k together. */
const TOGETHER = [1, 2, 4, 8];
/** Plans that take so many times as long as the best one are not changed to be better. */
const FAR = 1.1;
/** Commands of forecasts that are made however little is to be expected: totals are rough for small products. */
const CHEAP = 2000;
/** Commands of forecasts that are made in all: of larger products plans are compared by their totals. */
const MOST_LOOKED = 150_000;
/** Commands of forecasts after which a plan is no more changed a little. */
const MOST_CHANGED = 30_000;

type Inner = Plan['inner'];
const otherOrder = (inner: Inner): Inner => (inner === 'm' ? 'n' : 'm');

export interface Chosen extends Choice {
  readonly schedule: TimedSchedule | null;
}

/**
 * The best plan for a product, with its schedule where one was made to compare it.
 * @throws ShapeError for local memories too small for any plan.
 */
export function choosePlan(config: NpuConfig, product: Product, cost: Cost): Chosen {
  const lengths = lengthsThatFit(config, product);
  const strips = stripsFor(product);
  const most = Math.max(...strips);
  const estimates = new Estimates(config, product, cost, { sums: BLOCKS, slices: most, strips: most });
  const forecasts = new Forecasts(config, product, cost);
  for (const [at, estimate] of estimates.best(lengths).entries()) {
    const { best, commands } = forecasts;
    if (best !== null && commands > CHEAP && estimate.cycles > best.cycles * (1 + ALIKE)) break;
    // Of long ones the best is tried otherwise below.
    for (const count of commands > CHEAP ? [most] : strips)
      forecasts.look({ ...estimate, plan: { ...estimate.plan, slices: count, strips: count } });
    // Totals are the same in either order where all tiles stay: of the best tile both are looked at.
    const other = at === 0 ? estimates.fairest(estimate.plan.tile, [otherOrder(estimate.plan.inner)]) : null;
    if (other !== null) forecasts.look(other);
  }
  const { best } = forecasts;
  if (best === null) throw tooSmall(config, product);
  // What totals do not know of a plan shows where one is changed a little.
  for (const inner of [best.plan.inner, otherOrder(best.plan.inner)]) {
    for (let from: Chosen | null = null; from !== forecasts.bestOf(inner);) {
      from = forecasts.bestOf(inner);
      for (const plan of near(from ?? best, estimates, lengths, strips)) {
        if (forecasts.commands > MOST_CHANGED) break;
        const buffering = bufferingOf(config, product, plan);
        if (buffering !== null) forecasts.look({ ...best, plan, buffering });
      }
    }
  }
  return forecasts.best ?? best;
}

/** The best of the plans that were looked at, each of them once, of all and of each order of loops. */
class Forecasts {
  readonly #config: NpuConfig;
  readonly #product: Product;
  readonly #cost: Cost;
  readonly #seen = new Set<string>();
  readonly #best = new Map<Inner, Chosen>();
  commands = 0;

  constructor(config: NpuConfig, product: Product, cost: Cost) {
    this.#config = config;
    this.#product = product;
    this.#cost = cost;
  }

  get best(): Chosen | null {
    return [...this.#best.values()].reduce<Chosen | null>(
      (one, next) => (one === null || isBetter(next, one) ? next : one),
      null,
    );
  }

  bestOf(inner: Inner): Chosen | null {
    return this.#best.get(inner) ?? null;
  }

  look(estimate: Choice): void {
    const { inner } = estimate.plan;
    const key = effectOf(estimate);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const [best, ofOrder] = [this.best, this.bestOf(inner)];
    if (this.commands + estimate.commands > MOST_LOOKED) {
      if (best === null) this.#best.set(inner, { ...estimate, schedule: null });
      return;
    }
    this.commands += estimate.commands;
    const most = Math.min((best?.cycles ?? Infinity) * FAR, (ofOrder?.cycles ?? Infinity) * (1 + ALIKE));
    const schedule = scheduleWithin(this.#config, this.#product, estimate, this.#cost, most);
    if (schedule === null) return;
    const found = { ...estimate, cycles: schedule.cycles, commands: schedule.scheduled.length, schedule };
    if (ofOrder === null || isBetter(found, ofOrder)) this.#best.set(inner, found);
  }
}

/** What makes a plan another one: banks by the buffers in them, the order of loops where there are two. */
function effectOf({ plan, buffering }: Choice): string {
  const { tile, inner, slices, strips } = plan;
  const { parts, buffers } = buffering;
  const order = parts.m > 1 && parts.n > 1 ? inner : null;
  return JSON.stringify([tile, order, togetherOf(plan, buffering), slices, strips, buffers]);
}

/** Plans that differ from one in one thing, by one step; with tiles of another size the banks may be shared anew. */
function near(
  { plan, buffering }: Choice,
  estimates: Estimates,
  lengths: Lengths,
  strips: readonly number[],
): readonly Plan[] {
  const { tile, inner, banksOfA } = plan;
  const { sums } = buffering.buffers;
  const tiles = (['m', 'k', 'n'] as const).flatMap((dimension) => {
    const all = lengths[dimension];
    const at = all.indexOf(tile[dimension]);
    return [-3, -1, 1, 3]
      .map((by) => all[at + by])
      .flatMap((length) => (length === undefined ? [] : [{ ...tile, [dimension]: length }]));
  });
  return [
    ...tiles.flatMap((changed) => {
      const anew = estimates.fairest(changed, [inner])?.plan.banksOfA ?? banksOfA;
      return [banksOfA, anew].map((banks) => ({ ...plan, tile: changed, banksOfA: banks }));
    }),
    { ...plan, inner: otherOrder(inner) },
    { ...plan, banksOfA: banksOfA - 1 },
    { ...plan, banksOfA: banksOfA + 1 },
    { ...plan, sums: sums - 1 },
    { ...plan, sums: sums + 1 },
    ...TOGETHER.map((together) => ({ ...plan, together, sums: Math.max(sums, together) })),
    ...strips.flatMap((count) => [
      { ...plan, slices: count },
      { ...plan, strips: count },
    ]),
  ];
}

/** Of two that take about as long, the one with fewer commands: a slower memory than expected costs it less. */
function isBetter(one: Choice, other: Choice): boolean {
  const alike = Math.abs(one.cycles - other.cycles) <= ALIKE * other.cycles;
  return alike ? one.commands < other.commands : one.cycles < other.cycles;
}

function tooSmall(config: NpuConfig, { scales: ofChannels, tile: given, turned }: Product): ShapeError {
  const { accLanes, accumulatorBytes } = config;
  if (given !== null) {
    const tile = turned ? turnedSize(given) : given;
    const size = `${tile.m} × ${tile.k} × ${tile.n}`;
    return new ShapeError(
      (nameOf) =>
        `${nameOf('tile')} is ${size}, which the local memories do not hold; make it smaller, or give more ` +
        `${nameOf('scratchpadBytes')} or ${nameOf('accumulatorBytes')}`,
    );
  }
  const scales = ofChannels === null ? 0 : scaleLines(config, 1);
  return new ShapeError(
    (nameOf) =>
      `a row of sums with its ${scales} lines of scales does not fit the accumulator; ` +
      `${nameOf('accumulatorBytes')} is ${accumulatorBytes}, give it at least ${(1 + scales) * accLanes * 4}`,
  );
}
