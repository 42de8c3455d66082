/**
 * The plan of a product that takes the fewest cycles: plans are compared first by what each unit has to do in all, and
 * the best of them by a forecast of all their parts. The best of these is changed a step at a time for as long as it
 * gets better.
 */
import { byName } from '../common/records.ts';
import { SUM_BYTES } from '../common/numbers.ts';
import type { NpuConfig } from '../config.ts';
import { turnedSize } from '../matrix/dataflow.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import type { ProductSize } from '../matrix/layout.ts';
import type { Cost } from './cost.ts';
import { ShapeError } from './errors.ts';
import { bufferingOf, scaleLines, type Buffering, type Plan } from './plan.ts';
import type { Product } from './product.ts';
import { scheduleWithin, type TimedSchedule } from './schedule.ts';
import { Totals, type Total } from './totals.ts';

/** What a DMA command can count in its 16-bit fields. */
const MOST = 0xffff;

/** Cycles that differ by no more than this part of them make no difference. */
const ALIKE = 0.002;
/** By how much the number of parts grows from one plan to the next, once it is large. */
const FEWER = 1.3;
/** In how many strips the ends of blocks may be worked on; a tile that is given is a job as it is. */
const stripsFor = ({ tile }: Product): readonly number[] => (tile === null ? [1, 4] : [1]);
/** Plans, by what they have to do in all, of which a forecast is made. */
const COMPARED = 16;
/** Commands of forecasts that are made however little is to be expected: totals are rough for small products. */
const CHEAP = 2000;
/** Commands of forecasts that are made in all: of larger products plans are compared by their totals. */
const MOST_LOOKED = 150_000;
/** Commands of forecasts after which a plan is no more changed a little. */
const MOST_CHANGED = 30_000;

/** A plan, and the cycles that it is expected to take from the first command on. */
export interface Choice extends Total {
  readonly plan: Plan;
  readonly buffering: Buffering;
}

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
  const forecasts = new Forecasts(config, product, cost);
  for (const estimate of estimatesAmong(config, product, cost, lengths)) {
    const { best, commands } = forecasts;
    if (best !== null && commands > CHEAP && estimate.cycles > best.cycles * (1 + ALIKE)) break;
    for (const count of strips) forecasts.look({ ...estimate, plan: { ...estimate.plan, strips: count } });
  }
  // What totals do not know of a plan shows where one is changed a little.
  for (let from: Chosen | null = null; from !== forecasts.best;) {
    from = forecasts.best;
    if (from === null) throw tooSmall(config, product);
    for (const plan of near(from.plan, lengths, strips)) {
      if (forecasts.commands > MOST_CHANGED) break;
      const buffering = bufferingOf(config, product, plan);
      if (buffering !== null) forecasts.look({ plan, buffering, cycles: from.cycles, commands: from.commands });
    }
  }
  if (forecasts.best === null) throw tooSmall(config, product);
  return forecasts.best;
}

/** The best of the plans that were looked at, each of them once. */
class Forecasts {
  readonly #config: NpuConfig;
  readonly #product: Product;
  readonly #cost: Cost;
  readonly #seen = new Set<string>();
  commands = 0;
  best: Chosen | null = null;

  constructor(config: NpuConfig, product: Product, cost: Cost) {
    this.#config = config;
    this.#product = product;
    this.#cost = cost;
  }

  look(estimate: Choice): void {
    const key = JSON.stringify(estimate.plan);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.commands + estimate.commands > MOST_LOOKED) {
      this.best ??= { ...estimate, schedule: null };
      return;
    }
    this.commands += estimate.commands;
    const most: number = this.best === null ? Infinity : this.best.cycles * (1 + ALIKE);
    const schedule = scheduleWithin(this.#config, this.#product, estimate, this.#cost, most);
    if (schedule === null) return;
    const found = { ...estimate, cycles: schedule.cycles, commands: schedule.scheduled.length, schedule };
    if (this.best === null || isBetter(found, this.best)) this.best = found;
  }
}

