/** Cycles a second of one subject in every tool, and what it took each to get there. */
import { join } from 'node:path';
import { contenderTitles, type ContenderName } from './contender.ts';
import { exportSubject } from './export.ts';
import { buildIcarus } from './icarus.ts';
import { calibrate, race, type Entry, type Figures } from './measure.ts';
import { ours } from './ours.ts';
import type { Subject } from './subject.ts';
import { lacks, type Tools } from './tools.ts';
import { buildVerilator } from './verilator.ts';

export interface Effort {
  /** About how long a run of a tool shall take, in seconds. */
  readonly seconds: number;
  /** Runs of each tool; the first tool, the second, …, the first again. */
  readonly repeat: number;
  /**
   * Icarus, and Verilator built with its defaults, take part in arrays up to this size; larger ones would take them
   * many minutes.
   */
  readonly slowUpTo: number;
}

/** What a bench works with: where, with which tools, and whom it tells what it is doing and what it could not. */
export interface Workshop {
  readonly folder: string;
  readonly tools: Tools;
  readonly effort: Effort;
  progress(what: string): void;
  missing(what: string): void;
}

type PerContender<T> = Readonly<Record<ContenderName, T | null>>;

/** Cycles a second; null where a tool did not take part. `ratio` is ours over Verilator at its best. */
export interface RateRow extends PerContender<Figures> {
  readonly title: string;
  readonly n: number;
  readonly ratio: number | null;
  readonly processor: ProcessorTimes;
}

/** The least that a cycle took of a processor, in nanoseconds; `ratio` is Verilator's at its best over ours. */
export interface ProcessorTimes {
  readonly ours: number | null;
  readonly verilator: number | null;
  readonly ratio: number | null;
}

/** Seconds of one build each. */
export type BuildSeconds = Readonly<Partial<Record<ContenderName, number>>>;

/** What may not be there, or fail to start, is told as missing; everything else that goes wrong is an error. */
export function measureRates(
  subject: Subject,
  shop: Workshop,
): { readonly row: RateRow; readonly build: BuildSeconds } {
  const { effort, tools } = shop;
  const judge = ours(subject);
  const exported = exportSubject(subject, join(shop.folder, subject.name));
  const entries: Entry[] = [];
  const build: Partial<Record<ContenderName, number>> = {};
  const enter = (
    name: ContenderName,
    make: () => Entry['contender'] & { readonly buildSeconds?: number },
    first: number,
  ): void => {
    shop.progress(`${subject.title}: ${contenderTitles[name]}`);
    const contender = make();
    if (contender.buildSeconds !== undefined) build[name] = contender.buildSeconds;
    entries.push({ name, contender, options: { cycles: calibrate(contender, effort.seconds, first) } });
  };
  const enterIf = (lack: string | null, ...args: Parameters<typeof enter>): void => {
    if (lack === null) enter(...args);
    else shop.missing(`${subject.title}: not in ${contenderTitles[args[0]]}: ${lack}`);
  };

  enter('ours', () => judge, 1000);
  enterIf(
    lacks(tools, 'verilator', 'make', 'clang++'),
    'verilator',
    () => buildVerilator(subject, exported, { flavour: 'best' }),
    1000,
  );
  const large = subject.n > effort.slowUpTo ? `it takes too long above ${effort.slowUpTo} × ${effort.slowUpTo}` : null;
  enterIf(
    lacks(tools, 'verilator', 'make', 'g++') ?? large,
    'verilatorDefault',
    () => buildVerilator(subject, exported, { flavour: 'default' }),
    1000,
  );
  enterIf(lacks(tools, 'iverilog', 'vvp') ?? large, 'icarus', () => buildIcarus(subject, exported), 100);

  shop.progress(`${subject.title}: all in turn, ${effort.repeat} ×`);
  const rates = race(entries, effort.repeat, judge);
  const of = (name: ContenderName): Figures | null => rates.get(name)?.rates ?? null;
  const [own, other] = [rates.get('ours')?.processor ?? null, rates.get('verilator')?.processor ?? null];
  return {
    row: {
      title: subject.title,
      n: subject.n,
      ours: of('ours'),
      verilator: of('verilator'),
      verilatorDefault: of('verilatorDefault'),
      icarus: of('icarus'),
      ratio: ratio(of('ours'), of('verilator')),
      processor: { ours: own, verilator: other, ratio: own === null || other === null ? null : other / own },
    },
    build,
  };
}

function ratio(a: Figures | null, b: Figures | null): number | null {
  return a === null || b === null ? null : a.median / b.median;
}
