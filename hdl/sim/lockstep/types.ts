import type { Type } from '../../ir/types.ts';
import { labels, sint, uint, vec } from '../testing-designs.ts';

/** One below, at and one above every size at which an engine could change its ways. */
export const widths = [1, 7, 8, 9, 16, 17, 31, 32, 33, 63, 64, 65, 128] as const;

export const numberTypes: readonly Type[] = [...widths.map(uint), ...widths.map(sint)];

export const state = labels('state', 'idle', 'load', 'work', 'drain', 'rest');

export const vectorTypes: readonly Type[] = [
  vec(4, uint(1)),
  vec(3, uint(8)),
  vec(5, sint(9)),
  vec(8, uint(8)),
  vec(2, sint(33)),
  vec(3, uint(65)),
  vec(2, vec(2, uint(5))),
  vec(1, sint(32)),
  vec(4, sint(16)),
];

export const allTypes: readonly Type[] = [...numberTypes, state, ...vectorTypes];

/** Types of which an array may work on several at once. */
export const laneTypes: readonly Type[] = [
  uint(1),
  sint(1),
  ...[uint, sint].flatMap((make) => [7, 8, 9, 16, 17, 31, 32].map(make)),
  uint(33),
  uint(64),
  sint(64),
  state,
  vec(4, uint(8)),
  vec(3, sint(9)),
  vec(2, vec(2, uint(5))),
  vec(8, uint(1)),
  vec(2, sint(32)),
  vec(40, uint(3)),
];
