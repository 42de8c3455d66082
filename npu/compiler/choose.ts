/**
 * The plan of a product that takes the fewest cycles: plans are compared first by what each unit has to do in all, and
 * the best of them by a forecast of all their parts.
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
/** Plans of which a forecast is made. */
const COMPARED = 48;
/** Commands of forecasts that are made in all: of larger products plans are compared by their totals. */
const MOST_LOOKED = 150_000;

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
  let [best, looked]: [Chosen | null, number] = [null, 0];
  for (const estimate of estimatesOf(config, product, cost)) {
    if (best !== null && estimate.cycles > best.cycles * (1 + ALIKE)) break;
    if (looked + estimate.commands > MOST_LOOKED) {
      best ??= { ...estimate, schedule: null };
      continue;
    }
    looked += estimate.commands;
    const most: number = best === null ? Infinity : best.cycles * (1 + ALIKE);
    const schedule = scheduleWithin(config, product, estimate, cost, most);
    if (schedule === null) continue;
    const found = { ...estimate, cycles: schedule.cycles, commands: schedule.scheduled.length, schedule };
    if (best === null || isBetter(found, best)) best = found;
  }
  if (best === null) throw tooSmall(config, product);
  return best;
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
function partLengths(length: number, unit: number, short: boolean): readonly number[] {
  const lengths = new Set([Math.min(length, unit)]);
  for (let parts = 1; parts <= Math.ceil(length / unit); parts = Math.max(parts + 1, Math.floor(parts * FEWER)))
    lengths.add(Math.min(length, Math.ceil(Math.ceil(length / parts) / unit) * unit));
  for (let part = Math.min(unit, length); short && part >= 1; part = Math.floor(part / 2)) lengths.add(part);
  return [...lengths];
}

/** The plans that may be the best ones, those that should take the fewest cycles first. */
function estimatesOf(config: NpuConfig, product: Product, cost: Cost): readonly Choice[] {
  const { tile } = product;
  if (tile !== null) {
    const only = { m: [tile.m], k: [tile.k], n: [tile.n] };
    return estimatesAmong(config, product, cost, commandable(config, product, only));
  }
  const usual = estimatesAmong(config, product, cost, lengthsOf(config, product, false));
  // Parts that leave some of the array idle are for memories that hold no others.
  return usual.length > 0 ? usual : estimatesAmong(config, product, cost, lengthsOf(config, product, true));
}

/** Lengths of parts of each dimension that may be in a plan. */
type Lengths = Readonly<Record<keyof ProductSize, readonly number[]>>;

/** `short`: parts of less than a fold as well. */
function lengthsOf(config: NpuConfig, product: Product, short: boolean): Lengths {
  const { dataflow } = product;
  const { a, b } = matrixEngineOf(config).description.layouts(config, dataflow);
  const unitOf = (dimension: keyof ProductSize): number =>
    [a, b].find(({ across }) => across === dimension)?.width ?? 1;
  const of = (dimension: keyof ProductSize, ofShort: boolean): readonly number[] =>
    partLengths(product[dimension], unitOf(dimension), ofShort);
  return commandable(config, product, { m: of('m', short), k: of('k', short), n: of('n', false) });
}

/** Those that commands can have. */
function commandable(config: NpuConfig, { dataflow }: Product, lengths: Lengths): Lengths {
  const mostK = matrixEngineOf(config).description.mostK(dataflow);
  const most = { m: MOST, k: Math.min(MOST, mostK), n: Math.floor(MOST / SUM_BYTES) };
  return byName(['m', 'k', 'n'] as const, (name) => lengths[name].filter((length) => length <= most[name]));
}

function estimatesAmong(config: NpuConfig, product: Product, cost: Cost, lengths: Lengths): readonly Choice[] {
  const { requantise } = product;
  const banks = config.scratchpadBanks - (requantise === null ? 0 : 1);
  const totals = new Totals(config, product, cost);
  const best: Choice[] = [];
  for (const nt of lengths.n)
    for (const mt of lengths.m)
      for (const kt of lengths.k) {
        const tile = { m: mt, k: kt, n: nt };
        if (isFull(best) && totals.products(tile) > (best.at(-1)?.cycles ?? Infinity)) continue;
        // The other order of the loops is worth a forecast only where totals differ, or both loops have turns.
        let other: Choice | null = null;
        for (const inner of ['m', 'n'] as const) {
          const sharings = Array.from({ length: banks - 1 }, (_, at) => at + 1).flatMap((banksOfA) => {
            const plan: Plan = { tile, inner, banksOfA };
            const buffering = bufferingOf(config, product, plan);
            return buffering === null ? [] : [{ plan, buffering, ...totals.of(plan, buffering) }];
          });
          const found = sharings.reduce<Choice | null>((one, next) => fairer(one, next), null);
          if (found === null) continue;
          const { parts } = found.buffering;
          const same = other?.cycles === found.cycles && (parts.m === 1 || parts.n === 1);
          if (!same) insert(best, found);
          other ??= found;
        }
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
