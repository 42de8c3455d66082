/**
 * The other ends of a design's streams, played by TypeScript: a source offers payloads, a sink takes them, a monitor
 * looks on. Each is a part of a bench (bench.ts).
 *
 * Timing: in each cycle everything is driven first and looked at then, when it is settled. What is pushed while looking
 * is offered from the next cycle on. Cycles are those of the simulation.
 */
import type { Shape } from '../../hdl/index.ts';
import type { Signal, Simulator } from '../../hdl/sim/index.ts';
import { BenchError } from './error.ts';
import { PayloadPorts, type Given, type Read } from './payload.ts';
import { randomOf, seedOf } from './random.ts';

/** What differs between runs of one bench. */
export interface Pace {
  /** Chooses the stalls. */
  readonly seed: number;
  /** How often the ends of streams stall that have no rhythm of their own. */
  readonly stall: Stall;
}

/** How often an end stalls: the chance of it in a cycle (0 to below 1), or whether it does in a given cycle. */
export type Stall = number | ((cycle: number) => boolean);

/** Stalls in a rhythm, from cycle 0 on; one that would never end is every other cycle. */
export function rhythm(pattern: readonly boolean[]): (cycle: number) => boolean {
  return pattern.every(Boolean) ? (cycle) => cycle % 2 === 0 : (cycle) => pattern[cycle % pattern.length] ?? false;
}

/** A thing that takes part in every cycle of a bench. */
export interface Part {
  /** A run begins, after a reset: forgets what it knew. */
  begin?(pace: Pace): void;
  /** The cycle begins: sets what it drives, by what it knows of the cycles before. */
  drive?(cycle: number): void;
  /** The cycle is settled: reads, and notes what moves. */
  look?(cycle: number): void;
  /** The edge is over: takes back what must not be there twice. */
  after?(): void;
  /** Whether something is left to do. */
  busy?(): boolean;
  /** While busy: for what, in a line. */
  waits?(): string;
}

export interface EndOptions {
  /** Its own rhythm, in place of the bench's. */
  readonly stall?: Stall | undefined;
  /** Whether a source's payload is spoilt between two offers (true); else the last one stays, for waves to look at. */
  readonly spoil?: boolean | undefined;
}

/** A payload that moved, and in which cycle. */
export interface Transfer<P> {
  readonly cycle: number;
  readonly payload: P;
}

type Moves = (cycle: number) => boolean;

/** Whether an end moves in a cycle. @throws BenchError for a chance that would stop it for good. */
function movesOf(name: string, { seed, stall }: Pace): Moves {
  if (typeof stall === 'function') return (cycle) => !stall(cycle);
  if (!(stall >= 0 && stall < 1)) throw new BenchError(`${name} stalls with a chance of ${stall}; give 0 to below 1`);
  if (stall === 0) return () => true;
  const random = randomOf(seedOf(seed, name));
  return () => random() >= stall;
}

/** A stream's signals, looked up once. */
class Ports<T> {
  readonly valid: Signal;
  readonly ready: Signal;
  readonly payload: PayloadPorts<T>;
  constructor(sim: Simulator, name: string, shape: Shape<T, unknown>) {
    this.valid = sim.signal(`${name}_valid`);
    this.ready = sim.signal(`${name}_ready`);
    this.payload = new PayloadPorts(sim, `${name}_payload`, shape);
  }
}

export interface PushOptions {
  /** The first cycle in which it may be offered. */
  readonly from?: number;
  /** Called with the cycle in which it is taken. */
  readonly sent?: (cycle: number) => void;
}

/**
 * The producer of an input stream: offers payloads in order, each until it is taken. Where it offers none, the payload
 * is the complement of the last one.
 */
export class StreamSource<T> implements Part {
  readonly name: string;
  readonly #ports: Ports<T>;
  readonly #stall: Stall | undefined;
  readonly #queue: (PushOptions & { readonly payload: Given<T> })[] = [];
  readonly #spoil: boolean;
  #moves: Moves = () => true;
  #offered = false;
  #taken = false;
  #since = 0;

  /** @throws SimulationError where the design has no such stream. */
  constructor(sim: Simulator, name: string, shape: Shape<T, unknown>, { stall, spoil = true }: EndOptions = {}) {
    this.name = name;
    this.#ports = new Ports(sim, name, shape);
    this.#stall = stall;
    this.#spoil = spoil;
  }

  /** Offers a payload after those that wait. */
  push(payload: Given<T>, options: PushOptions = {}): void {
    this.#queue.push({ ...options, payload });
  }

  /** Payloads that were not taken yet. */
  get left(): number {
    return this.#queue.length;
  }

  begin({ seed, stall }: Pace): void {
    this.#moves = movesOf(this.name, { seed, stall: this.#stall ?? stall });
    this.#queue.length = 0;
    this.#offered = false;
    this.#taken = false;
    this.#ports.valid.set(0);
  }

