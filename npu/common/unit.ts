/**
 * What a unit is to the rest of the NPU. A unit has a queue of its own and carries out its operations one after
 * another; its entry in the table (npu/isa/units.ts) gives it a place in dispatch, in the registers, in the counters of
 * a run, in views and reports.
 */
import { bit, uint, type Shape } from '../../hdl/index.ts';
import { ADDRESS_BITS } from './axi.ts';
import { fault } from './fault.ts';

/** From the least value to the most, both of them included. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** A command that there is. */
export interface OperationSpec {
  readonly code: number;
  /** Who carries it out; `control` is the dispatcher itself, in order. */
  readonly unit: string;
  readonly fields: Readonly<Record<string, Shape>>;
  /** The values of its job's fields that are not in its command, as their codes (0). */
  readonly implied?: Readonly<Record<string, number>>;
  /** Of fields that may not have every value that fits their bits. */
  readonly limits?: Readonly<Record<string, Range>>;
  /** What is wrong with fields that fit one by one, and the remedy; null where nothing is. */
  readonly rule?: (fields: Readonly<Record<string, number>>) => string | null;
  /** What it does, as a loop nest. */
  readonly meaning: string;
}

/** A register of 32 bits, at a byte address. */
export interface RegisterSpec {
  readonly address: number;
  readonly access: 'ro' | 'rw' | 'w1c';
  readonly meaning: string;
}

/**
 * A register that counts cycles: those in which the NPU is `active`; in which the unit that it belongs to is `busy`, or
 * has nothing to do because its next command `waits` for a semaphore; or in which an `event` of its name is high.
 */
export interface CounterSpec extends RegisterSpec {
  readonly counts: 'active' | 'busy' | 'waits' | 'event';
}

export const counter = <const C extends CounterSpec['counts']>(counts: C, address: number, meaning: string) =>
  ({ counts, address, access: 'ro', meaning }) as const;

export interface UnitSpec {
  /** For people, after `the`. */
  readonly title: string;
  /** How many jobs it can have at once. It takes them where it is ready, and ends them in order. */
  readonly jobs: number;
  /** What its operations ask for: a struct of `fields`, and then of `implied`. */
  readonly job: Shape;
  /** What commands carry, each field at the same place in all operations that have it; those of the others are 0. */
  readonly fields: Readonly<Record<string, Shape>>;
  /** What follows from which operation it is. */
  readonly implied?: Readonly<Record<string, Shape>>;
  readonly operations: Readonly<Record<string, OperationSpec>>;
  /** What is counted of it: its cycles with a command (`busy`), those before one (`waits`), and events. */
  readonly counters: Readonly<Record<string, CounterSpec>>;
  /** What can lose bits in it, and is told by a bit of the register `overflow`. */
  readonly wraps: Readonly<Record<string, string>>;
}

/** The outputs that every unit has beside its job and its data. */
export const unitStatus = {
  /** A job that comes in this cycle is taken. Known without looking whether one comes: it hangs on registers. */
  room: bit,
  /** High for one cycle when all that the job has to do is done and can be seen. */
  done: bit,
  /** With `done`: what was wrong with the job. */
  fault,
  /** With a fault, the bus address that belongs to it; else anything. */
  faultAddress: uint(ADDRESS_BITS),
};
