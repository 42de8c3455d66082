/** Random programs keep to their model; see testbench/properties/random-programs.ts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { operations, SEMAPHORES } from '../../npu/isa/operations.ts';
import { unitNames } from '../../npu/isa/units.ts';
import { commandsOf, randomPrograms } from '../properties/random-programs.ts';
import { checkProperty } from '../property.ts';
import { programCases } from './arbitrary.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const RUNS = runsOf({ few: 6, all: 30 });

it('random programs leave what their commands leave one after the other', () => {
  checkProperty(randomPrograms, { runs: RUNS });
});

it('random programs use every semaphore, between all units, and fences', () => {
  const used = new Set<string>();
  for (const drawn of fc.sample(programCases(), { numRuns: 120, seed: 3 })) {
    for (const { operation, wait = [], signal = [] } of commandsOf(drawn)) {
      const { unit } = operations[operation];
      for (const s of wait) used.add(`${unit} waits for ${s}`);
      for (const s of signal) used.add(`${unit} signals ${s}`);
      if (operation === 'fence') used.add('fence');
    }
  }
  const all = unitNames.flatMap((unit) =>
    Array.from({ length: SEMAPHORES }, (_, s) => [`${unit} waits for ${s}`, `${unit} signals ${s}`]).flat(),
  );
  expect([...used].sort()).toEqual(['fence', ...all].sort());
});
