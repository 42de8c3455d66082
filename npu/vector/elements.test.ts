/** Random jobs of the vector unit alone, of all operations, one after another: what they leave, in how many cycles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { vectorCommandsOf } from '../../testbench/programs/arbitrary.ts';
import { elementwiseFields, lookupFields } from '../../testbench/testing-commands.ts';
import { Cost } from '../compiler/cost.ts';
import { fieldsOf } from '../compiler/touches.ts';
import { npuConfig } from '../config.ts';
import type { Command } from '../isa/assembler.ts';
import { filledMemories, sameBanks, vectorBench } from './testing-unit.ts';

const BANK = 2 ** 16;

/** What the table held before is forgotten first. */
const programOf = (drawn: readonly Command[]): readonly Command[] => [
  { operation: 'loadTable', tag: 0, fields: { from: 0 } },
  ...drawn,
];
const stalls = fc.constantFrom(0, 0.5, 0.9);

describe.each([
  { cols: 4, busBytes: 8, lines: 70 },
  { cols: 9, busBytes: 16, lines: 40 },
  { cols: 3, busBytes: 4, lines: 90 },
  { cols: 1, busBytes: 8, lines: 260 },
])('a vector unit of $cols columns on a bus of $busBytes bytes', ({ cols, busBytes, lines }) => {
  const lineBytes = Math.ceil(cols / busBytes) * busBytes;
  const memories = { scratchpadBytes: 6 * lineBytes * lines, accumulatorBytes: 4 * lineBytes * 4 * 20 };
  const config = npuConfig({ rows: 2, cols, busBytes, ...memories });
  const cost = new Cost(config);
  const unit = vectorBench(config);

  it('does what its operations say, whoever else reads the banks', () => {
    const commands = fc.array(vectorCommandsOf(config), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(commands, fc.nat(), stalls, stalls, (drawn, seed, stall, others) => {
        const model = filledMemories(config, seed);
        const program = programOf(drawn);
        const found = unit.run(program, model, { stall, seed }, others);
        program.forEach((command, at) => {
          model.overflow = 0;
          model.run(command);
          const { banks, fault, wrapped, cycles = 0 } = found[at] ?? {};
          expect([fault, wrapped, sameBanks(banks, model.banks)]).toEqual([0, model.overflow === 2, true]);
          const { number } = fieldsOf(command);
          const least = {
            elementwise: cost.elementwise({ m: number('m'), n: number('n') }),
            lookup: cost.lookup({ m: number('m'), n: number('n') }),
            loadTable: cost.loadTable,
            softmax: cost.softmax({ m: number('m'), n: number('n') }),
          };
          const expected = Object.entries(least).find(([name]) => name === command.operation)?.[1] ?? 0;
          const isExact = others === 0 && expected !== 0;
          // A place takes a cycle for each leading zero of a sum: 12 at the most where powers are powers.
          if (command.operation === 'softmax') expect(cycles).toBeGreaterThanOrEqual(expected - 12 * number('m'));
          else if (isExact) expect([command.operation, cycles]).toEqual([command.operation, expected]);
          else expect(cycles).toBeGreaterThanOrEqual(expected);
        });
      }),
      { numRuns: runsOf({ few: 25, all: 80 }) },
    );
  });

  const elementwise = (fields: object): Command => ({
    operation: 'elementwise',
    tag: 0,
    fields: { ...elementwiseFields, ...fields },
  });
  it('tells of what one job loses, and not of that again with the next one', () => {
    const model = filledMemories(config, 3);
    model.banks[0]?.fill(100);
    model.banks[1]?.fill(100);
    const wraps = elementwise({ leftShift: 30 });
    const jobs = [wraps, elementwise({ operator: 'mul' }), wraps, lookup({}), elementwise({ operator: 'min' })];
    const told = unit.run(jobs, model, { stall: 0, seed: 1 }).map(({ wrapped }) => wrapped);
    expect(told).toEqual([true, false, true, false, false]);
  });

  const lookup = (fields: object): Command => ({ operation: 'lookup', tag: 0, fields: { ...lookupFields, ...fields } });
  it.each<[string, number, Command]>([
    ['no lines', 1, elementwise({ m: 0 })],
    ['no channels', 1, elementwise({ n: 0 })],
    ['rows of no lines', 1, lookup({ width: 0 })],
    ['no lines to look up', 1, lookup({ m: 0 })],
    ['a line past the bank', 4, elementwise({ m: 2, from: config.bankLines - 1, width: 2 })],
    ['a line of the other one in no bank', 4, elementwise({ other: 6 * BANK })],
    ['a row of the other one past its bank', 4, elementwise({ m: 3, otherRow: 0xffff })],
    ['a fold of results past the last address', 4, elementwise({ n: 2 * cols, to: 2 ** 20 - 1 })],
    ['a result past the bank', 4, lookup({ m: 2, toRow: config.bankLines })],
    ['a byte past the bank', 4, lookup({ n: cols + 1, fromFold: config.bankLines })],
    ['a table past the bank', 4, { operation: 'loadTable', tag: 0, fields: { from: config.bankLines - 1 } }],
  ])('refuses or ends a job with %s, and does the next one', (_, code, command) => {
    const model = filledMemories(config, 7);
    const [first, next] = unit.run([command, lookup({})], model, { stall: 0, seed: 1 });
    expect([first?.fault, next?.fault]).toEqual([code, 0]);
    if (code === 1) expect(first?.cycles).toBe(1);
  });
});

it('does the same in both simulators, in the same cycles', () => {
  const config = npuConfig({
    rows: 2,
    cols: 4,
    busBytes: 4,
    scratchpadBytes: 6 * 4 * 70,
    accumulatorBytes: 4 * 4 * 40,
  });
  const [wasm, reference] = [vectorBench(config), vectorBench(config, 'reference')];
  const commands = fc.array(vectorCommandsOf(config), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(commands, fc.nat(), stalls, (drawn, seed, others) => {
      const [model, pace] = [filledMemories(config, seed), { stall: 0, seed }];
      const [one, other] = [wasm, reference].map((unit) => unit.run(programOf(drawn), model, pace, others));
      expect(one).toEqual(other);
    }),
    { numRuns: runsOf({ few: 3, all: 15 }) },
  );
});
