/** What a user gets wrong at the door: said in one line with a remedy, never an error of JavaScript's. */
import { expect, test } from 'vitest';
import { bit, elaborate, module, reg, sint, uint } from '../index.ts';
import { simulate } from './index.ts';
import { surface } from '../language/surface.ts';

const wrong = (value: unknown): never => surface<never>(value);
const Counter = module('counter', { in: { go: bit, level: sint(4), data: uint(8) }, out: { count: uint(4) } }, () => {
  const count = reg('count', uint(4));
  count.next = count.add(1);
  return { count };
});
const message = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'nothing';
};

test.each<[string, unknown, string]>([
  ['a module', Counter, 'a module that is not elaborated'],
  ['nothing', undefined, 'nothing'],
  ['a number', 7, 'a number'],
  ['text', 'counter', 'a string'],
])('simulate of %s', (_, given, what) => {
  expect(message(() => simulate(wrong(given)))).toBe(
    `SimulationError: simulate takes a design, not ${what}; write simulate(elaborate(Counter))`,
  );
});

test('an engine that does not exist', () => {
  expect(message(() => simulate(elaborate(Counter), { engine: wrong('wsam') }))).toBe(
    "SimulationError: there is no engine 'wsam'; the engines are reference and wasm: simulate(design, { engine: 'wasm' })",
  );
  expect(message(() => simulate(elaborate(Counter), { engine: wrong('toString') }))).toMatch(
    /^SimulationError: there is no engine/,
  );
});

test.each<[string, unknown, string]>([
  ['a function that makes modules', () => Counter, 'a function'],
  ['nothing', undefined, 'nothing'],
  ['a design', elaborate(Counter), 'a bundle'],
  ['a name', 'counter', "'counter'"],
])('elaborate of %s', (_, given, what) => {
  expect(message(() => elaborate(wrong(given)))).toMatch(
    `DesignError: E0002 kind mismatch: elaborate takes ${what} where a module is expected\n  at hdl/sim/arguments.test.ts:`,
  );
});

test.each<[unknown, string, string]>([
  [1.5, 'data', 'counter.data cannot be 1.5: it is no whole number; round it, with Math.round for instance'],
  [NaN, 'data', 'counter.data cannot be NaN: it is no whole number; round it, with Math.round for instance'],
  [2 ** 60, 'data', 'counter.data cannot be 1152921504606847000: it is past 53 bits; write it as a bigint'],
  [256, 'data', 'counter.data cannot be 256: uint of 8 bits holds 0 to 255; BigInt.asUintN(8, …) keeps the low bits'],
  [-9, 'level', 'counter.level cannot be -9: sint of 4 bits holds -8 to 7; BigInt.asIntN(4, …) keeps the low bits'],
  ['three', 'data', "counter.data cannot be 'three': give a number, a bigint or a boolean"],
  [undefined, 'go', 'counter.go cannot be nothing: give a number, a bigint or a boolean'],
])('poke of %s', (value, path, said) => {
  expect(message(() => simulate(elaborate(Counter)).poke(path, wrong(value)))).toBe(`SimulationError: ${said}`);
});
