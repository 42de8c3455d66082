/** Values that run along a row within one cycle, as lanes: held against the reference engine. */
import { expect, test } from 'vitest';
import type { Grid, Operation, Type } from '../../../ir/types.ts';
import { reference } from '../../lockstep/engines.ts';
import { bit, designOf, draft, sint, uint, vec } from '../../testing-designs.ts';
import { compile } from '../../index.ts';
import { aThird } from '../../../testing-runs.ts';
import { vectors } from './testing-vectors.ts';

const types: readonly Type[] = [bit, uint(7), sint(8), uint(12), sint(16), uint(32), sint(20), uint(40), sint(64)];
const operations: readonly Operation[] = ['add', 'xor', 'and', 'or'];

test.each(aThird(types.flatMap((type) => operations.map((op) => [op, type] as const))))('%s of %o', (op, type) => {
  const width = type.kind === 'vec' ? 0 : type.width;
  const cell = draft('cell', { before: type, x: uint(8) }, (m, input) => {
    const x = m.op('cast', type, [m.op(width < 8 ? 'truncate' : 'extend', uint(width), [input('x')])]);
    // Sparse zeros for `and`, sparse ones for `or`.
    const own = op === 'and' ? m.op('or', type, [x, m.op('not', type, [m.op('and', type, [x, x])])]) : x;
    const value = m.op('xor', type, [own, m.op('shl', type, [x, m.constant(uint(4), 3)])]);
    const after = m.op(op, type, [input('before'), value]);
    const held = m.reg('held', type);
    m.assign(held, after);
    return { after, held, seen: m.op('not', type, [input('before')]) };
  });
  const build = (side: 'west' | 'east', shape: Grid['shape'], cols: number) => {
    const rows = shape === 'full' ? 2 : cols;
    return designOf(
      cell,
      draft('top', { x: vec(cols, uint(8)), edge: vec(rows, type) }, (m, input) => {
        const of = m.grid(cell, {
          name: 'cells',
          rows,
          cols,
          shape,
          inputs: {
            before: { from: side, port: 'after', edge: input('edge') },
            x: { from: 'column', node: input('x') },
          },
        });
        const [south, seen] = [m.reg('south', vec(cols, type)), m.reg('seen', vec(cols, type))];
        m.assign(south, of('after', 'south'));
        m.assign(seen, of('seen', 'south'));
        return { far: of('after', side === 'west' ? 'east' : 'west'), south, seen, held: of('held', 'south') };
      }),
    );
  };
  const grids = [
    ['west', 'full', 37],
    ['east', 'full', 37],
    ['east', 'full', 6],
    ['west', 'lower', 18],
    ['west', 'upper', 18],
  ] as const;
  for (const [side, shape, cols] of grids) {
    const design = build(side, shape, cols);
    const [right, found] = [reference, vectors].map((start) => {
      const s = start(design);
      return Array.from({ length: 3 }, (_, cycle) => {
        for (let col = 0; col < cols; col++) s.poke(`x[${col}]`, Math.imul(cycle * cols + col + 1, 0x9e3779b1) >>> 24);
        s.poke('edge[0]', cycle % 2 === 0 ? 1 : 0);
        s.poke('edge[1]', cycle % 2 === 1 && width > 1 ? 3 : 0);
        s.step();
        return ['far', 'south', 'seen', 'held'].map((path) => s.peek(path));
      });
    });
    expect(found).toEqual(right);
  }
});

test('a chain that is more than sums goes cell by cell', () => {
  const type = uint(8);
  const cell = draft('cell', { before: type, x: type }, (m, input) => {
    const larger = m.op('mux', type, [m.op('lt', bit, [input('before'), input('x')]), input('x'), input('before')]);
    return { after: m.op('add', type, [larger, input('x')]) };
  });
  const design = designOf(
    cell,
    draft('top', { x: vec(17, type), edge: vec(1, type) }, (m, input) => {
      const far = m.reg('far', vec(1, type));
      m.assign(
        far,
        m.grid(cell, {
          name: 'cells',
          rows: 1,
          cols: 17,
          shape: 'full',
          inputs: {
            before: { from: 'west', port: 'after', edge: input('edge') },
            x: { from: 'column', node: input('x') },
          },
        })('after', 'east'),
      );
      return { far };
    }),
  );
  expect(compile(design).arrays()[0]?.functions).toMatchObject([
    { kind: 'outputs', ports: ['after'], scalar: { reason: 'goes from cell to cell of a row within one cycle' } },
  ]);
});
