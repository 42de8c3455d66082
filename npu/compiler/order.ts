/**
 * Gives steps the semaphores that order them: no two that touch the same place, one of them writing, meet or change
 * places, whatever the timing.
 *
 * Each unit works through its steps in order, each to its end. So what a step must come after is, of every other unit,
 * one step (dependencies.ts). What follows already from other waits is left out: for each step it is known which steps
 * of every unit have ended before it starts, whatever the timing. What is left is, for each two units, a list of edges
 * that goes up on both sides, so that counting is enough: the k-th wait takes the k-th signal, and one semaphore serves
 * two units.
 *
 * Where more than {@link SEMAPHORES} pairs of units need one, a semaphore changes hands once its last wait is known to
 * be over; where none is, a fence stands in for the wait. Where a semaphore could be signalled more often than it can
 * count before it is taken, some steps are made to wait for more than they have to.
 */
import { SEMAPHORE_BITS, SEMAPHORES } from '../isa/operations.ts';
import { unitNames } from '../isa/units.ts';
import { dependenciesOf, later, NONE, nothing, type Latest, type Work } from './dependencies.ts';

/** A step with the semaphores that it waits for and signals, each at most once; or a fence, which waits for all. */
export type Ordered<S> =
  | { readonly kind: 'step'; readonly step: S; readonly wait: readonly number[]; readonly signal: readonly number[] }
  | { readonly kind: 'fence' };

/** The limits of the hardware. */
export interface OrderLimits {
  readonly semaphores: number;
  /** Signals that may wait in a semaphore. */
  readonly level: number;
}
const hardware: OrderLimits = { semaphores: SEMAPHORES, level: 2 ** SEMAPHORE_BITS - 1 };

/** `waiter` starts after `signaller` has ended; both are indices of steps. */
interface Edge {
  readonly signaller: number;
  readonly waiter: number;
}

/** Edges by semaphore, in the order in which they are signalled and taken. */
interface Plan {
  /** What has ended before each step starts, whatever the timing. */
  readonly clocks: readonly Latest[];
  readonly queues: readonly (readonly Edge[])[];
  readonly waits: readonly (readonly number[])[];
  readonly signals: readonly (readonly number[])[];
  /** Steps with a fence before them. */
  readonly fences: ReadonlySet<number>;
}

/** By waiter, further steps that it must come after. */
type Demands = ReadonlyMap<number, Latest>;

/** The steps in their order, with semaphores and fences. `limits` are the hardware's where not given. */
export function order<S extends Work>(steps: readonly S[], limits: OrderLimits = hardware): Ordered<S>[] {
  const dependencies = dependenciesOf(steps);
  const unitOf = steps.map(({ unit }) => unitNames.indexOf(unit));
  const demands = new Map<number, Latest>();
  for (;;) {
    const found = plan(unitOf, dependencies, demands, limits.semaphores);
    if (!demandMore(found, unitOf, demands, limits.level)) return withTokens(steps, found);
  }
}

function withTokens<S>(steps: readonly S[], { waits, signals, fences }: Plan): Ordered<S>[] {
  return steps.flatMap((step, index): Ordered<S>[] => [
    ...(fences.has(index) ? [{ kind: 'fence' } as const] : []),
    { kind: 'step', step, wait: waits[index] ?? [], signal: signals[index] ?? [] },
  ]);
}

function plan(unitOf: readonly number[], dependencies: readonly Latest[], demands: Demands, semaphores: number): Plan {
  const clocks: Latest[] = [];
  const waits: number[][] = unitOf.map(() => []);
  const signals: number[][] = unitOf.map(() => []);
  const fences = new Set<number>();
  /** By unit, what has ended once its last step has. */
  let ended = unitNames.map(() => nothing);
  /** What has ended once a step has. */
  const afterEnd = (step: number): Latest => (clocks[step] ?? nothing).with(unitOf[step] ?? NONE, step);
  const tokens = new Tokens(semaphores, unitOf, afterEnd);

  unitOf.forEach((unit, index) => {
    const wanted = later(dependencies[index] ?? nothing, demands.get(index) ?? nothing);
    const known = ended[unit] ?? nothing;
    const missing = wanted.filter((step, other) => step > (known[other] ?? NONE));
    const needed = missing.filter(
      (step) => !missing.some((by) => by !== step && (afterEnd(by)[unitOf[step] ?? NONE] ?? NONE) >= step),
    );
    const taken = tokens.take(
      needed.map((signaller) => ({ signaller, waiter: index })),
      known,
    );
    let clock = known;
    if (taken === null) {
      // What has a semaphore keeps it: whoever comes after the fence knows that all before it is over.
      fences.add(index);
      clock = ended.reduce(later, nothing);
      ended = ended.map(() => clock);
    } else {
      for (const [signaller, s] of taken) {
        waits[index]?.push(s);
        signals[signaller]?.push(s);
        clock = later(clock, afterEnd(signaller));
      }
    }
    clocks.push(clock);
    ended = ended.with(unit, clock.with(unit, index));
  });
  return { clocks, queues: tokens.queues, waits, signals, fences };
}

