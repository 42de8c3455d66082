/** Random circuits in other people's simulators: `CIRCUITS` (500) of them from `SEED` (1). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { needs } from '../../waveforms/testing/tools.ts';
import { arbitraryDesign } from '../ir/testing/arbitrary.ts';
import { printDesign } from '../ir/text/index.ts';
import type { Design } from '../ir/types.ts';
import { Choices } from '../sim/lockstep/choices.ts';
import { circuit } from '../sim/lockstep/circuit.ts';
import { differences, trial, type Tool, type Trial } from './testing/cross.ts';
import { designs } from './testing/designs.ts';

const count = Number(process.env['CIRCUITS'] ?? 500);
const seed = Number(process.env['SEED'] ?? 1);
const numbers = fc.array(fc.nat(65_535), { minLength: 20, maxLength: 400, size: 'max' });
const CYCLES = 6;
/** Circuits in one run of a tool. */
const BATCH = 250;

/** The smallest circuit that differs, with what differs; empty where none does. */
function judge(given: readonly Design[], lists: readonly (readonly number[])[], tool: Tool, cycles = CYCLES): string {
  for (let from = 0; from < given.length; from += BATCH) {
    const trials = given.slice(from, from + BATCH).map((design, i): Trial => trial(design, `d${i}_`, new Choices((lists[from + i] ?? []).toReversed()), cycles));
    const found = [...differences(trials, tool)].map(([i, text]) => `${text}\n${printDesign(trials[i]?.design ?? { top: '', modules: [] })}`);
    const [smallest] = found.toSorted((a, b) => a.length - b.length);
    if (smallest !== undefined) return `${found.length} circuits from ${from} on differ; the smallest:\n${smallest}`;
  }
  return '';
}

const lists = (amount: number): number[][] => fc.sample(numbers, { numRuns: amount, seed });
const circuits = (given: readonly (readonly number[])[]): Design[] => given.map((list) => circuit(new Choices(list)));
/** Long enough for the stimulus of the examples not to run out. */
const long = (amount: number): number[][] => fc.sample(fc.array(fc.nat(65_535), { minLength: 4000, maxLength: 4000, size: 'max' }), { numRuns: amount, seed });

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Icarus does what the reference engine does${icarus.note}`, () => {
  test('random circuits: all widths and operations, memories, grids, two clocks', () => {
    const given = lists(count);
    expect(judge(circuits(given), given, 'icarus')).toBe('');
  });
  test('random designs with names that are no identifiers', () => {
    const amount = Math.ceil(count / 5);
    expect(judge(fc.sample(arbitraryDesign(), { numRuns: amount, seed }), lists(amount), 'icarus')).toBe('');
  });
  test('the examples, 60 cycles of random inputs', () => {
    expect(judge([...designs.values()], long(designs.size), 'icarus', 60)).toBe('');
  });
});

const verilator = needs('verilator', 'make', 'g++');
describe.skipIf(verilator.skip)(`Verilator does what the reference engine does${verilator.note}`, () => {
  test('random circuits and the examples', () => {
    const given = lists(Math.ceil(count / 100));
    expect(judge([...circuits(given), ...designs.values()], [...given, ...long(designs.size)], 'verilator', 20)).toBe('');
  });
});
