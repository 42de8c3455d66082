/** What plans are expected to take by what each unit has to do in all: a first choice among all of them. */
import type { NpuConfig } from '../config.ts';
import type { Cost } from './cost.ts';
import { banksFor, type Lengths } from './lengths.ts';
import { bufferingOf, type Buffering, type Plan, type Tile } from './plan.ts';
import type { Product } from './product.ts';
import { Totals, type Total } from './totals.ts';

/** A plan, and the cycles that it is expected to take from the first command on. */
export interface Choice extends Total {
  readonly plan: Plan;
  readonly buffering: Buffering;
}

/** Plans that are worth a forecast. */
const COMPARED = 16;

/** The plans of a product on a machine. */
export class Estimates {
  readonly #config: NpuConfig;
  readonly #product: Product;
  readonly #totals: Totals;
  /** What plans have that are compared here. */
  readonly #usual: Pick<Plan, 'sums' | 'slices' | 'strips'>;

  constructor(config: NpuConfig, product: Product, cost: Cost, usual: Pick<Plan, 'sums' | 'slices' | 'strips'>) {
    this.#config = config;
    this.#product = product;
    this.#totals = new Totals(config, product, cost);
    this.#usual = usual;
  }

  /** The best few, each of another tile, in order. */
  best(lengths: Lengths): readonly Choice[] {
    const best: Choice[] = [];
    for (const n of lengths.n)
      for (const m of lengths.m)
        for (const k of lengths.k) {
          const tile = { m, k, n };
          if (isFull(best) && this.#totals.products(tile) > (best.at(-1)?.cycles ?? Infinity)) continue;
          const found = this.fairest(tile, ['m', 'n']);
          if (found !== null) insert(best, found);
        }
    return best;
  }

  /** The best way to share the banks among tiles of this size, in one of these orders of loops; null if none fits. */
  fairest(tile: Tile, orders: readonly Plan['inner'][]): Choice | null {
    const ways = orders.flatMap((inner) =>
      banksFor(this.#config, this.#product).flatMap((banksOfA) => {
        const plan: Plan = { tile, inner, banksOfA, together: 1, ...this.#usual };
        const buffering = bufferingOf(this.#config, this.#product, plan);
        return buffering === null ? [] : [{ plan, buffering, ...this.#totals.of(plan, buffering) }];
      }),
    );
    return ways.reduce<Choice | null>((one, next) => fairer(one, next), null);
  }
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
