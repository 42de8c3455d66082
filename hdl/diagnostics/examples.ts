import type { Code } from './catalogue.ts';

/**
 * For each code a mistake and its remedy in the language, as the body of a function that returns the top module. A test
 * runs every one: the first must be refused with its code, the second accepted.
 */
export const examples: Readonly<Record<Code, { readonly wrong: string; readonly right: string }>> = {
  E0001: {
    wrong: `return module('mac', { in: { product: sint(16), sum: sint(32) }, out: { total: sint(32) } },
  ({ product, sum }) => ({ total: sum.add(product) }));`,
    right: `return module('mac', { in: { product: sint(16), sum: sint(32) }, out: { total: sint(32) } },
  ({ product, sum }) => ({ total: sum.add(product.extend(32)) }));`,
  },
  E0002: {
    wrong: `return module('offset', { in: { base: uint(8), step: sint(8) }, out: { at: uint(8) } },
  ({ base, step }) => ({ at: base.add(step) }));`,
    right: `return module('offset', { in: { base: uint(8), step: sint(8) }, out: { at: uint(8) } },
  ({ base, step }) => ({ at: base.add(step.asUint()) }));`,
  },
  E0003: {
    wrong: `return module('next', { in: { count: uint(8) }, out: { after: uint(8) } },
  ({ count }) => ({ after: count.add(256) }));`,
    right: `return module('next', { in: { count: uint(8) }, out: { after: uint(9) } },
  ({ count }) => ({ after: count.extend(9).add(256) }));`,
  },
  E0004: {
    wrong: `return module('high', { in: { word: uint(8) }, out: { high: uint(4) } },
  ({ word }) => ({ high: word.slice(5, 4) }));`,
    right: `return module('high', { in: { word: uint(8) }, out: { high: uint(4) } },
  ({ word }) => ({ high: word.slice(4, 4) }));`,
  },
  E0005: {
    wrong: `return module('accumulator', { in: { x: uint(8) }, out: { total: uint(8) } }, ({ x }) => {
  const sum = wire('sum', uint(8));
  sum.next = sum.add(x);
  return { total: sum };
});`,
    right: `return module('accumulator', { in: { x: uint(8) }, out: { total: uint(8) } }, ({ x }) => {
  const sum = reg('sum', uint(8));
  sum.next = sum.add(x);
  return { total: sum };
});`,
  },
  E0006: {
    wrong: `return module('flag', { in: { x: uint(8) }, out: { zero: bit } }, () => {
  const none = wire('none', bit);
  return { zero: none };
});`,
    right: `return module('flag', { in: { x: uint(8) }, out: { zero: bit } }, ({ x }) => {
  const none = wire('none', bit);
  none.next = x.eq(0);
  return { zero: none };
});`,
  },
  E0007: {
    wrong: `return module('counter', { in: { clear: bit }, out: { count: uint(8) } }, ({ clear }) => {
  const value = reg('value', uint(8));
  when(clear, () => { value.next = 0; });
  value.next = value.add(1);
  return { count: value };
});`,
    right: `return module('counter', { in: { clear: bit }, out: { count: uint(8) } }, ({ clear }) => {
  const value = reg('value', uint(8));
  value.next = value.add(1);
  when(clear, () => { value.next = 0; });
  return { count: value };
});`,
  },
  E0008: {
    wrong: `return module('gate', { in: { open: bit, x: uint(8) }, out: { y: uint(8) } }, ({ open, x }) => {
  const passed = wire('passed', uint(8));
  when(open, () => { passed.next = x; });
  return { y: passed };
});`,
    right: `return module('gate', { in: { open: bit, x: uint(8) }, out: { y: uint(8) } }, ({ open, x }) => {
  const passed = wire('passed', uint(8), { default: 0 });
  when(open, () => { passed.next = x; });
  return { y: passed };
});`,
  },
  E0009: {
    wrong: `return module('version', { in: {}, out: { version: uint(8) } }, () => {
  const number = reg('number', uint(8), { reset: 3 });
  return { version: number };
});`,
    right: `return module('version', { in: {}, out: { version: uint(8) } },
  () => ({ version: constant(uint(8), 3) }));`,
  },
  E0010: {
    wrong: `return module('table', { in: { index: uint(8) }, out: { word: uint(16) } }, ({ index }) => {
  const words = sram('words', { depth: 100, word: uint(16) });
  return { word: words.read('looked_up', { address: index }) };
});`,
    right: `return module('table', { in: { index: uint(8) }, out: { word: uint(16) } }, ({ index }) => {
  const words = sram('words', { depth: 100, word: uint(16) });
  return { word: words.read('looked_up', { address: index.truncate(7) }) };
});`,
  },
  E0011: {
    wrong: `const Add = module('add', { in: { a: uint(8), b: uint(8) }, out: { sum: uint(8) } },
  ({ a, b }) => ({ sum: a.add(b) }));
return module('twice', { in: { x: uint(8) }, out: { y: uint(8) } },
  ({ x }) => ({ y: Add({ a: x, c: x }).sum }));`,
    right: `const Add = module('add', { in: { a: uint(8), b: uint(8) }, out: { sum: uint(8) } },
  ({ a, b }) => ({ sum: a.add(b) }));
return module('twice', { in: { x: uint(8) }, out: { y: uint(8) } },
  ({ x }) => ({ y: Add({ a: x, b: x }).sum }));`,
  },
  E0012: {
    wrong: `return module('pipe', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => {
  const first = delay('held', x);
  return { y: delay('held', first) };
});`,
    right: `return module('pipe', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => {
  const first = delay('held', x);
  return { y: delay('held_again', first) };
});`,
  },
  E0013: {
    wrong: `return module('worker', { in: { start: bit }, out: { busy: bit } }, ({ start }) => {
  const state = fsm(['idle', 'work', 'done'], { reset: 'idle' });
  state.cases({
    idle: () => { when(start, () => { state.goto('work'); }); },
    work: () => { state.goto('done'); },
  });
  return { busy: state.is('work') };
});`,
    right: `return module('worker', { in: { start: bit }, out: { busy: bit } }, ({ start }) => {
  const state = fsm(['idle', 'work', 'done'], { reset: 'idle' });
  state.cases({
    idle: () => { when(start, () => { state.goto('work'); }); },
    work: () => { state.goto('done'); },
    done: () => { state.goto('idle'); },
  });
  return { busy: state.is('work') };
});`,
  },
  E0014: {
    wrong: `return module('crossing', { clocks: ['fast', 'slow'], in: { x: bit }, out: { y: inDomain('slow', bit) } }, ({ x }) => {
  const sent = delay('sent', x);
  return { y: inClock('slow', () => delay('received', sent)) };
});`,
    right: `return module('crossing', { clocks: ['fast', 'slow'], in: { x: bit }, out: { y: inDomain('slow', bit) } }, ({ x }) => {
  const sent = delay('sent', x);
  return { y: inClock('slow', () => synchronise('received', sent)) };
});`,
  },
  E0015: {
    wrong: `return module('source', { in: { go: bit }, out: { items: stream(uint(8)) } }, ({ go }, { items }) => {
  return { items: { valid: go.and(items.ready), payload: 7 } };
});`,
    right: `return module('source', { in: { go: bit }, out: { items: stream(uint(8)) } }, ({ go }) => {
  return { items: { valid: go, payload: 7 } };
});`,
  },
  E0016: {
    wrong: `let leaked;
const Inner = module('inner', { in: { a: uint(8) }, out: { b: uint(8) } }, ({ a }) => {
  leaked = a.add(1);
  return { b: a };
});
return module('outer', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => {
  const { b } = Inner({ a: x });
  return { y: b.add(leaked) };
});`,
    right: `const Inner = module('inner', { in: { a: uint(8) }, out: { b: uint(8), after: uint(8) } },
  ({ a }) => ({ b: a, after: a.add(1) }));
return module('outer', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => {
  const { b, after } = Inner({ a: x });
  return { y: b.add(after) };
});`,
  },
  E0017: {
    wrong: `const count = reg('count', uint(8));
return module('counter', { in: {}, out: { value: uint(8) } }, () => {
  count.next = count.add(1);
  return { value: count };
});`,
    right: `return module('counter', { in: {}, out: { value: uint(8) } }, () => {
  const count = reg('count', uint(8));
  count.next = count.add(1);
  return { value: count };
});`,
  },
  E0018: {
    wrong: `const Pads = blackBox('pads', { in: { a: uint(8) }, out: { b: uint(8) } }, null);
return module('chip', { in: { x: uint(8) }, out: { y: uint(8) } },
  ({ x }) => ({ y: Pads({ a: x }).b }));`,
    right: `const Model = module('pads_model', { in: { a: uint(8) }, out: { b: uint(8) } }, ({ a }) => ({ b: a }));
const Pads = blackBox('pads', { in: { a: uint(8) }, out: { b: uint(8) } }, Model);
return module('chip', { in: { x: uint(8) }, out: { y: uint(8) } },
  ({ x }) => ({ y: Pads({ a: x }).b }));`,
  },
  E0019: {
    wrong: `const Cell = module('cell', { in: { a: uint(8) }, out: { next: uint(8) } }, ({ a }) => ({ next: delay('held', a) }));
return module('skew', { in: { x: vec(4, uint(8)) }, out: { y: vec(4, uint(8)) } }, ({ x }) => {
  const cells = grid('cells', { rows: 4, cols: 3, shape: 'lower', cell: Cell, inputs: { a: fromWest('next', x) } });
  return { y: cells.east('next') };
});`,
    right: `const Cell = module('cell', { in: { a: uint(8) }, out: { next: uint(8) } }, ({ a }) => ({ next: delay('held', a) }));
return module('skew', { in: { x: vec(4, uint(8)) }, out: { y: vec(4, uint(8)) } }, ({ x }) => {
  const cells = grid('cells', { rows: 4, cols: 4, shape: 'lower', cell: Cell, inputs: { a: fromWest('next', x) } });
  return { y: cells.east('next') };
});`,
  },
  E0020: {
    wrong: `systole ir 1
top wire

module wire
  in a: uint<8> async
  out b: uint<8> async
  %0 a: uint<8> = input a
  drive b = %1`,
    right: `systole ir 1
top wire

module wire
  in a: uint<8> async
  out b: uint<8> async
  %0 a: uint<8> = input a
  drive b = %0`,
  },
  E0021: {
    wrong: `return module('deep', { in: { x: uint(16) }, out: { y: uint(16) } }, ({ x }) => {
  const y = wire('y_out', uint(16), { default: 0 });
  const level = (n) => { if (n === 20000) y.next = x; else when(x.ne(n), () => level(n + 1)); };
  level(0);
  return { y };
});`,
    right: `return module('deep', { in: { x: uint(16) }, out: { y: uint(16) } }, ({ x }) => {
  const y = wire('y_out', uint(16), { default: 0 });
  const conditions = Array.from({ length: 20000 }, (_, n) => x.ne(n));
  when(conditions.reduce((a, b) => a.and(b)), () => { y.next = x; });
  return { y };
});`,
  },
};