  drive(cycle: number): void {
    if (this.#offered) return;
    const [head] = this.#queue;
    if (head !== undefined && (head.from ?? 0) <= cycle && this.#moves(cycle)) {
      this.#offered = true;
      this.#since = cycle;
      this.#ports.payload.set(head.payload);
      this.#ports.valid.set(1);
    } else if (this.#taken && this.#spoil) {
      this.#ports.payload.spoil();
    }
    this.#taken = false;
  }

  look(cycle: number): void {
    if (!this.#offered || this.#ports.ready.get() === 0n) return;
    this.#offered = false;
    this.#taken = true;
    this.#queue.shift()?.sent?.(cycle);
  }

  after(): void {
    if (this.#taken) this.#ports.valid.set(0);
  }

  busy(): boolean {
    return this.left > 0;
  }

  waits(): string {
    const since = this.#offered ? `the first is offered since cycle ${this.#since}` : 'the first is not offered yet';
    return `${this.name}: ${this.left} payloads are not taken, ${since}`;
  }
}

export interface SinkOptions<T> extends EndOptions {
  /** Called with each payload in the cycle in which it moves. */
  readonly take?: ((payload: Read<T>, cycle: number) => void) | undefined;
}

/** The consumer of an output stream. */
export class StreamSink<T> implements Part {
  readonly name: string;
  /** What came in this run. */
  readonly got: Transfer<Read<T>>[] = [];
  /** Whether it takes anything at all (true). */
  open = true;
  /** How many payloads it waits for in this run (0): while there are fewer, it is busy. */
  expected = 0;
  readonly #ports: Ports<T>;
  readonly #stall: Stall | undefined;
  readonly #take: ((payload: Read<T>, cycle: number) => void) | undefined;
  #moves: Moves = () => true;
  #ready = false;

  /** @throws SimulationError where the design has no such stream. */
  constructor(sim: Simulator, name: string, shape: Shape<T, unknown>, { stall, take }: SinkOptions<T> = {}) {
    this.name = name;
    this.#ports = new Ports(sim, name, shape);
    this.#stall = stall;
    this.#take = take;
  }

  /** The payloads that came in this run, in order. */
  get payloads(): readonly Read<T>[] {
    return this.got.map(({ payload }) => payload);
  }

  begin({ seed, stall }: Pace): void {
    this.#moves = movesOf(this.name, { seed, stall: this.#stall ?? stall });
    this.got.length = 0;
    this.open = true;
    this.expected = 0;
  }

  drive(cycle: number): void {
    this.#ready = this.open && this.#moves(cycle);
    this.#ports.ready.set(this.#ready);
  }

  look(cycle: number): void {
    if (!this.#ready || this.#ports.valid.get() === 0n) return;
    const payload = this.#ports.payload.get();
    this.got.push({ cycle, payload });
    this.#take?.(payload, cycle);
  }

  busy(): boolean {
    return this.got.length < this.expected;
  }

  waits(): string {
    const last = this.got.at(-1);
    const since = last === undefined ? '' : `, the last in cycle ${last.cycle}`;
    return `${this.name}: ${this.got.length} of ${this.expected} payloads came${since}`;
  }
}

/** Looks at a stream port of any instance: notes what moves, and that what is offered stays until it is taken. */
export class StreamMonitor<T> implements Part {
  readonly name: string;
  /** What moved in this run. */
  readonly got: Transfer<Read<T>>[] = [];
  readonly #ports: Ports<T>;
  #waiting: readonly bigint[] | null = null;
  #stalled = 0;

  /** @param name a path, such as `unit.fetch.command`. @throws SimulationError where the design has no such stream. */
  constructor(sim: Simulator, name: string, shape: Shape<T, unknown>) {
    this.name = name;
    this.#ports = new Ports(sim, name, shape);
  }

  /** Cycles in which a payload was offered and not taken. */
  get stalled(): number {
    return this.#stalled;
  }

  begin(): void {
    this.got.length = 0;
    this.#waiting = null;
    this.#stalled = 0;
  }

  /** @throws BenchError where an offer is taken back or changed. */
  look(cycle: number): void {
    const valid = this.#ports.valid.get() === 1n;
    const bits = valid ? this.#ports.payload.bits() : [];
    const before = this.#waiting;
    if (before !== null && !valid)
      throw new BenchError(`${this.name}: valid fell before ready came, in cycle ${cycle}`);
    if (before !== null && bits.some((value, i) => value !== before[i]))
      throw new BenchError(`${this.name}: the payload changed before ready came, in cycle ${cycle}`);
    const moves = valid && this.#ports.ready.get() === 1n;
    this.#waiting = valid && !moves ? bits : null;
    if (this.#waiting !== null) this.#stalled++;
    if (moves) this.got.push({ cycle, payload: this.#ports.payload.get() });
  }
}
