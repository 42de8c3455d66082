/** Jobs of the matrix engine by hand keep to their model; see properties/gemm-commands.ts. */
import { expect, it } from 'vitest';
import { gemmCommands, model } from './properties/gemm-commands.ts';
import { checkProperty } from './property.ts';
import { runsOf } from '../hdl/testing-runs.ts';

/** At least as many as it takes to see both, sums that wrap and sums that do not. */
const RUNS = Math.max(20, runsOf({ few: 20, all: 100 }));

it('products by hand leave in the accumulator what they must, and tell of sums that wrap, and of no others', () => {
  const seen = new Set<boolean>();
  checkProperty(
    {
      ...gemmCommands,
      holds: (drawn) => {
        gemmCommands.holds(drawn, {});
        seen.add(model(drawn).wrapped);
      },
    },
    { runs: RUNS },
  );
  expect(seen.size).toBe(2);
});
