import type { Design, Module } from '../../ir/types.ts';
import { bit, designOf, draft, sint, uint, vec } from '../../sim/testing-designs.ts';

/** A cell that adds from west to east, with a register by that name. */
const adder = (name: string): Module =>
  draft('adder', { a: sint(8) }, (m, input) => {
    const held = m.reg(name, sint(8));
    m.assign(held, m.op('add', sint(8), [input('a'), m.constant(sint(8), 1)]));
    return { sum: held };
  });

/**
 * A design in which something is called `name` beside all that the writer gives names to: loops, ports of memories,
 * blocks.
 */
export function named(name: string): Design {
  const cell = adder(name);
  const top = draft('top', { x: uint(4), words: vec(2, uint(8)), mask: uint(2), edge: vec(2, sint(8)) }, (m, input) => {
    const own = m.reg(name, uint(4));
    m.assign(own, input('x'));
    m.memory({ name: 'bytes', depth: 16, word: vec(2, uint(8)), lanes: 2, readDuringWrite: 'new', init: [1n, 2n] });
    m.write('bytes', own, input('words'), { mask: input('mask') });
    const next = m.op(
      'update',
      vec(2, uint(8)),
      [input('words'), m.op('slice', bit, [own]), m.op('cat', uint(8), [own, own])],
      { name: 'next' },
    );
    const cells = m.grid(cell, {
      name: 'cells',
      rows: 2,
      cols: 2,
      shape: 'full',
      inputs: { a: { from: 'west', port: 'sum', edge: input('edge') } },
    });
    return { own, next, east: cells('sum', 'east'), word: m.read('bytes', vec(2, uint(8)), own, { clock: 'clk' }) };
  });
  return designOf(cell, top);
}
