/**
 * What a testbench sees of a simulation, whichever engine runs it.
 *
 * **Time.** Each clock of the top module has a period and a phase in time units; its rising edges are at
 * `phase + period · k` for k ≥ 1. Between edges all combinational values are settled. A *step* goes to the next rising
 * edge of the first clock and over it, taking every edge of the other clocks on the way; edges at one instant happen
 * together. After n steps with one clock, cycle n is current: reads return what its registers hold and what its
 * combinational logic makes of them and of the inputs.
 *
 * **Paths.** `top.instance.signal`, `top.grid[row][col].signal`, `top.vector[i]`; the top module's name may be left
 * out.
 */
import type { Design, Place, Type } from '../ir/types.ts';
import type { TraceSource } from './trace.ts';

export type Level = number | bigint | boolean;

/**
 * A copy of a simulation's whole state: registers, memories, inputs, time. Only the simulation that made it can restore
 * it.
 */
export interface Snapshot {
  readonly cycle: number;
  readonly owner: symbol;
  readonly state: unknown;
}

export interface SignalInfo {
  readonly path: string;
  readonly type: Type;
  readonly kind: 'input' | 'output' | 'register' | 'wire';
}

/** One signal, looked up once. */
export interface Signal extends SignalInfo {
  /** The value now: signed for `sint`, else the bit pattern (vectors: packed, element 0 lowest). */
  get(): bigint;
  /**
   * An input: drives it from now on. A register: overwrites what it holds. Others: {@link SimulationError}. Out of
   * range: {@link SimulationError}.
   */
  set(value: Level): void;
}

/** One memory, looked up once. Words are bit patterns. */
export interface MemoryView {
  readonly path: string;
  readonly depth: number;
  /** Bits of a word. */
  readonly width: number;
  read(address: number): bigint;
  write(address: number, word: bigint): void;
  /** Copies bytes in, the word at `address` first, little-endian. Words must be whole bytes. */
  load(bytes: Uint8Array, address?: number): void;
  /** Copies `length` bytes out from the start of the word at `address`. */
  dump(length: number, address?: number): Uint8Array;
}

export interface CheckFailure {
  readonly path: string;
  readonly check: 'assert' | 'assume';
  readonly message: string;
  readonly place: Place | null;
  readonly cycle: number;
}
export interface CoverPoint {
  readonly path: string;
  readonly message: string;
  readonly place: Place | null;
  readonly hits: number;
}

/** A coroutine of a testbench: each `yield` waits for the next step. See {@link Simulator.run}. */
export type Task = Generator<void, void, void>;

export interface Simulator {
  readonly engine: EngineName;
  readonly design: Design;
  /** Steps since the start or the last restore's own time. */
  readonly cycle: number;
  /** Every named signal of the hierarchy, grids' cells included. Lazily made: a large array has many. */
  signals(): Iterable<SignalInfo>;
  /** Looks a signal up. @throws SimulationError naming the nearest existing names. */
  signal(path: string): Signal;
  /** Looks a memory up. @throws SimulationError naming the nearest memories. */
  memory(path: string): MemoryView;
  /**
   * The value in the current cycle, settled on the inputs of now: as {@link Signal.get}. @throws SimulationError for an
   * unknown path.
   */
  peek(path: string): bigint;
  /**
   * Drives an input of the top module from now on, or overwrites a register or a word of a memory: as {@link
   * Signal.set}. Logic follows at once, registers at their next edge.
   * @throws SimulationError for an unknown path, what cannot be set, and a value that is not whole or out of the type's
   * range.
   */
  poke(path: string, value: Level): void;
  /**
   * Advances n (1) steps: n rising edges of the first clock. @throws CheckError when an assert or assume fails: the
   * cycle is the failing one, its edge not taken.
   */
  step(n?: number): void;
  /** Holds every reset high for n (1) steps, then low. */
  reset(n?: number): void;
  /**
   * Steps until `path` is non-zero in the current cycle; returns the number of steps taken (0 when it already is).
   * @throws HangError after `limit` steps: says which streams wait for what.
   */
  runUntil(path: string, limit: number): number;
  /**
   * The same without an error: steps `most` times at most; whether `path` is non-zero then. For who wants to look in
   * between.
   */
  stepUntil(path: string, most: number): boolean;
  /**
   * Runs coroutines side by side, in order, one resume each per step, until all are done. @throws HangError after
   * `limit` steps.
   */
  run(tasks: readonly Task[], limit: number): void;
  /** Which streams wait for what now, and the states that machines are in: lines, as a `HangError` has them. */
  waits(): readonly string[];
  /** Copies the whole state, time included; costs time in proportion to its bytes. */
  save(): Snapshot;
  /**
   * Goes back to a snapshot, any number of times. @throws SimulationError for one of another simulation. Waves cannot
   * go back: stop them before.
   */
  restore(snapshot: Snapshot): void;
  /** Every `cover` of the design and in how many cycles it held so far. */
  covers(): readonly CoverPoint[];
  /**
   * A view of chosen signals for waveforms; `scope` keeps those at or below a path, `depth` levels of hierarchy at
   * most.
   */
  trace(options?: { readonly scope?: string; readonly depth?: number }): TraceSource;
}

export type EngineName = 'reference' | 'wasm';

/**
 * Periods and phases by clock of the top module, in time units; missing ones are {period: 2, phase: 0}. Periods are
 * even.
 */
export type Timing = Readonly<Record<string, { readonly period: number; readonly phase: number }>>;

export interface SimulatorOptions {
  readonly timing?: Timing;
}
