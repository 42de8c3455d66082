/**
 * When each part of a schedule begins and ends: commands are read ahead from the ring and go one after another into the
 * queues of their units, a unit works through its queue in order, and a part starts when what it touches is free.
 */
import type { Unit } from '../isa/units.ts';
import type { Fetching } from './cost.ts';

/** A part of a schedule: a unit works for so many cycles on buffers, which are numbered. */
export interface Work {
  readonly unit: Unit;
  readonly cycles: number;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

export interface Limits {
  readonly fetch: Fetching;
  /** Commands that can wait for each unit. */
  readonly queueDepth: number;
}

/** Cycles from the first command's fetching on. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** From `done` to the issue of what waited for the unit, and for its semaphore. */
const [NEXT, SIGNAL] = [1, 2];

/** By part of a schedule, when it is worked on. */
export function forecast(works: readonly Work[], { fetch, queueDepth }: Limits): readonly Span[] {
  const free = new Map<Unit, number>();
  /** By unit, when its commands were issued. */
  const issued = new Map<Unit, number[]>();
  const written: number[] = [];
  const read: number[] = [];
  /** When commands entered their queues, and the last one of them did. */
  const entries: number[] = [];
  let entered = 0;
  return works.map(({ unit, cycles, reads, writes }) => {
    const before = issued.get(unit) ?? [];
    const isContended = (free.get('load') ?? 0) > entered;
    entered = Math.max(
      entered + (isContended ? fetch.contended : fetch.between),
      (entries.at(-fetch.ahead) ?? 0) + fetch.roundTrip,
      before.at(-queueDepth) ?? 0,
    );
    entries.push(entered);
    let start = Math.max(entered + 1, (free.get(unit) ?? 0) + NEXT);
    for (const buffer of reads) start = Math.max(start, (written[buffer] ?? 0) + SIGNAL);
    for (const buffer of writes) start = Math.max(start, (read[buffer] ?? 0) + SIGNAL, (written[buffer] ?? 0) + NEXT);
    const end = start + cycles;
    free.set(unit, end);
    before.push(start);
    issued.set(unit, before);
    for (const buffer of reads) read[buffer] = Math.max(read[buffer] ?? 0, end);
    for (const buffer of writes) written[buffer] = Math.max(written[buffer] ?? 0, end);
    return { start, end };
  });
}
