/** The examples of hdl/README.md, compiled and run: the test beside this file holds the two together. */
import {
  all,
  arbiter,
  assert,
  bit,
  blackBox,
  cat,
  concat,
  constant,
  cover,
  delay,
  enumeration,
  fifo,
  fork,
  fromNorth,
  fromWest,
  fsm,
  grid,
  inClock,
  inDomain,
  join,
  map,
  match,
  module,
  named,
  pack,
  pick,
  produce,
  reg,
  regs,
  select,
  sint,
  sram,
  stage,
  stream,
  struct,
  synchronise,
  uint,
  unpack,
  vec,
  when,
  wire,
} from '../index.ts';

export const Accumulator = module(
  'accumulator',
  {
    in: { enable: bit, x: sint(8) },
    out: { total: sint(32) },
  },
  ({ enable, x }) => {
    const r = regs({ total: sint(32) });
    when(enable, () => {
      r.total.next = r.total.add(x.extend(32));
    });
    return r;
  },
);

export const Numbers = module(
  'numbers',
  {
    in: { a: uint(8), b: uint(8), s: sint(8) },
    out: {
      wraps: uint(8),
      exact: uint(9),
      held: uint(8),
      product: uint(16),
      low: uint(4),
      signed: sint(9),
      same: bit,
      top: uint(12),
    },
  },
  ({ a, b, s }) => ({
    wraps: a.add(b), // modulo 2^8
    exact: a.addGrow(b), // one bit more
    held: a.addSat(b), // at most 255
    product: a.mul(b), // the sum of the widths
    low: a.truncate(4), // the word for loss
    signed: a.extend(9).asSint().add(s.extend(9)),
    same: a.eq(b).or(a.gt(200)),
    top: cat(a.slice(4, 4), b), // the first part on top
  }),
);

const mode = enumeration('mode', ['add', 'sub', 'hold']);
const pair = struct({ x: uint(8), y: sint(4) });

export const Shapes = module(
  'shapes',
  {
    in: { m: mode, p: pair, v: vec(4, uint(8)), i: uint(2) },
    out: { code: uint(8), bits: uint(12), back: pair, one: uint(8), more: vec(5, uint(8)) },
  },
  ({ m, p, v, i }) => ({
    code: pick(m, uint(8), { add: 1, sub: 2, hold: p.x }),
    bits: pack<12>(p),
    back: unpack(pair, pack(p)),
    one: v.at(i),
    more: concat(v.slice(1, 3).with(0, 9), constant(vec(2, uint(8)), [1, 2])),
  }),
);

export const Control = module(
  'control',
  {
    in: { clear: bit, step: bit, m: mode, x: uint(8) },
    out: { count: uint(8), near: bit, chosen: uint(8) },
  },
  ({ clear, step, m, x }) => {
    const count = reg('count', uint(8), { reset: 1 });
    when(clear, () => {
      count.next = 0;
    }).elsewhen(step, () => {
      match(m, {
        add: () => {
          count.next = count.add(x);
        },
        sub: () => {
          count.next = count.sub(x);
        },
        hold: () => {},
      });
    });
    const near = wire('is_near', bit, { default: 0 });
    when(x.lt(8), () => {
      near.next = 1;
    });
    return { count, near, chosen: select(clear, 0, named('doubled', count.shl(1))) };
  },
);

export const Copier = module(
  'copier',
  {
    in: { start: bit, length: uint(4), words: stream(uint(8)) },
    out: { busy: bit, copies: stream(uint(8)) },
  },
  ({ start, length, words }) => {
    const state = fsm(['idle', 'copy'], { reset: 'idle' });
    const left = reg('left', uint(4));
    const copies = produce('copies', { valid: words.valid.and(state.is('copy')), payload: words.payload });
    words.ready = copies.ready.and(state.is('copy'));
    state.cases({
      idle: () =>
        when(start.and(length.ne(0)), () => {
          left.next = length;
          state.goto('copy');
        }),
      copy: () =>
        when(copies.fire, () => {
          left.next = left.sub(1);
          when(left.eq(1), () => state.goto('idle'));
        }),
    });
    return { busy: state.is('copy'), copies };
  },
);

