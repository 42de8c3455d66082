/** The whole bench. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCalls, type CallRow } from './calls.ts';
import { coldStarter, earlyCycles } from './cold.ts';
import { designs } from './designs.ts';
import { manySubjects, measureMany, type ManyRow } from './many.ts';
import type { Figures } from './measure.ts';
import { measureRates, type BuildSeconds, type Effort, type RateRow, type Workshop } from './rates.ts';
import { arraySubject, npuSubject, type Subject, type SubjectKind } from './subject.ts';
import { describeMachine, findTools, type Machine } from './tools.ts';
import { measureTrace, type TraceRow } from './trace.ts';

/** Waves of larger products fill so many gigabytes that it is the disk that is measured. */
const mostTraced = 128;

/** Runs at once. */
const manyLanes = [4, 16];

export const partNames = ['array', 'npu', 'designs', 'trace', 'many', 'calls'] as const;
export type PartName = (typeof partNames)[number];

export interface Plan extends Effort {
  readonly parts: readonly PartName[];
  /** Names of those of the part of that name. */
  readonly designs: readonly string[];
  /** Of the array alone. */
  readonly sizes: readonly number[];
  /** Of the NPU's array. */
  readonly npuSizes: readonly number[];
  /** The NPU multiplies two matrices of product × product. */
  readonly product: number;
}

/** Seconds from the configuration to the first cycle: ours from a cold start, the others' from the Verilog on. */
export interface CompileRow extends BuildSeconds {
  readonly title: string;
  /** Of a whole process, start of Node and loading of the program included. */
  readonly oursProcess: Figures;
  /** From the sizes on, in that process. */
  readonly oursDesign: Figures;
}

/** `early`: ours in a new process, of the first cycles. */
export interface DesignRow extends RateRow {
  readonly early: Figures;
}

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  readonly plan: Plan;
  /** Cycles a second. */
  readonly array: readonly RateRow[];
  readonly npu: readonly RateRow[];
  readonly designs: readonly DesignRow[];
  readonly compile: readonly CompileRow[];
  readonly trace: readonly TraceRow[];
  readonly many: readonly ManyRow[];
  readonly calls: readonly CallRow[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}

const designsNamed = (names: readonly string[]): readonly (() => Subject)[] =>
  names.flatMap((name) => designs[name] ?? []);

/** What a plan's parts run one by one, save the waves. */
export function subjectsOf({ parts, sizes, npuSizes, product, designs: names }: Plan): readonly (() => Subject)[] {
  const all: Readonly<Record<PartName, readonly (() => Subject)[]>> = {
    array: sizes.map((n) => () => arraySubject(n)),
    npu: npuSizes.map((n) => () => npuSubject(n, product)),
    designs: designsNamed(names),
    trace: [],
    many: [],
    calls: [],
  };
  return parts.flatMap((part) => all[part]);
}

/**
 * Needs a folder for temporary files, some hundred megabytes at most. @throws BenchError where a tool fails or results
 * differ.
 */
export function runBench(plan: Plan, progress: (what: string) => void): Results {
  const folder = mkdtempSync(join(tmpdir(), 'systole-bench-'));
  const tools = findTools();
  const missing: string[] = [];
  const shop: Workshop = {
    folder,
    tools,
    effort: plan,
    progress,
    missing: (what) => {
      missing.push(what);
    },
  };
  const cold = coldStarter();
  const compile: CompileRow[] = [];
  const measured = (kind: SubjectKind, subject: Subject): DesignRow => {
    const { row, build } = measureRates(subject, shop);
    progress(`${subject.title}: cold starts`);
    const own = cold.start(kind, kind === 'design' ? subject.name : String(subject.n), plan.product, plan.repeat);
    compile.push({ title: subject.title, oursProcess: own.process, oursDesign: own.design, ...build });
    const rateIn = (seconds: number): number => earlyCycles[kind] / seconds;
    const { median, low, high } = own.early;
    return { ...row, early: { median: rateIn(median), low: rateIn(high), high: rateIn(low) } };
  };
  const part = <T>(name: PartName, measure: () => readonly T[]): readonly T[] =>
    plan.parts.includes(name) ? measure() : [];
  try {
    return {
      date: new Date().toISOString(),
      machine: describeMachine(tools),
      plan,
      array: part('array', () => plan.sizes.map((n) => measured('array', arraySubject(n)))),
      npu: part('npu', () => plan.npuSizes.map((n) => measured('npu', npuSubject(n, plan.product)))),
      designs: part('designs', () => designsNamed(plan.designs).map((make) => measured('design', make()))),
      compile,
      trace: part('trace', () =>
        plan.npuSizes.slice(0, 1).map((n) => measureTrace(npuSubject(n, Math.min(plan.product, mostTraced)), shop)),
      ),
      many: part('many', () =>
        manySubjects.flatMap((make) => {
          const subject = make();
          progress(`${subject.title}: ${manyLanes.join(' and ')} at once, ${plan.repeat} ×`);
          return manyLanes.map((lanes) => measureMany(subject, lanes, plan));
        }),
      ),
      calls: part('calls', () => {
        progress(`steps and calls, ${plan.repeat} ×`);
        return measureCalls(plan);
      }),
      missing,
    };
  } finally {
    cold.remove();
    rmSync(folder, { recursive: true });
  }
}
