/**
 * A plan: all points of a sweep in the order in which they are run, cut into chunks. Points of one NPU follow each
 * other, so that whoever runs a chunk compiles its design once.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../../hdl/messages/user-error.ts';
import { groupBy } from './group.ts';
import type { Point } from './point.ts';

export interface Shape {
  readonly layer: string | null;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

export interface Plan {
  readonly version: 1;
  readonly points: readonly Point[];
  /** Points of a chunk; the last may have fewer. */
  readonly chunk: number;
}

export class PlanError extends UserError {
  override readonly name = 'PlanError';
}

/** More points than anybody runs, and than a plan's file should hold. */
const MOST_POINTS = 1_000_000;

/** Every choice of one value from each list. */
export function product<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  );
}

/** Points by NPU, in the order of the first of each. @throws PlanError for none, or too many */
export function planOf(points: readonly Point[], chunk: number): Plan {
  if (points.length === 0) throw new PlanError('there is no point to run; give at least one value of everything');
  if (points.length > MOST_POINTS)
    throw new PlanError(`these are ${points.length} points; give at most ${MOST_POINTS}, with shorter lists`);
  const byNpu = groupBy(points, ({ parameters }) => JSON.stringify(parameters));
  return { version: 1, points: byNpu.flat(), chunk };
}

/** The numbers of a plan's chunks are 0 to this, less one. */
export const chunksOf = ({ points, chunk }: Plan): number => Math.ceil(points.length / chunk);

/** The points of a chunk, with their numbers. */
export function pointsOf({ points, chunk }: Plan, number: number): readonly (readonly [index: number, point: Point])[] {
  const from = number * chunk;
  return points.slice(from, from + chunk).map((point, i) => [from + i, point]);
}

/** What tells plans apart. */
export const fingerprint = (plan: Plan): string => createHash('sha256').update(JSON.stringify(plan)).digest('hex');
