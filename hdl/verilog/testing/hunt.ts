/** Finds what is wrong in a batch of circuits that a tool runs at once, and makes it small. */
import { printDesign } from '../../ir/text/index.ts';
import type { Design } from '../../ir/types.ts';
import { Choices } from '../../sim/lockstep/choices.ts';
import { circuit } from '../../sim/lockstep/circuit.ts';
import { shrink } from '../../sim/lockstep/shrink.ts';
import { ToolError, trial, type Trial } from './cross.ts';

/** A circuit to be judged. */
export interface Subject {
  readonly design: Design;
  readonly stimulus: readonly number[];
  /** What the random circuit is made of, and how; null: it cannot be made smaller. */
  readonly made: { readonly numbers: readonly number[]; readonly make: Make } | null;
}

/** A circuit made of numbers; a text where there is none. */
export type Make = (numbers: readonly number[]) => Design | string;

/**
 * Judges all at once: what differs first in each that differs. @throws ToolError when the tool fails, or does not end.
 */
export type Judge = (trials: readonly Trial[]) => ReadonlyMap<number, string>;

interface Failure {
  readonly kind: 'difference' | ToolError['kind'];
  readonly text: string;
}

/** A random circuit; null where the numbers make none. */
export function subjectOf(numbers: readonly number[], make: Make): Subject | null {
  const design = make(numbers);
  return typeof design === 'string' ? null : { design, stimulus: numbers.toReversed(), made: { numbers, make } };
}

/** A random circuit of the intermediate form. */
export const randomCircuit = (numbers: readonly number[]): Subject => {
  const make = (list: readonly number[]): Design => circuit(new Choices(list));
  return { design: make(numbers), stimulus: numbers.toReversed(), made: { numbers, make } };
};

const trialOf = ({ design, stimulus }: Subject, index: number, cycles: number): Trial =>
  trial(design, `d${index}_`, new Choices(stimulus), cycles);

export interface HuntOptions {
  readonly cycles: number;
  /**
   * At making a failing circuit smaller. A tool that does not end gets a tenth of them, since each takes as long as it
   * is given.
   */
  readonly attempts: number;
}

/** The smallest circuit found that fails, with what is wrong; empty where none does. */
export function hunt(subjects: readonly Subject[], judge: Judge, { cycles, attempts }: HuntOptions): string {
  const failures = failuresOf(
    subjects.map((subject, i) => trialOf(subject, i, cycles)),
    judge,
  );
  const size = (index: number): number =>
    subjects[index]?.made?.numbers.length ?? printDesign(subjects[index]?.design ?? { top: '', modules: [] }).length;
  const [first] = [...failures].toSorted(([a], [b]) => size(a) - size(b));
  const subject = subjects[first?.[0] ?? -1];
  if (first === undefined || subject === undefined) return '';
  const [index, failure] = first;
  const head = `${failures.size} of ${subjects.length} circuits fail, among them circuit ${index}`;
  if (subject.made === null) return `${head}: ${failure.text}\n${printDesign(subject.design)}`;
  const { numbers, make } = subject.made;
  const most = failure.kind === 'stuck' ? Math.ceil(attempts / 10) : attempts;
  const smallest = shrink(
    numbers,
    failure,
    (list) => attempt(subjectOf(list, make), failure.kind, judge, cycles),
    most,
  );
  const design = make(smallest.list);
  return `${head}, made smaller${smallest.cut ? ` in ${most} attempts, and not to the end` : ''}: ${smallest.failure.text}\n${typeof design === 'string' ? design : printDesign(design)}`;
}

/** The same kind of failure of one circuit; null where there is none, or what is left of it is no circuit. */
function attempt(subject: Subject | null, kind: Failure['kind'], judge: Judge, cycles: number): Failure | null {
  if (subject === null) return null;
  let one: Trial;
  try {
    one = trialOf(subject, 0, cycles);
  } catch {
    return null;
  }
  const found = failuresOf([one], judge).get(0);
  return found?.kind === kind ? found : null;
}

/**
 * By index. A batch in which the tool fails is halved until the circuit that it fails for stands alone; only that one
 * is told then.
 */
function failuresOf(trials: readonly Trial[], judge: Judge): ReadonlyMap<number, Failure> {
  const differ = attempted(trials, judge);
  if (!(differ instanceof ToolError)) return new Map([...differ].map(([i, text]) => [i, { kind: 'difference', text }]));
  let [from, to, failure] = [0, trials.length, differ];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    const found = attempted(trials.slice(from, middle), judge);
    if (found instanceof ToolError) [to, failure] = [middle, found];
    else from = middle;
  }
  // What is left was in a batch that failed; that it fails alone is a question of its own.
  const alone = trials.length === 1 ? failure : attempted(trials.slice(from, to), judge);
  const text = alone instanceof ToolError ? alone.message : `${failure.message}, but not with this circuit alone`;
  return new Map([[from, { kind: failure.kind, text }]]);
}

function attempted(trials: readonly Trial[], judge: Judge): ReadonlyMap<number, string> | ToolError {
  try {
    return judge(trials);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}
