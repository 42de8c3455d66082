/** What the cells of arrays do as lanes: that they do, and as one cell after the other would. */
import { describe, expect, test } from 'vitest';
import { CheckError } from '../../index.ts';
import { reference } from '../../lockstep/engines.ts';
import { assignment, bit, designOf, draft, sint, uint, vec } from '../../testing-designs.ts';
import { vectors } from './testing-vectors.ts';

const cols = 17;

describe('checks inside cells', () => {
  const cell = draft('cell', { x: uint(8), armed: bit }, (m, input) => {
    const constant = (value: number): number => m.constant(uint(8), value);
    const held = m.reg('held', uint(8));
    m.assign(held, input('x'));
    m.check('assert', m.op('ne', bit, [held, constant(9)]), 'first');
    m.check('assert', m.op('lt', bit, [held, constant(9)]), 'second');
    m.body.push({
      kind: 'when',
      condition: input('armed'),
      place: null,
      otherwise: [],
      then: [
        {
          kind: 'check',
          check: 'assume',
          clock: 'clk',
          condition: m.op('ne', bit, [held, constant(3)]),
          message: 'armed',
          place: null,
        },
        {
          kind: 'check',
          check: 'cover',
          clock: 'clk',
          condition: m.op('eq', bit, [held, constant(5)]),
          message: 'five',
          place: null,
        },
      ],
    });
    return { held };
  });
  const design = designOf(
    cell,
    draft('top', { x: vec(2, vec(cols, uint(8))), armed: vec(cols, bit) }, (m, input) => ({
      held: m.grid(cell, {
        name: 'cells',
        rows: 2,
        cols,
        shape: 'full',
        inputs: {
          x: { from: 'cell', node: input('x') },
          armed: { from: 'column', node: input('armed') },
        },
      })('held', 'south'),
    })),
  );

  const failure = (values: Readonly<Record<string, number>>): readonly string[] =>
    [reference, vectors].map((start) => {
      const s = start(design);
      for (const [path, value] of Object.entries(values)) s.poke(path, value);
      s.step();
      try {
        s.step();
        return 'none';
      } catch (error) {
        if (!(error instanceof CheckError)) throw error;
        return error.message;
      }
    });

  test.each([
    ['of several cells the first one, whichever check of it fails', { 'x[0][5]': 9, 'x[0][3]': 20 }, /second/],
    ['of a later vector of the row', { 'x[0][16]': 9 }, /cells\[0\]\[16\].*first/],
    ['of one cell the first check', { 'x[1][2]': 9, 'x[1][4]': 30 }, /cells\[1\]\[2\].*first/],
    [
      'of a check under a condition that holds in some cells',
      { 'x[0][1]': 3, 'x[0][2]': 3, 'armed[2]': 1 },
      /cells\[0\]\[2\].*armed/,
    ],
    ['none under a condition that holds in none', { 'x[0][1]': 3 }, /^none$/],
  ])('%s', (_, values, expected) => {
    const [right, found] = failure(values);
    expect(found).toBe(right);
    expect(found).toMatch(expected);
  });

  test('are not looked at in reset, and what covers count is counted by cell', () => {
    const [right, found] = [reference, vectors].map((start) => {
      const s = start(design);
      for (const path of ['x[0][0]', 'x[1][16]', 'x[1][7]']) s.poke(path, 5);
      for (const path of ['armed[0]', 'armed[16]']) s.poke(path, 1);
      s.poke('x[1][6]', 9);
      s.step();
      s.poke('rst', 1);
      s.step(2);
      s.poke('x[1][6]', 1);
      s.poke('rst', 0);
      s.step(4);
      return s
        .covers()
        .map(({ path, hits }) => [path, hits])
        .filter(([, hits]) => hits !== 0);
    });
    expect(found).toEqual(right);
    expect(found).toEqual([
      ['top.cells[0][0]', 3],
      ['top.cells[1][16]', 3],
    ]);
  });
});