/** Who has which semaphore. */
class Tokens {
  readonly #semaphores: number;
  readonly #unitOf: readonly number[];
  /** What has ended once a step has. */
  readonly #afterEnd: (step: number) => Latest;
  /** By semaphore. */
  readonly queues: Edge[][] = [];
  /** By pair of units, the semaphore that it has. */
  readonly #held = new Map<string, number>();

  constructor(semaphores: number, unitOf: readonly number[], afterEnd: (step: number) => Latest) {
    this.#semaphores = semaphores;
    this.#unitOf = unitOf;
    this.#afterEnd = afterEnd;
  }

  /**
   * A semaphore for each edge of one waiter, by signaller; null, and nothing is taken, where there are not enough.
   * `known`: what has ended before the waiter can take anything.
   */
  take(edges: readonly Edge[], known: Latest): ReadonlyMap<number, number> | null {
    const chosen = new Map<number, number>();
    const isChosen = (s: number): boolean => [...chosen.values()].includes(s);
    for (const edge of edges) {
      const own = this.#held.get(this.#pairOf(edge));
      if (own !== undefined) chosen.set(edge.signaller, own);
    }
    const others = edges.filter(({ signaller }) => !chosen.has(signaller));
    for (const { signaller } of others) {
      const unused = Array.from({ length: this.#semaphores }, (_, s) => s).find(
        (s) => this.queues[s] === undefined && !isChosen(s),
      );
      if (unused !== undefined) chosen.set(signaller, unused);
    }
    // The waiter takes all at once: when it takes one that changes hands, what the others wait for has ended too.
    const before = [...chosen.keys()].map(this.#afterEnd).reduce(later, known);
    for (const { signaller } of others.filter((edge) => !chosen.has(edge.signaller))) {
      const over = this.#over(signaller, before).find((s) => !isChosen(s));
      if (over === undefined) return null;
      chosen.set(signaller, over);
    }
    for (const edge of edges) {
      const s = chosen.get(edge.signaller) ?? NONE;
      for (const [pair, held] of this.#held) if (held === s) this.#held.delete(pair);
      this.#held.set(this.#pairOf(edge), s);
      (this.queues[s] ??= []).push(edge);
    }
    return chosen;
  }

  #pairOf({ signaller, waiter }: Edge): string {
    return `${this.#unitOf[signaller]} ${this.#unitOf[waiter]}`;
  }

  /**
   * Semaphores that can change hands, those that were not used for the longest time first. Of the last edge of such a
   * one, the signal comes before that of `signaller`, and the wait is over when a waiter that knows `before` takes it:
   * so the k-th wait still takes the k-th signal.
   */
  #over(signaller: number, before: Latest): number[] {
    const knows = (clock: Latest, step: number): boolean => (clock[this.#unitOf[step] ?? NONE] ?? NONE) >= step;
    return this.queues
      .map((edges, s) => ({ s, last: edges.at(-1) ?? { signaller: NONE, waiter: NONE } }))
      .filter(({ last }) => knows(this.#afterEnd(signaller), last.signaller) && knows(before, last.waiter))
      .sort((one, other) => one.last.waiter - other.last.waiter)
      .map(({ s }) => s);
  }
}

/**
 * Adds to `demands` what keeps every semaphore within `level`; whether anything had to be added. The signal of an edge
 * may come when the wait of the edge `level` before it is over. Where that is not known, one of the two steps is made
 * to come after the other: the later one in the program, so that nothing waits for what comes after it.
 */
function demandMore(
  { clocks, queues }: Plan,
  unitOf: readonly number[],
  demands: Map<number, Latest>,
  level: number,
): boolean {
  let added = false;
  const demand = (waiter: number, signaller: number): void => {
    const before = demands.get(waiter) ?? nothing;
    const unit = unitOf[signaller] ?? NONE;
    demands.set(waiter, before.with(unit, Math.max(before[unit] ?? NONE, signaller)));
    added = true;
  };
  for (const edges of queues) {
    for (let t = 0; t + level < edges.length; t++) {
      const { waiter = NONE } = edges[t] ?? {};
      const { signaller = NONE } = edges[t + level] ?? {};
      if ((clocks[signaller]?.[unitOf[waiter] ?? NONE] ?? NONE) >= waiter) continue;
      if (waiter < signaller) demand(signaller, waiter);
      else {
        // One wait for all of these: their edges become one.
        demand(waiter, signaller);
        t += level;
      }
    }
  }
  return added;
}
