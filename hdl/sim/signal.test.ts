/** Signals that were looked up once, of every kind and every way in which a value can lie in memory. */
import { describe, expect, test } from 'vitest';
import type { Type } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import { simulate, SimulationError, type EngineName, type Level, type Simulator } from './index.ts';
import { bit, designOf, draft, labels, sint, uint, vec } from './testing-designs.ts';

const widths = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 52, 53, 54, 63, 64, 65, 127, 128, 200];
const numbers: readonly Type[] = widths.flatMap((width) => [uint(width), sint(width)]);
const nested = vec(2, vec(3, sint(9)));
const vectors: readonly Type[] = [vec(3, bit), vec(3, sint(5)), vec(2, uint(33)), vec(2, sint(65)), nested];
const state = labels('state', 'idle', 'busy', 'done');
const types = [...numbers, state, ...vectors].map((type) => [nameOf(type), type] as const);

function nameOf(type: Type): string {
  return type.kind === 'vec' ? `vec${type.length}_${nameOf(type.element)}` : `${type.kind}${typeWidth(type)}`;
}

function rangeOf(type: Type): { readonly least: bigint; readonly most: bigint } {
  const half = 1n << BigInt(typeWidth(type) - 1);
  return type.kind === 'sint' ? { least: -half, most: half - 1n } : { least: 0n, most: 2n * half - 1n };
}

/** The least and the most value, those around 0, and some at which ways of keeping values change. */
function valuesOf(type: Type): readonly bigint[] {
  const { least, most } = rangeOf(type);
  const edges = [0n, 1n, 2n, 127n, 128n, 255n, 256n, 0x5a5a_5a5an, BigInt(Number.MAX_SAFE_INTEGER), 1n << 53n];
  const all = [least, most, most / 3n, ...edges.flatMap((edge) => [edge, -edge - 1n])];
  return all.filter((value) => value >= least && value <= most);
}

/** Also as a number and as a boolean, where those are the same. */
function levelsOf(value: bigint): readonly Level[] {
  const number = Number(value);
  const isBit = value === 0n || value === 1n;
  return [value, ...(Number.isSafeInteger(number) ? [number] : []), ...(isBit ? [value === 1n] : [])];
}

/** A circuit with an input, a wire and an output of it, a register, and a memory's words, of one type. */
function started(type: Type, engine: EngineName): Simulator {
  const top = draft('top', { x: type }, (m, input) => {
    const held = m.reg('held', type);
    const wire = m.wire('through', type, null);
    m.assign(wire, input('x'));
    m.memory({ name: 'mem', depth: 2, word: type });
    return { y: wire, held_out: held };
  });
  return simulate(designOf(top), { engine });
}

describe.each(['wasm', 'reference'] as const)('%s', (engine) => {
  test.each(types)('%s: what is set can be read, from every place that has it', (_, type) => {
    const sim = started(type, engine);
    const signals = { x: ['x', 'through', 'y'], held: ['held', 'held_out'], 'mem[1]': ['mem[1]'] };
    for (const [path, seen] of Object.entries(signals)) {
      const into = sim.signal(path);
      const from = seen.map((one) => sim.signal(one));
      const before = sim.save();
      for (const value of valuesOf(type)) {
        for (const level of levelsOf(value)) {
          sim.restore(before);
          into.set(level);
          expect(from.map((one) => one.get())).toEqual(seen.map(() => value));
          expect(seen.map((one) => sim.peek(one))).toEqual(seen.map(() => value));
          sim.step();
          expect(from.map((one) => one.get())).toEqual(seen.map(() => value));
        }
      }
      sim.restore(before);
      expect(from.map((one) => one.get())).toEqual(seen.map(() => 0n));
    }
  });

  test.each(types)('%s: what does not fit is refused as by path, and changes nothing', (_, type) => {
    const sim = started(type, engine);
    const { least, most } = rangeOf(type);
    const signed = type.kind === 'sint';
    const outside = [least - 1n, most + 1n].flatMap((value) => [value, Number(value)]);
    const wrong: readonly Level[] = [...outside, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 53, 2 ** 1000];
    for (const path of ['x', 'held', 'mem[1]']) {
      const signal = sim.signal(path);
      signal.set(signed ? -1 : 1);
      for (const level of wrong) {
        expect(() => {
          signal.set(level);
        }).toThrow(SimulationError);
        expect(
          messageOf(() => {
            signal.set(level);
          }),
        ).toBe(
          messageOf(() => {
            sim.poke(path, level);
          }),
        );
      }
      expect(signal.get()).toBe(signed ? -1n : 1n);
    }
    for (const path of ['through', 'y', 'held_out']) {
      expect(
        messageOf(() => {
          sim.signal(path).set(0);
        }),
      ).toMatch(/cannot be set: it is/);
    }
  });

  test('an element is read and set alone', () => {
    const sim = started(nested, engine);
    for (const path of ['x', 'held', 'mem[1]']) {
      const elements = [0, 1].flatMap((row) => [0, 1, 2].map((col) => sim.signal(`${path}[${row}][${col}]`)));
      for (const [i, element] of elements.entries()) element.set(i % 2 === 0 ? -i - 100 : i + 100);
      expect(elements.map((element) => element.get())).toEqual([-100n, 101n, -102n, 103n, -104n, 105n]);
      elements[4]?.set(-256);
      expect(elements.map((element) => element.get())).toEqual([-100n, 101n, -102n, 103n, -256n, 105n]);
      sim.signal(`${path}[0]`).set(0);
      expect(elements.map((element) => element.get())).toEqual([0n, 0n, 0n, 103n, -256n, 105n]);
      const packed = 103n | (BigInt.asUintN(9, -256n) << 9n) | (105n << 18n);
      expect(sim.signal(`${path}[1]`).get()).toBe(packed);
    }
    expect(sim.peek('through[1][1]')).toBe(-256n);
  });

  test('a reset is a signal too', () => {
    const sim = started(uint(8), engine);
    const reset = sim.signal('rst');
    sim.poke('held', 7);
    reset.set(true);
    expect([reset.get(), sim.peek('rst'), sim.peek('held')]).toEqual([1n, 1n, 7n]);
    sim.step();
    expect(sim.peek('held')).toBe(0n);
    reset.set(0);
    expect(reset.get()).toBe(0n);
    expect(() => {
      reset.set(2);
    }).toThrow(SimulationError);
  });
});

function messageOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'nothing thrown';
}
