/**
 * When each part of a schedule begins and ends: commands are read ahead from the ring and go one after another into the
 * queues of their units, a unit works through its queue in order, and a part starts when what it touches is free.
 */
import { BANK_LINES } from '../common/local.ts';
import type { NpuConfig } from '../config.ts';
import { units, type Unit } from '../isa/units.ts';
import type { IssuedJob, JobTimes } from '../matrix/description.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import type { JobDataflow } from '../matrix/job.ts';
import type { ProductSize } from '../matrix/layout.ts';
import type { Ahead, Cost, Fetching } from './cost.ts';

/** What a job of the matrix engine does of a product: so much of it, from a row, a place in k and a column on. */
export interface PartOfProduct {
  readonly shape: ProductSize;
  readonly at: ProductSize;
  readonly dataflow: JobDataflow;
}

/** A part of a schedule: a unit works for so many cycles on buffers, which are numbered. */
export interface Work {
  readonly unit: Unit;
  readonly cycles: number;
  /** Of the matrix engine, whose jobs overlap: `cycles` is then for how long it keeps the jobs after it waiting. */
  readonly product: PartOfProduct | null;
  /** Of a copy, which overlaps with others. */
  readonly ahead?: Ahead;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

export interface Limits {
  readonly fetch: Fetching;
  /** Commands that can wait for each unit. */
  readonly queueDepth: number;
  /** Of the matrix engine's jobs. */
  readonly matrix: (job: IssuedJob) => JobTimes;
}

/** Of a machine that begins: the matrix engine's jobs are those of one forecast. */
export const limitsOf = (config: NpuConfig, { fetch }: Cost): Limits => ({
  fetch,
  queueDepth: config.queueDepth,
  matrix: matrixEngineOf(config).description.timing(config),
});

/** The same where commands cost nothing, and any number of them can wait. */
export const withoutCommands = (config: NpuConfig, cost: Cost): Limits => ({
  ...limitsOf(config, cost),
  fetch: { between: 0, contended: 0, roundTrip: 0, ahead: 1 },
  queueDepth: Infinity,
});

/** Cycles from the first command's fetching on. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** In how many cycles a unit has a command, by the spans of all that it works on, in order. */
export function busyCycles(spans: readonly Span[]): number {
  let [busy, until] = [0, 0];
  for (const { start, end } of spans) {
    busy += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return busy;
}

/** From `done` to the issue of what waited for the unit, and for its semaphore. */
const [NEXT, SIGNAL] = [1, 2];

/** By part of a schedule, when it is worked on. */
export function forecast(works: readonly Work[], { fetch, queueDepth, matrix }: Limits): readonly Span[] {
  /** By unit, from when on it has room. */
  const room = new Map<Unit, number>();
  /** By unit, when its commands were issued, and when they were done. */
  const issued = new Map<Unit, number[]>();
  const ended = new Map<Unit, number[]>();
  const written: { readonly unit: Unit; readonly end: number }[] = [];
  const read: number[] = [];
  /** When commands entered their queues, and the last one of them did. */
  const entries: number[] = [];
  let entered = 0;
  /** Commands since the last load: they are read in between its beats and those of the next one. */
  let since = 0;
  return works.map(({ unit, cycles, product, ahead, reads, writes }) => {
    const [starts, ends] = [issued.get(unit) ?? [], ended.get(unit) ?? []];
    const isContended = (ended.get('load')?.at(-1) ?? 0) > entered;
    entered = Math.max(
      entered + (isContended ? fetch.contended : fetch.between),
      (entries.at(-fetch.ahead) ?? 0) + fetch.roundTrip,
      starts.at(-queueDepth) ?? 0,
    );
    entries.push(entered);
    let start = Math.max(entered + 1, room.get(unit) ?? 0, (ends.at(-units[unit].jobs) ?? -NEXT) + NEXT);
    for (const buffer of reads) start = Math.max(start, (written[buffer]?.end ?? 0) + SIGNAL);
    for (const buffer of writes) {
      const last = written[buffer];
      // What a unit writes comes after what it wrote before.
      if (last !== undefined && last.unit !== unit) start = Math.max(start, last.end + SIGNAL);
      start = Math.max(start, (read[buffer] ?? 0) + SIGNAL);
    }
    // Within a product no operand A shares a bank with an operand B.
    const times = product === null ? null : matrix({ ...product, a: 0, b: BANK_LINES, issued: start });
    since++;
    const shared = unit === 'load' ? since * fetch.between : 0;
    if (unit === 'load') since = 0;
    const end = times?.done ?? Math.max(start + cycles, (ends.at(-1) ?? 0) + (ahead?.moving ?? cycles) + shared);
    room.set(unit, times?.room ?? (ahead === undefined ? end : start + ahead.asking) + NEXT);
    starts.push(start);
    ends.push(end);
    issued.set(unit, starts);
    ended.set(unit, ends);
    for (const buffer of reads) read[buffer] = Math.max(read[buffer] ?? 0, end);
    for (const buffer of writes) written[buffer] = { unit, end };
    return { start, end };
  });
}
