import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, validate } from '../../checks/index.ts';
import { formatDiagnostic } from '../../diagnostics/diagnostic.ts';
import { printDesign } from '../../ir/text/index.ts';
import { Choices } from './choices.ts';
import { all } from './engines.ts';
import { circuit } from './circuit.ts';
import { generate, type Generator } from '../../fuzz/generators.ts';
import { difference, firstOf } from './lockstep.ts';
import { runsOf } from '../../testing-runs.ts';

const numbers = fc.array(fc.nat(65_535), { minLength: 20, maxLength: 400, size: 'max' });
const usual = new Set(['E0009', 'E0014', 'E0006', 'E0007', 'E0010']);

test('random circuits are well formed', () => {
  fc.assert(
    fc.property(numbers, (list) => {
      const design = circuit(new Choices(list));
      const found = [...validate(design), ...check(design).filter(({ code }) => !usual.has(code))];
      expect(found.map(formatDiagnostic)).toEqual([]);
    }),
    { numRuns: runsOf({ few: 24, all: 100 }) },
  );
});

const same = 'the wasm engine does what the reference engine does, on every signal and every cycle: circuits by %s';
test.each<[Generator, number]>([
  ['ir', 100],
  ['language', 60],
])(same, (generator, runs) => {
  fc.assert(
    fc.property(numbers, (list) => {
      const design = generate(generator, list);
      fc.pre(typeof design !== 'string');
      const found = difference({ design, start: all, choices: new Choices(list.toReversed()), steps: 6 });
      if (found !== null) throw new Error(`${found}\n${printDesign(design)}`);
    }),
    { numRuns: runsOf({ few: runs / 4, all: 2 * runs }), seed: Number(process.env['SEED'] ?? 1) },
  );
});

test('the language refuses almost none of the circuits that are written in it', () => {
  const lists = fc.sample(numbers, { numRuns: 60, seed: Number(process.env['SEED'] ?? 1) });
  const refused = lists.map((list) => generate('language', list)).filter((design) => typeof design === 'string');
  expect(refused.length).toBeLessThanOrEqual(1);
});

test('simulations of one compiled design, in turn, do what they do alone', () => {
  fc.assert(
    fc.property(numbers, fc.array(numbers, { minLength: 2, maxLength: 4 }), (list, stimuli) => {
      const design = circuit(new Choices(list));
      const runs = stimuli.map((stimulus, i) => ({ design, start: all, choices: new Choices(stimulus), steps: 2 + i }));
      const found = firstOf(runs);
      if (found !== null) throw new Error(`${found}\n${printDesign(design)}`);
    }),
    { numRuns: Math.ceil(runsOf({ few: 24, all: 100 }) / 4), seed: Number(process.env['SEED'] ?? 1) },
  );
});
