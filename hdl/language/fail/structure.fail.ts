/** Mistakes in how things are put together that the compiler must refuse. */
import {
  all,
  bit,
  bitsOf,
  byRow,
  constant,
  fill,
  fromNorth,
  fromWest,
  fsm,
  grid,
  inDomain,
  match,
  module,
  pick,
  produce,
  reg,
  regs,
  scalarTypeOf,
  selectAs,
  sint,
  sram,
  stream,
  struct,
  uint,
  unpack,
  vec,
  wire,
} from '../index.ts';

const Cell = module(
  'cell',
  { in: { a: sint(8), sum: sint(32) }, out: { east: sint(8), south: sint(32) } },
  ({ a, sum }) => ({ east: a, south: sum }),
);

// @ts-expect-error output z gets no value
export const Undriven = module('undriven', { in: { a: bit }, out: { y: bit, z: bit } }, ({ a }) => ({ y: a }));

// @ts-expect-error output y has 8 bits
export const Wide = module('wide', { in: { a: uint(9) }, out: { y: uint(8) } }, ({ a }) => ({ y: a }));

// @ts-expect-error there is no input b
export const Unknown = module('unknown', { in: { a: bit }, out: { y: bit } }, ({ b }) => ({ y: b }));

export const Instances = module(
  'instances',
  { in: { a: sint(8), sum: sint(32) }, out: { y: sint(32) } },
  ({ a, sum }) => {
    // @ts-expect-error sum is not connected
    Cell({ a });
    // @ts-expect-error there is no input b
    Cell({ a, sum, b: a });
    // @ts-expect-error input a has 8 bits
    Cell({ a: sum, sum });
    // @ts-expect-error there is no output north
    Cell({ a, sum }).north;
    return { y: Cell({ a, sum }).south };
  },
);

export const Machine = module('machine', { in: { go: bit }, out: { busy: bit } }, ({ go }) => {
  const state = fsm(['idle', 'run'], { reset: 'idle' });
  // @ts-expect-error state run has no case
  state.cases({
    idle: () => {
      state.goto('run');
    },
  });
  // @ts-expect-error there is no state stop
  state.cases({ idle: () => {}, run: () => {}, stop: () => {} });
  // @ts-expect-error there is no state ran
  state.goto('ran');
  // @ts-expect-error nor state stop
  state.is('stop');
  // @ts-expect-error run has no case
  match(state.state, { idle: () => {} });
  // @ts-expect-error run has no value
  pick(state.state, bit, { idle: 1 });
  // @ts-expect-error no state to reset to
  fsm(['idle', 'run'], { reset: 'stop' });
  return { busy: go };
});

export const Memory = module(
  'memory',
  { in: { at: uint(10), word: uint(32), mask: uint(8), go: bit }, out: { y: uint(32) } },
  ({ at, word, mask, go }) => {
    const store = sram('store', { depth: 1024, word: uint(32), lanes: 4 });
    // @ts-expect-error four lanes take four bits of mask
    store.write({ address: at, data: word, mask, enable: go });
    // @ts-expect-error a word has 32 bits
    store.write({ address: at, data: mask });
    // @ts-expect-error a write has data
    store.write({ address: at });
    // @ts-expect-error an address is unsigned
    store.readNow({ address: at.asSint() });
    return { y: store.read('y', { address: at }) };
  },
);

const Sink = module('sink', { in: { words: stream(uint(8)) }, out: { last: uint(8) } }, ({ words }) => {
  // @ts-expect-error a number is no ready
  words.ready = words.payload;
  words.ready = 1;
  return { last: reg('last', uint(8)) };
});

export const Streams = module(
  'streams',
  { in: { a: uint(8), b: uint(9), go: bit }, out: { words: stream(uint(9)), y: uint(8) } },
  ({ a, b, go }) => {
    // @ts-expect-error the payload has 8 bits
    Sink({ words: { valid: go, payload: b } });
    // @ts-expect-error a stream has a payload
    Sink({ words: { valid: go } });
    // @ts-expect-error a number is no valid
    Sink({ words: { valid: a, payload: a } });
    // @ts-expect-error a plain value is no stream
    Sink({ words: a });
    return { words: produce('words', { valid: go, payload: b }), y: Sink({ words: { valid: go, payload: a } }).last };
  },
);

const narrow = { in: { a: stream(uint(8)) }, out: { words: stream(uint(9)) } };
// @ts-expect-error the payload of output words has 9 bits
export const Narrow = module('narrow', narrow, ({ a }) => ({ words: a }));

export const Array2 = module(
  'array',
  { in: { a: vec(2, sint(8)), wide: vec(2, sint(9)) }, out: { y: vec(2, sint(8)) } },
  ({ a, wide }) => {
    // @ts-expect-error cells have no output west
    grid('one', { rows: 2, cols: 3, cell: Cell, inputs: { a: fromWest('west', a), sum: all(0) } });
    // @ts-expect-error sum is not wired
    grid('two', { rows: 2, cols: 3, cell: Cell, inputs: { a: fromWest('east', a) } });
    // @ts-expect-error there is no input b
    grid('three', { rows: 2, cols: 3, cell: Cell, inputs: { a: fromWest('east', a), sum: all(0), b: all(0) } });
    // @ts-expect-error elements have 8 bits
    grid('four', { rows: 2, cols: 3, cell: Cell, inputs: { a: byRow(wide), sum: all(0) } });
    const cells = grid('cells', {
      rows: 2,
      cols: 3,
      cell: Cell,
      inputs: { a: fromWest('east', a), sum: fromNorth('south', all(0)) },
    });
    // @ts-expect-error there is no output north
    cells.south('north');
    // @ts-expect-error two rows have no three columns' outputs
    const wrong: typeof a = cells.south('south');
    return { y: wrong };
  },
);

// @ts-expect-error a width is a number
export const Named = module('named', { in: { a: uint('8') }, out: { y: uint(8) } }, ({ a }) => ({ y: a }));

const other = inDomain('slow', bit);
const words = stream(bit);
// @ts-expect-error a domain is that of a whole port
struct({ x: other });
// @ts-expect-error a field is no stream
struct({ x: words });
// @ts-expect-error an element neither
vec(2, other);
// @ts-expect-error nor is it a stream
vec(2, words);
// @ts-expect-error a payload goes with its stream: inDomain('slow', stream(bit))
stream(other);
// @ts-expect-error a payload is no stream
stream(words);
// @ts-expect-error a port has one domain
inDomain('slow', other);
// @ts-expect-error the number of bits is that of a value
bitsOf(other);
// @ts-expect-error the number of bits of a value, not of a stream
bitsOf(words);
// @ts-expect-error the type of a value
scalarTypeOf(other);

const ports = { in: { a: bit, s: inDomain('slow', words) }, out: { y: bit }, clocks: ['clk', 'slow'] } as const;
export const Values = module('values', ports, ({ a, s }) => {
  // @ts-expect-error a register's domain is that of inClock
  reg('r', other);
  // @ts-expect-error that of each of several too
  regs({ t: other });
  // @ts-expect-error with what it is reset to as well
  regs({ t: [words, 0] });
  // @ts-expect-error a wire has none
  wire('w', other);
  // @ts-expect-error a word of a memory has none
  sram('m', { depth: 2, word: other });
  // @ts-expect-error a constant has none
  constant(other, 1);
  // @ts-expect-error nor have several
  fill(2, other, 1);
  // @ts-expect-error nor what is chosen
  selectAs(other, a, 1, 0);
  // @ts-expect-error nor what bits are read as
  unpack(other, a.asUint());
  s.ready = 1;
  return { y: a };
});
