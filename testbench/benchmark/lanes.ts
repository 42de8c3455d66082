/**
 * A row of cells that each do one thing which hardware is full of, with new operands in every cycle: what such a shape
 * costs.
 *
 * Interface: none but clock and reset in; `checksum` out, which two runs of equally many cycles must agree in.
 */
import {
  all,
  byColumn,
  constant,
  delay,
  fromWest,
  grid,
  lanes,
  module,
  named,
  reg,
  regs,
  sint,
  sram,
  uint,
  vec,
  type SInt,
  type UInt,
  type Vec,
} from '../../hdl/index.ts';
import { SBOX } from './aes.ts';

const word = uint(32);
const bytes = vec(4, sint(8));
const WINDOW = 16;
const window = vec(WINDOW, uint(8));

const rotated = (value: UInt<32>): UInt<32> => value.shl(1).or(value.shr(31));
const bytesOf = (value: UInt<32>): UInt<8>[] => Array.from({ length: 4 }, (_, i) => value.slice(8 * i, 8));

/**
 * Random words: Marsaglia's xorshift32, made different in each lane by its salt; the bytes of them, and of those on the
 * way to them.
 */
const sourcePorts = { in: { salt: word }, out: { x: word, a: bytes, b: bytes, window } };
const Source = module('source', sourcePorts, ({ salt }) => {
  const state = reg('state', word);
  const s = state.xor(salt);
  const x = s.xor(s.shl(13));
  const y = x.xor(x.shr(17));
  state.next = y.xor(y.shl(5));
  return {
    x: state,
    a: bytesOf(state).map((byte) => byte.asSint()),
    b: bytesOf(x).map((byte) => byte.asSint()),
    window: [state, s, x, y].flatMap(bytesOf),
  };
});

/** Adds a lane's result to those of the lanes west of it, so that a change of places shows too. */
const Fold = module('fold', { in: { west: word, x: word }, out: { folded: word } }, (i) => ({
  folded: delay('folded', rotated(i.west).xor(i.x)),
}));

/** Four products of bytes, added to what came before. */
const Dot = module('dot', { in: { a: bytes, b: bytes }, out: { y: word } }, (i) => {
  const sum = reg('sum', sint(32));
  sum.next = [0, 1, 2, 3].reduce((total, k) => total.add(i.a.at(k).mul(i.b.at(k)).extend(32)), sum.add(0));
  return { y: sum.asUint() };
});

/** Adds a product of bytes to the sum of those of all lanes west of it, within the cycle. */
const Chain = module('chain', { in: { west: word, a: bytes, b: bytes }, out: { sum: word, y: word } }, (i) => {
  const sum = named('sum', i.west.add(i.a.at(0).mul(i.b.at(0)).extend(32).asUint()));
  return { sum, y: delay('y', sum) };
});

/** The sum of sixteen bytes, two by two. */
const Tree = module('tree', { in: { window }, out: { y: word } }, (i) => ({
  y: delay('y', sumOf(i.window, 0, WINDOW).extend(32)),
}));

function sumOf(values: Vec<UInt<8>>, from: number, count: number): UInt<number> {
  if (count === 1) return values.at(from);
  const half = count / 2;
  return sumOf(values, from, half).addGrow(sumOf(values, from + half, half));
}

/** Rotates a word by an amount from itself. */
const Barrel = module('barrel', { in: { x: word }, out: { y: word } }, ({ x }) => {
  const by = named('by', x.slice(3, 5));
  return { y: delay('y', x.shl(by).or(x.shr(constant(uint(6), 32).sub(by.extend(6))))) };
});

/** Adds a product of a byte with one of the lane's own memory, which now and then is written. */
const Memory = module('local_memory', { in: { x: word }, out: { y: word } }, ({ x }) => {
  const weights = sram('weights', { depth: 64, word: sint(8) });
  const weight = weights.readNow({ address: x.slice(3, 6) });
  const sum = reg('sum', sint(32));
  sum.next = sum.add(weight.mul(x.slice(9, 8).asSint()).extend(32));
  weights.write({ address: x.slice(17, 6), data: x.slice(24, 8).asSint(), enable: x.bit(5).and(x.bit(6)) });
  return { y: sum.asUint() };
});

/** Looks each of four bytes up in the S-box of AES. */
const Table = module('table', { in: { a: bytes }, out: { y: word } }, ({ a }) => {
  const box = constant(vec(256, uint(8)), SBOX);
  const found = [0, 1, 2, 3].map((k) =>
    box
      .at(a.at(k).asUint())
      .extend(32)
      .shl(8 * k),
  );
  return {
    y: delay(
      'y',
      found.reduce((all, one) => all.or(one)),
    ),
  };
});

/** What the sources give, by lane. */
interface Operands {
  readonly x: Vec<UInt<32>>;
  readonly a: Vec<Vec<SInt<8>, 4>>;
  readonly b: Vec<Vec<SInt<8>, 4>>;
  readonly window: Vec<Vec<UInt<8>, typeof WINDOW>>;
}
type Circuit = (operands: Operands, count: number) => Vec<UInt<32>>;

const shapes = {
  dot: ({ a, b }, count) => lanes('dot', count, Dot, { a: byColumn(a), b: byColumn(b) }).y,
  tree: (source, count) => lanes('tree', count, Tree, { window: byColumn(source.window) }).y,
  chain: ({ a, b }, count) => {
    const inputs = { west: fromWest('sum', all(0)), a: byColumn(a), b: byColumn(b) };
    return grid('chain', { rows: 1, cols: count, cell: Chain, inputs }).south('y');
  },
  barrel: ({ x }, count) => lanes('barrel', count, Barrel, { x: byColumn(x) }).y,
  memory: ({ x }, count) => lanes('memory', count, Memory, { x: byColumn(x) }).y,
  table: ({ a }, count) => lanes('table', count, Table, { a: byColumn(a) }).y,
} satisfies Readonly<Record<string, Circuit>>;

export type LaneShape = keyof typeof shapes;
export const laneShapes = ['dot', 'tree', 'chain', 'barrel', 'memory', 'table'] as const satisfies readonly LaneShape[];

export const LanesBench = (shape: LaneShape, count: number) => {
  const salt = Array.from({ length: count }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);
  return module('lanes_bench', { in: {}, out: { checksum: word } }, () => {
    const results = shapes[shape](lanes('source', count, Source, { salt: byColumn(salt) }), count);
    const inputs = { west: fromWest('folded', all(0)), x: byColumn(results) };
    const fold = grid('fold', { rows: 1, cols: count, cell: Fold, inputs });
    const r = regs({ checksum: word });
    r.checksum.next = rotated(r.checksum).xor(fold.east('folded').at(0));
    return r;
  });
};