/** Plans that differ from one in one thing, by one step. */
function near(plan: Plan, lengths: Lengths, strips: readonly number[]): Plan[] {
  const { tile, inner, banksOfA } = plan;
  const tiles = (['m', 'k', 'n'] as const).flatMap((dimension) => {
    const all = lengths[dimension];
    const at = all.indexOf(tile[dimension]);
    return [-3, -1, 1, 3]
      .map((by) => all[at + by])
      .flatMap((length) => (length === undefined ? [] : [{ ...plan, tile: { ...tile, [dimension]: length } }]));
  });
  return [
    ...tiles,
    { ...plan, inner: inner === 'm' ? 'n' : 'm' },
    { ...plan, banksOfA: banksOfA - 1 },
    { ...plan, banksOfA: banksOfA + 1 },
    ...strips.map((other) => ({ ...plan, strips: other })),
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

/**
 * Lengths of parts: the length in 1, 2, 3 … even parts, ever fewer of these numbers, each part a multiple of `unit` or
 * all there is; shorter ones, down to 1, where `short`.
 */
function partLengths(length: number, unit: number, beat: number, short: boolean): readonly number[] {
  const lengths = new Set([Math.min(length, unit)]);
  for (let parts = 1; parts <= Math.ceil(length / unit); parts = Math.max(parts + 1, Math.floor(parts * FEWER)))
    for (const multiple of [unit, beat])
      lengths.add(Math.min(length, Math.ceil(Math.ceil(length / parts) / multiple) * multiple));
  for (let part = Math.min(unit, length); short && part >= 1; part = Math.floor(part / 2)) lengths.add(part);
  return [...lengths].sort((one, other) => one - other);
}

/** Lengths of parts of each dimension that may be in a plan. */
type Lengths = Readonly<Record<keyof ProductSize, readonly number[]>>;

/** Parts that leave some of the array idle are for memories that hold no others. */
function lengthsThatFit(config: NpuConfig, product: Product): Lengths {
  const { tile } = product;
  if (tile !== null) return commandable(config, product, { m: [tile.m], k: [tile.k], n: [tile.n] });
  const usual = lengthsOf(config, product, false);
  return fitsAny(config, product, usual) ? usual : lengthsOf(config, product, true);
}

/** Whether the smallest parts fit. */
function fitsAny(config: NpuConfig, product: Product, { m, k, n }: Lengths): boolean {
  const tile = { m: Math.min(...m), k: Math.min(...k), n: Math.min(...n) };
  return banksFor(config, product).some((banksOfA) => bufferingOf(config, product, { tile, banksOfA }) !== null);
}

/** How many banks may be those of A. */
const banksFor = ({ scratchpadBanks }: NpuConfig, { requantise }: Product): readonly number[] =>
  Array.from({ length: scratchpadBanks - (requantise === null ? 1 : 2) }, (_, at) => at + 1);

/** `short`: parts of less than a fold as well. */
function lengthsOf(config: NpuConfig, product: Product, short: boolean): Lengths {
  const { dataflow } = product;
  const { a, b } = matrixEngineOf(config).description.layouts(config, dataflow);
  const unitOf = (dimension: keyof ProductSize): number =>
    [a, b].find(({ across }) => across === dimension)?.width ?? 1;
  const of = (dimension: keyof ProductSize, ofShort: boolean): readonly number[] =>
    partLengths(
      product[dimension],
      unitOf(dimension),
      dimension === 'k' ? config.busBytes : unitOf(dimension),
      ofShort,
    );
  return commandable(config, product, { m: of('m', short), k: of('k', short), n: of('n', false) });
}

/** Those that commands can have. */
function commandable(config: NpuConfig, { dataflow }: Product, lengths: Lengths): Lengths {
  const mostK = matrixEngineOf(config).description.mostK(dataflow);
  const most = { m: MOST, k: Math.min(MOST, mostK), n: Math.floor(MOST / SUM_BYTES) };
  return byName(['m', 'k', 'n'] as const, (name) => lengths[name].filter((length) => length <= most[name]));
}

function estimatesAmong(config: NpuConfig, product: Product, cost: Cost, lengths: Lengths): readonly Choice[] {
  const totals = new Totals(config, product, cost);
  const best: Choice[] = [];
  for (const n of lengths.n)
    for (const m of lengths.m)
      for (const k of lengths.k) {
        const tile = { m, k, n };
        if (isFull(best) && totals.products(tile) > (best.at(-1)?.cycles ?? Infinity)) continue;
        const ways = (['m', 'n'] as const).flatMap((inner) =>
          banksFor(config, product).flatMap((banksOfA) => {
            const plan: Plan = { tile, inner, banksOfA, strips: Math.max(...stripsFor(product)) };
            const buffering = bufferingOf(config, product, plan);
            return buffering === null ? [] : [{ plan, buffering, ...totals.of(plan, buffering) }];
          }),
        );
        const found = ways.reduce<Choice | null>((one, next) => fairer(one, next), null);
        if (found !== null) insert(best, found);
      }
  return best;
}

/** Of two ways to share banks the one that takes fewer cycles; if neither does, that with more of both buffers. */
function fairer(one: Choice | null, other: Choice): Choice {
  const fewer = ({ buffering: { buffers } }: Choice): number => Math.min(buffers.a, buffers.b);
  if (one === null || other.cycles < one.cycles) return other;
  return other.cycles === one.cycles && fewer(other) > fewer(one) ? other : one;
}

const isFull = (best: readonly Choice[]): boolean => best.length >= COMPARED;

/** Keeps the best few, in order. */
function insert(best: Choice[], one: Choice): void {
  const worst = best.at(-1);
  if (isFull(best) && worst !== undefined && one.cycles >= worst.cycles) return;
  const at = best.findIndex(({ cycles }) => one.cycles < cycles);
  best.splice(at < 0 ? best.length : at, 0, one);
  if (best.length > COMPARED) best.pop();
}
