/** What a sweep found: NPUs side by side, and those that no other beats. */
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { parameterNames } from '../../npu/parameters.ts';
import type { Measurement } from '../measurement.ts';
import { groupBy } from './group.ts';
import { isMeasured, type Line } from './point.ts';

/** A configuration over all products that it ran. */
export interface Candidate {
  /** What tells it from the others: parameters, memory and dataflow, those that differ in the sweep. */
  readonly choice: Readonly<Record<string, number | string | null>>;
  readonly cycles: number;
  /** Multiplications over those that all multipliers could have done in these cycles. */
  readonly overall: number;
  /** Cycles over the least, of all products together. */
  readonly ratio: number;
  readonly multipliers: number;
  /** Bytes of scratchpad and accumulator. */
  readonly memory: number;
  readonly products: number;
}

const least = ({ bound }: Measurement): number => Math.max(bound.compute, bound.read, bound.write);
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/**
 * The candidates of a sweep, fewest cycles first. One that did not run every product that another ran is left out:
 * its cycles are not comparable.
 */
export function candidatesOf(lines: readonly Line[]): readonly Candidate[] {
  const measured = lines.filter(isMeasured).filter(({ match }) => match);
  const settings = measured.map(({ parameters, dataflow }) => ({ ...parameters, dataflow }));
  const differing = [...parameterNames, 'latency', 'stall', 'dataflow'].filter(
    (name) => new Set(settings.map((setting) => Object.entries(setting).find(([key]) => key === name)?.[1])).size > 1,
  );
  const choiceOf = ({ parameters, dataflow }: Measurement): Candidate['choice'] =>
    Object.fromEntries(Object.entries({ ...parameters, dataflow }).filter(([name]) => differing.includes(name)));
  const groups = groupBy(measured, (line) => JSON.stringify(choiceOf(line)));
  const most = Math.max(0, ...groups.map((group) => group.length));
  return groups
    .filter((group) => group.length === most)
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const multipliers = matrixEngineOf(first.parameters).description.multipliers(first.parameters);
      const cycles = sum(group.map((one) => one.cycles));
      return [
        {
          choice: choiceOf(first),
          cycles,
          overall: sum(group.map(({ macs }) => macs)) / (cycles * multipliers),
          ratio: cycles / sum(group.map(least)),
          multipliers,
          memory: first.parameters.scratchpadBytes + first.parameters.accumulatorBytes,
          products: group.length,
        },
      ];
    })
    .sort((a, b) => a.cycles - b.cycles);
}

/** Those of which no other has as few or fewer of cycles, multipliers and memory, and fewer of one. */
export function paretoFront(candidates: readonly Candidate[]): readonly Candidate[] {
  const costs = ({ cycles, multipliers, memory }: Candidate): readonly number[] => [cycles, multipliers, memory];
  const beats = (a: Candidate, b: Candidate): boolean => {
    const [mine, theirs] = [costs(a), costs(b)];
    return mine.every((cost, i) => cost <= (theirs[i] ?? 0)) && mine.some((cost, i) => cost < (theirs[i] ?? 0));
  };
  // Whom one beats that is beaten itself, the one that beats it beats too: the front so far is enough to ask.
  let front: Candidate[] = [];
  for (const one of candidates) {
    if (front.some((other) => beats(other, one))) continue;
    front = front.filter((other) => !beats(one, other));
    front.push(one);
  }
  return front;
}
