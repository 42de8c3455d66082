import { expect } from 'vitest';
import type { Design } from '../../../ir/types.ts';
import { compile } from '../../index.ts';
import type { Simulator } from '../../simulator.ts';

/** The engine's simulation of a design, of which each function over the cells of an array must be one over vectors. */
export function vectors(design: Design): Simulator {
  const compiled = compile(design);
  expect(compiled.arrays().flatMap(({ functions }) => functions.flatMap(({ scalar }) => scalar ?? []))).toEqual([]);
  expect(compiled.arrays().length).toBeGreaterThan(0);
  return compiled.start();
}
