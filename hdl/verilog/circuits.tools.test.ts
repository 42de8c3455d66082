/**
 * Random circuits in other people's simulators, from `SEED` (1) on: `SYSTOLE_RUNS` (500 in the slow suite, else 50).
 * Verilator takes a third of a second to compile each: it gets as many in the slow suite, else one in fifty.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { needs } from '../../waveforms/testing/tools.ts';
import { numbersOf, type Generator } from '../fuzz/generators.ts';
import { inTools } from '../fuzz/tools.ts';
import { arbitraryDesign } from '../ir/testing/arbitrary.ts';
import type { Design } from '../ir/types.ts';
import { differences, type Tool } from './testing/cross.ts';
import { designs } from './testing/designs.ts';
import { hunt, randomCircuit, type Subject } from './testing/hunt.ts';
import { runsOf, slow } from '../testing-runs.ts';

const count = runsOf({ few: 50, all: 100 });
const verilated = slow ? count : Math.ceil(count / 50);
const seed = Number(process.env['SEED'] ?? 1);
const numbers = fc.array(fc.nat(65_535), { minLength: 20, maxLength: 400, size: 'max' });
const CYCLES = 6;
/** Circuits in one run of a tool. */
const BATCH = 100;
/** At making a circuit that fails smaller; Verilator compiles each for seconds. */
const ATTEMPTS: Readonly<Record<Tool, number>> = { icarus: 300, verilator: 20, lint: 100 };

/** The smallest circuit found that fails, with what is wrong; empty where none does. */
function judge(given: readonly Subject[], tool: Tool, cycles = CYCLES): string {
  for (let from = 0; from < given.length; from += BATCH) {
    const found = hunt(given.slice(from, from + BATCH), (trials) => differences(trials, tool), {
      cycles,
      attempts: ATTEMPTS[tool],
    });
    if (found !== '') return `from ${from} on, ${found}`;
  }
  return '';
}

const lists = (amount: number): number[][] => fc.sample(numbers, { numRuns: amount, seed });
const fixed = (given: Iterable<Design>, stimuli: readonly (readonly number[])[]): Subject[] =>
  [...given].map((design, i) => ({ design, stimulus: stimuli[i]?.toReversed() ?? [], made: null }));
/** Long enough for the stimulus of the examples not to run out. */
const long = (amount: number): number[][] =>
  fc.sample(fc.array(fc.nat(65_535), { minLength: 4000, maxLength: 4000, size: 'max' }), { numRuns: amount, seed });
const examples = (): Subject[] => fixed(designs.values(), long(designs.size));

/** What fails of `amount` random circuits. */
function inTool(generator: Generator, amount: number, tool: Tool): readonly string[] {
  const failures: string[] = [];
  const given = Array.from({ length: amount }, (_, i) => numbersOf(generator, seed, i));
  inTools(generator, given, tool, (failure) => {
    failures.push(failure);
  });
  return failures;
}

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Icarus does what the reference engine does${icarus.note}`, () => {
  test('random circuits: all widths and operations, memories, grids, two clocks', () => {
    expect(judge(lists(count).map(randomCircuit), 'icarus')).toBe('');
  });
  test('random circuits written in the language', () => {
    expect(inTool('language', Math.ceil(count / 10), 'icarus')).toEqual([]);
  });
  test('random designs with names that are no identifiers', () => {
    const amount = Math.ceil(count / 5);
    expect(judge(fixed(fc.sample(arbitraryDesign(), { numRuns: amount, seed }), lists(amount)), 'icarus')).toBe('');
  });
  test('the examples, 60 cycles of random inputs', () => {
    expect(judge(examples(), 'icarus', 60)).toBe('');
  });
});

const verilator = needs('verilator', 'make', 'g++');
describe.skipIf(verilator.skip)(`Verilator with all warnings on${verilator.note}`, () => {
  test.each(['ir', 'language'] as const)('finds nothing to say about random circuits (%s)', (generator) => {
    expect(inTool(generator, Math.ceil(count / 20), 'lint')).toEqual([]);
  });
});
describe.skipIf(verilator.skip)(`Verilator does what the reference engine does${verilator.note}`, () => {
  test('random circuits and the examples', () => {
    expect(judge([...examples(), ...lists(verilated).map(randomCircuit)], 'verilator', 20)).toBe('');
  });
  test('random circuits written in the language', () => {
    expect(inTool('language', Math.ceil(verilated / 25), 'verilator')).toEqual([]);
  });
});
