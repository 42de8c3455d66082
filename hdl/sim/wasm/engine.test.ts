/** What only this engine can get wrong: limits, its modules beside each other, what it works out when asked. */
import { describe, expect, test } from 'vitest';
import { CheckError } from '../errors.ts';
import { wasm } from '../lockstep/engines.ts';
import { assignment, bit, counter, designOf, draft, sint, uint, vec } from '../testing-designs.ts';
import { CapacityError } from '../../webassembly/module.ts';

describe('runs stay in WebAssembly', () => {
  const design = designOf(
    counter(32),
    draft('top', { enable: bit }, (m, input) => {
      const count = m.instance('unit', counter(32), { enable: input('enable') })('count');
      const late = m.op('ge', bit, [count, m.constant(uint(32), 1_000_000)], { name: 'late' });
      m.check('assert', m.op('ne', bit, [count, m.constant(uint(32), 2_000_000)]), 'never two million');
      m.check('cover', late, 'late');
      return { late };
    }),
  );

  test("until a combinational signal, a register and an element of a grid's cell", () => {
    const s = wasm(design);
    s.poke('enable', 1);
    expect(s.runUntil('late', 2_000_000)).toBe(1_000_000);
    expect(s.runUntil('late', 10)).toBe(0);
    s.poke('unit.count', 0);
    expect(s.runUntil('unit.count', 10)).toBe(1);
    expect(s.cycle).toBe(1_000_001);
  });

  test('a failing check stops the run at its cycle, the edge not taken; covers count until then', () => {
    const s = wasm(design);
    s.poke('enable', 1);
    expect(() => {
      s.step(3_000_000);
    }).toThrow(CheckError);
    expect([s.cycle, s.peek('unit.count')]).toEqual([2_000_000, 2_000_000n]);
    expect(s.covers().map(({ hits }) => hits)).toEqual([1_000_000]);
    s.poke('unit.count', 5);
    s.step(2);
    expect(s.peek('unit.count')).toBe(7n);
  });

  test('a snapshot holds registers, inputs and time, and can be restored again and again', () => {
    const s = wasm(design);
    s.poke('enable', 1);
    s.step(5);
    const saved = s.save();
    for (let i = 0; i < 2; i++) {
      s.poke('enable', 0);
      s.step(7);
      s.restore(saved);
      expect([s.cycle, s.peek('unit.count'), s.peek('enable')]).toEqual([5, 5n, 1n]);
      s.step(2);
      expect(s.peek('unit.next')).toBe(8n);
    }
  });
});

test('a failing check of a cell names the cell', () => {
  const cell = draft('cell', { x: uint(8) }, (m, input) => {
    m.check('assert', m.op('ne', bit, [input('x'), m.constant(uint(8), 9)]), 'not nine');
    return { x: input('x') };
  });
  const s = wasm(
    designOf(
      cell,
      draft('top', { x: vec(3, vec(4, uint(8))) }, (m, input) => {
        m.grid(cell, {
          name: 'cells',
          rows: 3,
          cols: 4,
          shape: 'full',
          inputs: { x: { from: 'cell', node: input('x') } },
        });
        return {};
      }),
    ),
  );
  s.step(3);
  s.poke('x[2][1]', 9);
  expect(() => {
    s.step();
  }).toThrow(/assert failed in top\.cells\[2\]\[1\], cycle 3: not nine/);
});

test('the code of an array is as long for few cells as for many', () => {
  const cell = draft('cell', { x: sint(9) }, (m, input) => {
    const x = m.reg('x', sint(9));
    m.assign(x, input('x'));
    return { x_out: x };
  });
  const steps = [8, 256].map((size) => {
    const s = wasm(
      designOf(
        cell,
        draft('top', { x: vec(size, sint(9)) }, (m, input) => ({
          y: m.grid(cell, {
            name: 'cells',
            rows: size,
            cols: size,
            shape: 'full',
            inputs: { x: { from: 'west', port: 'x_out', edge: input('x') } },
          })('x_out', 'east'),
        })),
      ),
    );
    s.poke('x[1]', -3);
    s.step(size);
    return s.peek('y[1]');
  });
  expect(steps).toEqual([-3n, -3n]);
});

test('state that does not fit is refused with the limit', () => {
  const huge = (): unknown =>
    wasm(
      designOf(
        draft('top', {}, (m) => {
          m.memory({ name: 'dram', depth: 2 ** 28, word: uint(64) });
          return {};
        }),
      ),
    );
  expect(huge).toThrow(CapacityError);
  expect(huge).toThrow(/memory top\.dram needs 2147483648 bytes; a simulation's memory is limited to 1073741824 bytes/);
});

test('a vector register takes one element in place, and a swap of two registers sees the old ones', () => {
  const s = wasm(
    designOf(
      draft('top', { at: uint(3), x: uint(8) }, (m, input) => {
        const v = m.reg('v', vec(5, uint(8)));
        const [a, b] = [m.reg('a', uint(100), { reset: 1n }), m.reg('b', uint(100), { reset: 2n })];
        m.body.push(
          assignment(v, m.op('update', vec(5, uint(8)), [v, input('at'), input('x')])),
          assignment(a, b),
          assignment(b, a),
        );
        return { v };
      }),
    ),
  );
  for (const [at, x] of [
    [1, 7],
    [4, 9],
    [6, 1],
  ] as const) {
    s.poke('at', at);
    s.poke('x', x);
    s.step();
  }
  expect([s.peek('v[1]'), s.peek('v[4]'), s.peek('v[0]'), s.peek('a'), s.peek('b')]).toEqual([7n, 9n, 0n, 2n, 1n]);
});