export const Table = module(
  'table',
  {
    in: { address: uint(4), data: uint(32), mask: uint(4), write: bit },
    out: { word: uint(32), now: uint(32) },
  },
  ({ address, data, mask, write }) => {
    const words = sram('words', { depth: 16, word: uint(32), lanes: 4, readDuringWrite: 'old', init: [1, 2, 3] });
    words.write({ address, data, mask, enable: write });
    return { word: words.read('word', { address }), now: words.readNow({ address }) };
  },
);

export const Flow = module(
  'flow',
  {
    in: { a: stream(uint(8)), b: stream(uint(8)) },
    out: { sums: stream(uint(9)), firsts: stream(uint(8)) },
  },
  ({ a, b }) => {
    const [early = a, late = a] = fork('a_copies', a, 2);
    const sums = map('sums', join('pair', { early, b: fifo('b_queue', b, 4) }), ({ early: x, b: y }) => x.addGrow(y));
    return { sums: stage('sums_stage', sums), firsts: arbiter('firsts', [late]).out };
  },
);

const Cell = module(
  'cell',
  {
    in: { a: sint(8), w: sint(8), sum: sint(32) },
    out: { east: sint(8), south: sint(32) },
  },
  ({ a, w, sum }) => ({ east: delay('east', a), south: delay('south', sum.add(a.mul(w).extend(32))) }),
);

export const Products = module(
  'products',
  {
    in: { a: vec(4, sint(8)), w: sint(8) },
    out: { sums: vec(6, sint(32)) },
  },
  ({ a, w }) => {
    const cells = grid('cells', {
      rows: 4,
      cols: 6,
      cell: Cell,
      inputs: { a: fromWest('east', a), w: all(w), sum: fromNorth('south', all(0)) },
    });
    return { sums: cells.south('south') };
  },
);

const Pads = blackBox(
  'pads',
  { in: { drive: bit }, out: { level: bit } },
  module('pads_model', { in: { drive: bit }, out: { level: bit } }, ({ drive }) => ({ level: drive })),
);

export const Clocks = module(
  'clocks',
  {
    in: { drive: bit },
    out: { seen: inDomain('slow', bit) },
    clocks: ['clk', 'slow'],
  },
  ({ drive }) => {
    const level = delay('level', Pads({ drive }, { name: 'pads_west' }).level);
    return { seen: inClock('slow', () => synchronise('seen_first', level)) };
  },
);

const ports = { in: { CE: bit, WE: bit, A: uint(4), D: uint(8) }, out: { Q: uint(8) } };
const Model = module('sram_model', { ...ports, clocks: ['CLK'] }, ({ CE, WE, A, D }) => {
  const words = sram('words', { depth: 16, word: uint(8), readDuringWrite: 'old' });
  words.write({ address: A, data: D, enable: CE.and(WE) });
  return { Q: words.read('word', { address: A, enable: CE.and(WE.not()) }) };
});
const Macro = blackBox(
  'SRAM16X8',
  { ...ports, clocks: ['CLK'], parameters: { INIT: { bits: 8, value: 0 }, MODE: 'FAST' } },
  Model,
);

export const Store = module(
  'store',
  {
    in: { go: bit, write: bit, at: uint(4), word: uint(8) },
    out: { found: uint(8) },
  },
  ({ go, write, at, word }) => ({ found: Macro({ CE: go, WE: write, A: at, D: word }, { clocks: { CLK: 'clk' } }).Q }),
);

export const Checked = module('checked', { in: { a: uint(8), go: bit }, out: { y: uint(8) } }, ({ a, go }) => {
  when(go, () => {
    assert(a.ne(255), 'a is never all ones while going');
    cover(a.eq(0), 'going with nothing');
  });
  return { y: a };
});
