/** Compiled once, run many times. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compile, simulate, TracedValues, type EngineName, type Simulator } from './index.ts';
import { bit, designOf, draft, uint } from './testing-designs.ts';

/**
 * Adds `step` to a register of reset value 5 in every cycle; `double` is combinational, `never` is covered when the sum
 * is 7.
 */
const design = () =>
  designOf(
    draft('top', { step: uint(8) }, (m, input) => {
      const sum = m.reg('sum', uint(8), { reset: 5n });
      m.assign(sum, m.op('add', uint(8), [sum, input('step')]));
      m.check('cover', m.op('eq', bit, [sum, m.constant(uint(8), 7)]), 'seven');
      m.check('assert', m.op('ne', bit, [sum, m.constant(uint(8), 99)]), 'not 99');
      return { double: m.op('add', uint(8), [sum, sum], { name: 'twice' }) };
    }),
  );

const take = (s: Simulator, step: number, cycles: number): bigint => {
  s.poke('step', step);
  s.step(cycles);
  return s.peek('double');
};

describe.each<EngineName>(['wasm', 'reference'])('%s', (engine) => {
  test('the same design is compiled once', () => {
    const one = design();
    expect(compile(one, { engine })).toBe(compile(one, { engine }));
    expect(compile(one, { engine })).not.toBe(compile(design(), { engine }));
  });

  test('simulations of one design share no state, covers or checks', () => {
    const compiled = compile(design(), { engine });
    const [a, b] = [compiled.start(), compiled.start()];
    expect(take(a, 1, 3)).toBe(16n);
    expect(b.cycle).toBe(0);
    expect(b.peek('double')).toBe(10n);
    expect(take(b, 94, 1)).toBe(198n);
    expect(() => b.step()).toThrow('not 99');
    expect(take(a, 1, 1)).toBe(18n);
    expect(compiled.start().peek('sum')).toBe(5n);
    expect([a, b].map((s) => s.covers().map(({ hits }) => hits))).toEqual([[1], [0]]);
  });

  test('what one simulation makes memory grow for, the others can read', () => {
    const compiled = compile(design(), { engine });
    const [a, b] = [compiled.start(), compiled.start()];
    take(b, 2, 2);
    const values = new TracedValues(a.trace());
    values.take(a.trace().now().whole().changes());
    expect(b.peek('twice')).toBe(18n);
    expect(a.peek('twice')).toBe(10n);
  });

  test('a snapshot belongs to the simulation that made it', () => {
    const compiled = compile(design(), { engine });
    const saved = compiled.start().save();
    expect(() => compiled.start().restore(saved)).toThrow('only by the simulation that made it');
  });
});

describe('the work of a second simulation', () => {
  const modules = vi.fn<() => void>();
  const { Module } = WebAssembly;

  beforeEach(() => {
    modules.mockClear();
    WebAssembly.Module = new Proxy(Module, {
      construct: (target, given) => {
        modules();
        return Reflect.construct(target, given);
      },
    });
  });
  afterEach(() => {
    WebAssembly.Module = Module;
  });

  test('nothing is compiled again', () => {
    const one = design();
    const run = (): unknown => {
      const s = simulate(one);
      s.runUntil('double', 4);
      return take(s, 3, 4);
    };
    const first = run();
    const compiled = modules.mock.calls.length;
    expect(compiled).toBeGreaterThan(0);
    expect(run()).toBe(first);
    expect(modules).toHaveBeenCalledTimes(compiled);
  });
});