test('values that go down the columns within one cycle, and up', () => {
  const adder = draft('adder', { down: uint(16), up: uint(16), x: uint(8) }, (m, input) => {
    const x = m.op('extend', uint(16), [input('x')]);
    return { down_out: m.op('add', uint(16), [input('down'), x]), up_out: m.op('sub', uint(16), [input('up'), x]) };
  });
  for (const side of ['north', 'south'] as const) {
    const design = designOf(
      adder,
      draft('top', { x: vec(3, vec(cols, uint(8))), edge: vec(cols, uint(16)) }, (m, input) => {
        const of = m.grid(adder, {
          name: 'cells',
          rows: 3,
          cols,
          shape: 'full',
          inputs: {
            down: { from: side, port: 'down_out', edge: input('edge') },
            up: { from: side, port: 'up_out', edge: input('edge') },
            x: { from: 'cell', node: input('x') },
          },
        });
        const far = side === 'north' ? 'south' : 'north';
        const sums = m.reg('sums', vec(cols, uint(16)));
        m.assign(sums, of('down_out', far));
        return { sums, differences: of('up_out', far) };
      }),
    );
    const [right, found] = [reference, vectors].map((start) => {
      const s = start(design);
      for (let col = 0; col < cols; col++) {
        [5, 7, 11].forEach((factor, row) => {
          s.poke(`x[${row}][${col}]`, (factor * col) % 256);
        });
        s.poke(`edge[${col}]`, 1000 * col);
      }
      s.step();
      return [s.peek('sums'), s.peek('differences')];
    });
    expect(found).toEqual(right);
  }
});

test('a choice among cases that each cell makes for itself, of registers that the cases read and write', () => {
  const cell = draft('cell', { x: sint(4) }, (m, input) => {
    const type = sint(4);
    const [state, other] = [m.reg('state', type, { reset: 1n }), m.reg('other', type)];
    const sum = m.op('add', type, [state, input('x')]);
    m.switch(
      state,
      [
        { values: [0n, 15n], body: [assignment(state, sum), assignment(other, state)] },
        { values: [1n, 2n, 3n], body: [assignment(other, sum)] },
        { values: [8n], body: [] },
      ],
      [assignment(state, other), assignment(other, input('x'))],
    );
    return { state, other };
  });
  const design = designOf(
    cell,
    draft('top', { x: vec(cols, sint(4)) }, (m, input) => {
      const of = m.grid(cell, {
        name: 'cells',
        rows: 1,
        cols,
        shape: 'full',
        inputs: { x: { from: 'column', node: input('x') } },
      });
      return { state: of('state', 'south'), other: of('other', 'south') };
    }),
  );
  const [right, found] = [reference, vectors].map((start) => {
    const s = start(design);
    return Array.from({ length: 12 }, (_, cycle) => {
      for (let col = 0; col < cols; col++) s.poke(`x[${col}]`, ((3 * col * cycle + col) % 16) - 8);
      s.poke('cells[0][3].state', cycle % 8);
      s.step();
      return [s.peek('state'), s.peek('other')];
    });
  });
  expect(found).toEqual(right);
});

test.each([4, 5, 6, 8, 12])(
  'a row of %i cells, which is shorter than a vector of bytes, at widths that come and go',
  (few) => {
    const cell = draft('cell', { x: sint(32), by: uint(6) }, (m, input) => {
      const product = m.op('mul', sint(64), [input('x'), input('x')]);
      const wide = m.op('shr', sint(64), [product, input('by')]);
      const narrow = m.op('truncate', sint(8), [wide]);
      const sum = m.reg('sum', sint(33));
      m.assign(sum, m.op('add', sint(33), [sum, m.op('extend', sint(33), [narrow])]));
      const odd = m.op('xorReduce', bit, [wide]);
      return { sum, odd: m.op('and', bit, [odd, m.op('lt', bit, [narrow, m.constant(sint(8), 0)])]) };
    });
    const design = designOf(
      cell,
      draft('top', { x: vec(few, sint(32)), by: vec(few, uint(6)) }, (m, input) => {
        const of = m.grid(cell, {
          name: 'cells',
          rows: 1,
          cols: few,
          shape: 'full',
          inputs: {
            x: { from: 'column', node: input('x') },
            by: { from: 'column', node: input('by') },
          },
        });
        const odd = m.reg('odd', vec(few, bit));
        m.assign(odd, of('odd', 'south'));
        return { sums: of('sum', 'south'), odd };
      }),
    );
    const [right, found] = [reference, vectors].map((start) => {
      const s = start(design);
      return Array.from({ length: 8 }, (_, cycle) => {
        for (let col = 0; col < few; col++) {
          s.poke(`x[${col}]`, Math.imul(cycle * few + col + 1, 0x9e3779b1));
          s.poke(`by[${col}]`, (7 * cycle + 11 * col) % 64);
        }
        s.step();
        return [s.peek('sums'), s.peek('odd')];
      });
    });
    expect(found).toEqual(right);
  },
);
