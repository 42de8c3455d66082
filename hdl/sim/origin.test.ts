/** What counts as one thing under several names. */
import { describe, expect, test } from 'vitest';
import type { Grid } from '../ir/types.ts';
import { simulate, type TraceSource } from './index.ts';
import { bit, designOf, draft, uint, vec } from './testing-designs.ts';

const byte = uint(8);
const cell = draft('cell', { x: byte, row: byte, pair: vec(2, bit) }, (m, input) => {
  const y = m.reg('y', byte);
  m.assign(y, input('x'));
  return { y, passed: input('row'), pairs: input('pair') };
});

function traced(
  shape: Grid['shape'],
  edges: readonly ('west' | 'north' | 'east' | 'south' | 'cells')[],
  size = 3,
): TraceSource {
  const top = draft('top', { x: vec(size, byte), rows: vec(size, byte), pairs: vec(size, vec(2, bit)) }, (m, input) => {
    const of = m.grid(cell, {
      name: 'g',
      rows: size,
      cols: size,
      shape,
      inputs: {
        x: { from: 'west', port: 'y', edge: input('x') },
        row: { from: 'row', node: input('rows') },
        pair: { from: 'column', node: input('pairs') },
      },
    });
    const outputs = Object.fromEntries(edges.map((edge) => [edge, of('y', edge)]));
    return outputs;
  });
  return simulate(designOf(cell, top)).trace();
}

/** The path of the first name of what a path names. */
function firstNames({ signals, parts, same }: TraceSource): (path: string) => string | undefined {
  const paths = parts.map(
    ({ signal, indices }) =>
      [...(signals[signal]?.scope ?? []), signals[signal]?.name].join('.') + indices.map((i) => `[${i}]`).join(''),
  );
  return (path) => paths[same[paths.indexOf(path)] ?? -1];
}

describe('a value has one name first', () => {
  test('ports of cells: the element of the row, of the column, the neighbour’s output', () => {
    const first = firstNames(traced('full', []));
    expect(first('top.g[2][1].row')).toBe('top.rows[2]');
    expect(first('top.g[2][1].passed')).toBe('top.rows[2]');
    expect(first('top.g[2][1].pair[1]')).toBe('top.pairs[1][1]');
    expect(first('top.g[0][2].pairs[0]')).toBe('top.pairs[2][0]');
    expect(first('top.g[1][0].x')).toBe('top.x[1]');
    expect(first('top.g[1][1].x')).toBe('top.g[1][0].y');
    expect(first('top.g[1][1].y')).toBe('top.g[1][1].y');
  });

  test.each([
    ['full', 'north', ['g[0][0]', 'g[0][1]', 'g[0][2]']],
    ['full', 'south', ['g[2][0]', 'g[2][1]', 'g[2][2]']],
    ['full', 'west', ['g[0][0]', 'g[1][0]', 'g[2][0]']],
    ['full', 'east', ['g[0][2]', 'g[1][2]', 'g[2][2]']],
    ['lower', 'north', ['g[0][0]', 'g[1][1]', 'g[2][2]']],
    ['lower', 'east', ['g[0][0]', 'g[1][1]', 'g[2][2]']],
    ['upper', 'south', ['g[2][0]', 'g[1][1]', 'g[0][2]']],
    ['upper', 'east', ['g[0][2]', 'g[1][1]', 'g[2][0]']],
  ] as const)('%s grid, %s', (shape, edge, cells) => {
    const first = firstNames(traced(shape, [edge]));
    // Outputs of the top module come before the cells.
    cells.forEach((path, i) => expect(first(`top.${path}.y`)).toBe(`top.${edge}[${i}]`));
  });

  test('all cells', () => {
    const first = firstNames(traced('full', ['cells']));
    for (const [row, col] of [
      [0, 0],
      [0, 2],
      [2, 1],
    ] as const)
      expect(first(`top.g[${row}][${col}].y`)).toBe(`top.cells[${row}][${col}]`);
  });

  test('elements put together', () => {
    const s = simulate(
      designOf(
        draft('top', { a: byte, b: vec(2, byte) }, (m, input) => ({
          both: m.op('vec', vec(2, byte), [input('a'), input('a')]),
          nested: m.op('vec', vec(2, vec(2, byte)), [input('b'), input('b')]),
        })),
      ),
    );
    const first = firstNames(s.trace());
    expect(['top.both[0]', 'top.both[1]', 'top.nested[0][1]', 'top.nested[1][0]'].map(first)).toEqual([
      'top.a',
      'top.a',
      'top.b[1]',
      'top.b[0]',
    ]);
  });
});
