/**
 * Designs of many of one thing go through everything that takes designs: no depth ends a call stack, and time grows as
 * the size does. Always a few kinds at a size past what recursion reaches; `SYSTOLE_SCALE=30000` takes all of them, at
 * that size.
 */
import { describe, expect, test } from 'vitest';
import { validate } from '../checks/index.ts';
import { parseDesign, printDesign } from '../ir/text/index.ts';
import type { Design } from '../ir/types.ts';
import { simulate, type EngineName } from '../sim/index.ts';
import { writeVerilog } from '../verilog/index.ts';
import { elaborate } from './index.ts';
import { scales } from './testing-scale.ts';

const asked = process.env['SYSTOLE_SCALE'];
const size = Number(asked ?? 3000);
const always = ['cats', 'xors', 'elses', 'wireArms', 'memories'];
const kinds = Object.entries(scales).filter(([kind]) => asked !== undefined || always.includes(kind));

/** What an engine makes of the first output in a few cycles. */
function outputs(design: Design, engine: EngineName): readonly bigint[] {
  const ports = design.modules.at(-1)?.ports ?? [];
  const output = ports.find(({ direction }) => direction === 'out')?.name ?? '';
  const sim = simulate(design, { engine });
  return [1, 2, 3].map((level) => {
    for (const { name, direction, type } of ports.slice(0, 4)) {
      if (direction === 'in' && type.kind !== 'vec') sim.poke(name, type.width > 1 ? level : level & 1);
    }
    sim.step();
    return sim.peek(output);
  });
}

describe(`${size} of each`, () => {
  test.each(kinds)(
    '%s',
    (_, make) => {
      const design = elaborate(make(size));
      expect(validate(design)).toEqual([]);
      const text = printDesign(design);
      expect(printDesign(parseDesign(text))).toBe(text);
      expect(outputs(design, 'wasm')).toEqual(outputs(design, 'reference'));
      expect(writeVerilog(design).sources.length).toBe(design.modules.length);
    },
    600_000,
  );
});

test('2000 modules inside each other are elaborated and run', () => {
  const design = elaborate(scales['nested']?.(2000) ?? expect.fail());
  expect(outputs(design, 'wasm')).toEqual([0n, 0n, 0n]);
});

/**
 * How many times as much processor time the larger size costs: the least of some attempts. Whatever else the machine
 * does can make one of them dear; what grows faster than its size is dear in each.
 */
function leastGrowth(run: (n: number) => number, few: number): number {
  run(few / 4);
  return Math.min(...[1, 2, 3].map(() => run(4 * few) / Math.max(run(few), 100)));
}

/** Processor time, in milliseconds. */
function cost(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test.each(['wires', 'memories', 'arms'])(
  'four times as many %s cost no sixteen times as much',
  (kind) => {
    const run = (n: number): number => cost(() => writeVerilog(elaborate(scales[kind]?.(n) ?? expect.fail(kind))));
    // Compiling what becomes hot, and clearing up, fall on either; the faults that this saw cost fifteen times as much.
    expect(leastGrowth(run, 1000)).toBeLessThan(10);
  },
  600_000,
);

test.each(['stages', 'wires'])(
  'four times as many %s cost the engine no sixteen times as much',
  (kind) => {
    const run = (n: number): number => {
      const design = elaborate(scales[kind]?.(n) ?? expect.fail(kind));
      return cost(() => outputs(design, 'wasm'));
    };
    expect(leastGrowth(run, 500)).toBeLessThan(10);
  },
  600_000,
);
