/** Mistakes as a designer sees them: in the language, with the places of this file. */
import { expect, test } from 'vitest';
import { DesignError, formatDiagnostic } from '../diagnostics/diagnostic.ts';
import {
  all,
  bit,
  delay,
  elaborate,
  fromEast,
  fromWest,
  grid,
  inClock,
  inDomain,
  module,
  reg,
  stream,
  uint,
  vec,
  when,
  wire,
  type Module,
  type Shapes,
} from '../index.ts';

/**
 * What `elaborate` says, with this file's places as `here:<line from the first one>`, so that they do not change with
 * the lines above.
 */
function complaints<I extends Shapes, O extends Shapes>(top: Module<I, O>): string {
  try {
    elaborate(top);
    return '';
  } catch (error) {
    if (!(error instanceof DesignError)) throw error;
    const text = error.diagnostics.map(formatDiagnostic).join('\n\n');
    const lines = [...text.matchAll(/at \S*language\.test\.ts:(\d+):\d+/g)].map((found) => Number(found[1]));
    const first = Math.min(...lines);
    return text.replace(/at \S*language\.test\.ts:(\d+):\d+/g, (_, line: string) => `at here:${Number(line) - first}`);
  }
}

test('E0005 through the cells of a grid', () => {
  const Cell = module(
    'cell',
    { in: { down: uint(8), up: uint(8) }, out: { right: uint(8), left: uint(8) } },
    ({ down, up }) => {
      const sum = down.add(up);
      return { right: sum, left: sum };
    },
  );
  const rows: number = 4;
  const Top = module('top', { in: { x: vec(rows, uint(8)) }, out: { y: vec(rows, uint(8)) } }, ({ x }) => {
    const cells = grid('cells', {
      rows,
      cols: 64,
      cell: Cell,
      inputs: { down: fromWest('right', x), up: fromEast('left', all(0)) },
    });
    return { y: cells.east('right') };
  });
  expect(complaints(Top)).toMatchInlineSnapshot(`
    "E0005 combinational loop: cells[][].down (from the west) → cells[][].up (from the east) → cells[][].down (from the west)
      at here:6: cells[][].down (from the west)
      at here:0: cells[][].add (down, up)
      at here:6: cells[][].up (from the east)
      at here:0: cells[][].add (down, up)
      in top > cell
      help: put a register into the loop, such as delay(name, value), or work one of these values out without the others"
  `);
});

test('E0006 to E0009, collected', () => {
  const Top = module('top', { in: { go: bit, x: uint(8) }, out: { y: uint(8), z: uint(8) } }, ({ go, x }) => {
    const none = wire('none', uint(8));
    const partly = wire('partly', uint(8));
    const still = reg('still', uint(8));
    const twice = reg('twice', uint(8));
    when(go, () => {
      partly.next = x;
      twice.next = 1;
    });
    twice.next = none;
    return { y: partly.add(still), z: twice };
  });
  expect(complaints(Top)).toMatchInlineSnapshot(`
    "E0006 undriven: nothing assigns wire none
      at here:0: wire none
      in top
      help: assign none.next, or give it a default: wire('none', type, { default: … })

    E0009 register never written: nothing assigns register still
      at here:2: register still
      in top
      help: assign still.next, or use constant(type, value) if it is meant to stay as it is

    E0007 two drivers: twice is assigned, and then always assigned again
      at here:8: this assignment wins
      at here:6: this one is never seen
      in top
      help: remove one of them, or put the later one into a when(…)

    E0008 incomplete assignment: wire partly has no value where go is 0
      at here:1: wire partly
      at here:4: where go is 0
      in top
      help: assign it on every path, with .otherwise(…), or give it a default: wire('partly', type, { default: … })"
  `);
});

test('E0014 through an instance without clocks', () => {
  const Inverter = module('inverter', { in: { a: bit }, out: { b: bit } }, ({ a }) => ({ b: a.not() }));
  const Top = module('top', { clocks: ['clk', 'slow'], in: { x: bit }, out: { y: inDomain('slow', bit) } }, ({ x }) => {
    const held = delay('held', x);
    const inverted = Inverter({ a: held }).b;
    return { y: inClock('slow', () => delay('taken', inverted)) };
  });
  expect(complaints(Top)).toMatchInlineSnapshot(`
    "E0014 clock-domain crossing: register taken (clock slow) takes inverter.b, which comes from held, and changes with clock clk
      at here:2: register taken takes it here
      at here:0: held, which changes with clock clk
      in top
      help: bring it over: inClock('slow', () => synchronise('held_sync', held))"
  `);
});

test('E0015 of a producer that waits', () => {
  const Top = module('top', { in: { go: bit }, out: { items: stream(uint(8)) } }, ({ go }, { items }) => {
    const offered = go.and(items.ready);
    return { items: { valid: offered, payload: 7 } };
  });
  expect(complaints(Top)).toMatchInlineSnapshot(`
    "E0015 stream rule broken: the valid of stream items waits for its ready: items_ready → and (go, items_ready) → items_valid
      at here:0: items_ready
      at here:1: and (go, items_ready)
      at here:0: stream items
      in top
      help: offer valid without looking at ready, and use fire (valid and ready) to see that the transfer happens"
  `);
});
