/**
 * Expressions: what each means, against plain arithmetic; vectors, bundles, constants; what is kept of them in the ir.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Module as ModuleIr } from '../ir/types.ts';
import { simulate, type Simulator } from '../sim/index.ts';
import {
  bit,
  bitsOf,
  cat,
  concat,
  constant,
  elaborate,
  enumeration,
  fill,
  match,
  matchValue,
  module,
  named,
  pack,
  pick,
  reg,
  regs,
  select,
  selectAs,
  sint,
  struct,
  uint,
  unpack,
  vec,
  when,
  wire,
  type Module,
} from './index.ts';

const run = (made: Pick<Module, 'definition'>): Simulator => simulate(elaborate(made));
function top(made: Pick<Module, 'definition'>): ModuleIr {
  const design = elaborate(made);
  const found = design.modules.find((one) => one.name === design.top);
  if (found === undefined) throw new RangeError('a design has its top');
  return found;
}
const peeks = (s: Simulator, ...names: readonly string[]): bigint[] => names.map((name) => s.peek(name));

describe('arithmetic', () => {
  const out = {
    add: uint(8),
    sub: uint(8),
    grow: uint(9),
    sat: uint(8),
    subSat: uint(8),
    mul: uint(12),
    lt: bit,
    shl: uint(8),
    shr: uint(8),
    bit: bit,
  } as const;
  const Unsigned = module('unsigned', { in: { a: uint(8), b: uint(8), n: uint(4) }, out }, ({ a, b, n }) => ({
    add: a.add(b),
    sub: a.sub(b),
    grow: a.addGrow(b),
    sat: a.addSat(b),
    subSat: a.subSat(b),
    mul: a.mul(n),
    lt: a.lt(b),
    shl: a.shl(n),
    shr: a.shr(n),
    bit: a.bit(n),
  }));
  const Signed = module(
    'signed',
    {
      in: { a: sint(8), b: sint(8), n: uint(4) },
      out: {
        grow: sint(9),
        subGrow: sint(9),
        sat: sint(8),
        subSat: sint(8),
        mul: sint(16),
        lt: bit,
        shr: sint(8),
        ext: sint(70),
      },
    },
    ({ a, b, n }) => ({
      grow: a.addGrow(b),
      subGrow: a.subGrow(b),
      sat: a.addSat(b),
      subSat: a.subSat(b),
      mul: a.mul(b),
      lt: a.lt(b),
      shr: a.shr(n),
      ext: a.extend(70),
    }),
  );
  const clamp = (value: number, least: number, most: number): bigint => BigInt(Math.min(most, Math.max(least, value)));

  test('unsigned', () => {
    const s = run(Unsigned);
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(15), (a, b, n) => {
        s.poke('a', a);
        s.poke('b', b);
        s.poke('n', n);
        const expected = [
          BigInt((a + b) % 256),
          BigInt((a - b + 256) % 256),
          BigInt(a + b),
          clamp(a + b, 0, 255),
          clamp(a - b, 0, 255),
          BigInt(a * n),
          BigInt(a < b),
          BigInt((a << n) & 255),
          BigInt(a >> n),
          BigInt((a >> n) & 1),
        ];
        expect(peeks(s, ...Object.keys(out))).toEqual(expected);
      }),
    );
  });
  test('signed', () => {
    const s = run(Signed);
    const number = fc.integer({ min: -128, max: 127 });
    fc.assert(
      fc.property(number, number, fc.nat(15), (a, b, n) => {
        s.poke('a', a);
        s.poke('b', b);
        s.poke('n', n);
        expect(peeks(s, 'grow', 'subGrow', 'sat', 'subSat', 'mul', 'lt', 'shr', 'ext')).toEqual([
          BigInt(a + b),
          BigInt(a - b),
          clamp(a + b, -128, 127),
          clamp(a - b, -128, 127),
          BigInt(a * b),
          BigInt(a < b),
          BigInt(a >> n),
          BigInt(a),
        ]);
      }),
    );
  });
});

describe('vectors and bundles', () => {
  test('slice, concat, with, at, eq, fill', () => {
    const pair = struct({ x: uint(4), y: sint(6) });
    const s = run(
      module(
        'vectors',
        {
          in: { v: vec(5, pair), i: uint(3) },
          out: {
            part: vec(2, pair),
            joined: vec(4, pair),
            changed: vec(5, pair),
            one: pair,
            same: bit,
            ones: vec(3, uint(2)),
          },
        },
        ({ v, i }) => ({
          part: v.slice(1, 2),
          joined: concat(v.slice(3, 2), v.slice(0, 2)),
          changed: v.with(i, { x: 15, y: -1 }),
          one: v.at(i),
          same: v.slice(0, 2).eq(v.slice(1, 2)),
          ones: fill(3, uint(2), 1),
        }),
      ),
    );
    for (let k = 0; k < 5; k++) {
      s.poke(`v_x[${k}]`, k + 1);
      s.poke(`v_y[${k}]`, -k);
    }
    s.poke('i', 4);
    expect([0, 1].map((k) => s.peek(`part_x[${k}]`))).toEqual([2n, 3n]);
    expect([0, 1, 2, 3].map((k) => s.peek(`joined_x[${k}]`))).toEqual([4n, 5n, 1n, 2n]);
    expect([0, 1, 2, 3].map((k) => s.peek(`joined_y[${k}]`))).toEqual([-3n, -4n, 0n, -1n]);
    expect([3, 4].map((k) => s.peek(`changed_x[${k}]`))).toEqual([4n, 15n]);
    expect(peeks(s, 'one_x', 'one_y', 'same', 'ones')).toEqual([5n, -4n, 0n, 0b010101n]);
    s.poke('i', 7);
    expect(peeks(s, 'one_x', 'changed_x[4]')).toEqual([0n, 5n]);
  });

  test('pack and unpack are inverses; cat puts its first part on top', () => {
    const shape = struct({
      low: uint(3),
      list: vec(2, sint(4)),
      mode: enumeration('mode', ['a', 'b', 'c']),
      flag: bit,
    });
    expect(bitsOf(shape)).toBe(14);
    const s = run(
      module(
        'packs',
        { in: { bits: uint(14), x: uint(3) }, out: { back: uint(14), low: uint(3), flag: bit, joined: uint(6) } },
        ({ bits, x }) => {
          const value = unpack(shape, bits);
          return {
            back: pack<14>(value),
            low: value.low,
            flag: value.flag,
            joined: cat(x, constant(uint(2), 2), value.flag).expectWidth(6),
          };
        },
      ),
    );
    s.poke('bits', 0b1_01_1010_0101_110);
    s.poke('x', 5);
    expect(peeks(s, 'back', 'low', 'flag', 'joined')).toEqual([0b1_01_1010_0101_110n, 6n, 1n, 0b101_10_1n]);
  });

  test('fields of registers and wires are assigned singly or together', () => {
    const pair = struct({ x: uint(8), inner: struct({ y: sint(4) }) });
    const s = run(
      module('fields', { in: { go: bit, load: pair }, out: { kept: pair, now: pair } }, ({ go, load }) => {
        const r = regs({ kept: [pair, { x: 7, inner: { y: -2 } }] });
        const now = wire('current', pair, { default: { x: 1, inner: { y: 1 } } });
        when(go, () => {
          r.kept.inner.y.next = load.inner.y;
          now.inner.next = { y: -1 };
        }).otherwise(() => {
          r.kept.next = load;
        });
        return { kept: r.kept, now };
      }),
    );
    expect(peeks(s, 'kept_x', 'kept_inner_y', 'now_x', 'now_inner_y')).toEqual([7n, -2n, 1n, 1n]);
    s.poke('load_x', 9);
    s.poke('load_inner_y', 3);
    s.poke('go', 1);
    expect(peeks(s, 'now_x', 'now_inner_y')).toEqual([1n, -1n]);
    s.step();
    expect(peeks(s, 'kept_x', 'kept_inner_y')).toEqual([7n, 3n]);
    s.poke('go', 0);
    s.step();
    expect(peeks(s, 'kept_x', 'kept_inner_y')).toEqual([9n, 3n]);
  });
});

describe('choices', () => {
  const mode = enumeration('mode', ['add', 'sub', 'hold']);
  test('select between registers, expressions and literals', () => {
    const s = run(
      module(
        'selects',
        {
          in: { go: bit, x: uint(8), m: mode, v: vec(2, uint(4)) },
          out: { a: uint(8), b: uint(8), c: bit, d: mode, e: vec(2, uint(4)), f: struct({ p: uint(8) }) },
        },
        ({ go, x, m, v }) => {
          const r = regs({ n: uint(8), flag: bit, kept: mode, list: vec(2, uint(4)), s: struct({ p: uint(8) }) });
          r.n.next = select(go, x, 0);
          r.flag.next = select(go, 1, r.flag);
          r.kept.next = select(go, m, 'hold');
          r.list.next = select(go, v, [1, 2]);
          r.s.next = select(go, r.s, { p: x });
          return {
            a: select(go, r.n, x),
            b: select(go, 255, r.n),
            c: r.flag,
            d: select(go, r.kept, m),
            e: r.list,
            f: selectAs(struct({ p: uint(8) }), go, { p: 3 }, r.s),
          };
        },
      ),
    );
    s.poke('x', 5);
    s.poke('m', 1);
    s.poke('go', 1);
    s.step();
    expect(peeks(s, 'a', 'b', 'c', 'd', 'e', 'f_p')).toEqual([5n, 255n, 1n, 1n, 0n, 3n]);
    s.poke('go', 0);
    s.step();
    expect(peeks(s, 'a', 'b', 'c', 'd', 'e', 'f_p')).toEqual([5n, 0n, 1n, 1n, 0x21n, 5n]);
  });

  test('match, matchValue and pick', () => {
    const s = run(
      module(
        'cases',
        { in: { m: mode, n: uint(3), a: uint(8), b: uint(8) }, out: { y: uint(8), z: uint(8), p: uint(8) } },
        ({ m, n, a, b }) => {
          const y = wire('result', uint(8));
          match(m, {
            add: () => {
              y.next = a.add(b);
            },
            sub: () => {
              y.next = a.sub(b);
            },
            hold: () => {
              y.next = a;
            },
          });
          const z = wire('chosen', uint(8));
          matchValue(
            n,
            {
              0: () => {
                z.next = a;
              },
              5: () => {
                z.next = b;
              },
            },
            () => {
              z.next = 99;
            },
          );
          return { y, z, p: pick(m, uint(8), { add: 1, sub: a, hold: b }) };
        },
      ),
    );
    s.poke('a', 30);
    s.poke('b', 7);
    const rows = [0, 1, 2].map((m) => {
      s.poke('m', m);
      s.poke('n', m === 2 ? 5 : m);
      return peeks(s, 'y', 'z', 'p');
    });
    expect(rows).toEqual([
      [37n, 30n, 1n],
      [23n, 99n, 30n],
      [30n, 7n, 7n],
    ]);
  });

  test('when … elsewhen … otherwise takes the first that holds', () => {
    const s = run(
      module('chain', { in: { a: bit, b: bit, c: bit }, out: { y: uint(2) } }, ({ a, b, c }) => {
        const y = wire('which', uint(2));
        when(a, () => {
          y.next = 1;
        })
          .elsewhen(b, () => {
            y.next = 2;
          })
          .elsewhen(c, () => {
            y.next = 3;
          })
          .otherwise(() => {
            y.next = 0;
          });
        return { y };
      }),
    );
    for (let n = 0; n < 8; n++) {
      s.poke('a', n & 1);
      s.poke('b', (n >> 1) & 1);
      s.poke('c', n >> 2);
      expect(s.peek('y')).toBe(n & 1 ? 1n : n & 2 ? 2n : n & 4 ? 3n : 0n);
    }
  });

  test('an enumeration of one value has one bit', () => {
    const only = enumeration('only', ['one']);
    const s = run(
      module('single', { in: { m: only }, out: { y: bit, z: uint(1) } }, ({ m }) => {
        const r = reg('kept', only, { reset: 'one' });
        r.next = m;
        match(r, { one: () => {} });
        return { y: r.is('one'), z: m.asUint().expectWidth(1) };
      }),
    );
    expect(s.peek('y')).toBe(1n);
  });
});

describe('what is kept', () => {
  test('a table of literals is one constant, whatever its elements', () => {
    const made = top(
      module(
        'tables',
        { in: { i: uint(8) }, out: { n: uint(9), p: struct({ a: uint(4), b: sint(4) }), r: vec(3, vec(2, uint(2))) } },
        ({ i }) => {
          const table = constant(
            vec(256, uint(9)),
            Array.from({ length: 256 }, (_, k) => 2 * k),
          );
          const pairs = constant(
            vec(200, struct({ a: uint(4), b: sint(4) })),
            Array.from({ length: 200 }, (_, k) => ({ a: k % 16, b: (k % 16) - 8 })),
          );
          const nested = reg('nested', vec(3, vec(2, uint(2))), {
            reset: [
              [0, 1],
              [2, 3],
              [1, 1],
            ],
          });
          nested.next = nested.with(0, [0, 0]);
          return { n: table.at(i), p: pairs.at(i), r: nested };
        },
      ),
    );
    // input, register; three tables, their three readings; the update, its index and its element.
    expect(made.nodes.length).toBe(1 + 1 + 3 + 3 + 3);
    expect(made.nodes.find((node) => node.kind === 'reg')?.reset).toBe(0b0101_1110_0100n);
  });

  test('what nothing uses is dropped, what has a name stays, and arguments come first', () => {
    const made = top(
      module('unused', { in: { a: uint(8), b: uint(8) }, out: { y: uint(8) } }, ({ a, b }) => {
        a.mul(b).add(3);
        named('seen', a.xor(b));
        const r = reg('kept', uint(8));
        when(a.lt(b), () => {
          r.next = r.add(1);
        });
        return { y: r };
      }),
    );
    expect(made.nodes.map((node) => (node.kind === 'op' ? node.op : node.kind))).toEqual([
      'input',
      'input',
      'xor',
      'reg',
      'lt',
      'const',
      'add',
    ]);
    made.nodes.forEach((node, id) => {
      if (node.kind === 'op')
        node.args.forEach((arg) => {
          expect(arg).toBeLessThan(id);
        });
    });
  });

  test('one expression is one node however often it is written', () => {
    const made = top(
      module('shared', { in: { a: uint(8) }, out: { y: uint(8), z: uint(8) } }, ({ a }) => ({
        y: a.add(1),
        z: a.add(1),
      })),
    );
    expect(made.outputs['y']).toBe(made.outputs['z']);
  });
});
