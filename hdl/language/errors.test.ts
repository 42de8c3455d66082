/**
 * Every mistake that the language itself finds, as a designer sees it: the place of each line that is involved comes
 * first, then the hierarchy, then the remedy.
 */
import { describe, expect, test } from 'vitest';
import { DesignError, formatDiagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts';
import {
  all,
  arbiter,
  bit,
  cat,
  concat,
  constant,
  delay,
  elaborate,
  enumeration,
  fifo,
  fork,
  fromWest,
  fsm,
  grid,
  inClock,
  inDomain,
  match,
  matchValue,
  module,
  named,
  produce,
  reg,
  regs,
  select,
  sint,
  sram,
  stream,
  struct,
  uint,
  vec,
  when,
  wire,
  type Module,
  type Shape,
  type Stream,
} from './index.ts';
import { surface } from './surface.ts';

/** Something that the compiler would refuse. */
const wrong = (value: unknown): never => surface<never>(value);

function mistakes(make: () => Pick<Module, 'definition'>): readonly Diagnostic[] {
  try {
    elaborate(make());
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics;
    throw error;
  }
  return [];
}

/** The messages; `#n` is the n-th of the lines that they name, from the top of this file. */
function shown(make: () => Pick<Module, 'definition'>): string {
  const found = mistakes(make);
  const lines = [...new Set(found.flatMap((d) => d.places.map((p) => p.place?.line ?? 0)))].toSorted((a, b) => a - b);
  return found
    .map(formatDiagnostic)
    .join('\n\n')
    .replaceAll(
      /hdl\/language\/errors\.test\.ts:(\d+):\d+/g,
      (_, line: string) => `#${lines.indexOf(Number(line)) + 1}`,
    );
}

const inputs = {
  a: uint(8),
  b: uint(9),
  s: sint(8),
  acc: sint(32),
  go: bit,
  v: vec(4, uint(8)),
  two: uint(2),
} as const;
type Body = Parameters<typeof module<typeof inputs, { readonly y: Shape<unknown, unknown> }>>[2];
/** A module of these inputs whose output does not matter. */
const using = (body: (i: Parameters<Body>[0]) => void): Pick<Module, 'definition'> =>
  module('unit', { in: inputs, out: { y: bit } }, (i) => {
    body(i);
    return { y: 0 };
  });

describe('E0001 width mismatch', () => {
  test('operands', () =>
    expect(
      shown(() =>
        using(({ acc, s }) => {
          const product = named('product', s.mul(s));
          acc.add(wrong(product));
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0001 width mismatch: acc (sint<32>) add product (sint<16>)
      at #3: used here
      at #2: product (sint<16>)
      at #1: acc (sint<32>)
      in unit
      help: product.extend(32)"
  `));
  test('anonymous operands are shown as expressions', () =>
    expect(shown(() => using(({ a, b }) => a.add(1).xor(3).lt(wrong(b))))).toMatchInlineSnapshot(`
    "E0001 width mismatch: a.add(1).xor(3) (uint<8>) lt b (uint<9>)
      at #2: used here
      at #1: b (uint<9>)
      at #2: a.add(1).xor(3) (uint<8>)
      in unit
      help: a.add(1).xor(3).extend(9), or b.truncate(8), which drops the high bits"
  `));
  test('an assignment', () =>
    expect(
      shown(() =>
        using(({ b }) => {
          const r = regs({ count: uint(8) });
          r.count.next = wrong(b);
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0001 width mismatch: count takes b (uint<9>)
      at #3: used here
      at #1: b (uint<9>)
      at #2: count (uint<8>)
      in unit
      help: make count 9 bits wide, or b.truncate(8), which drops the high bits"
  `));
  test('an input of an instance, two levels down', () =>
    expect(
      shown(() => {
        const Inner = module('inner', { in: { x: uint(4) }, out: { y: uint(4) } }, ({ x }) => ({ y: x }));
        const Outer = module('outer', { in: { x: uint(8) }, out: { y: uint(4) } }, ({ x }) => Inner({ x: wrong(x) }));
        return module('top', { in: { x: uint(8) }, out: { y: uint(4) } }, ({ x }) => Outer({ x }));
      }),
    ).toMatchInlineSnapshot(`
    "E0001 width mismatch: input x of inner takes x (uint<8>)
      at #1: used here
      at #1: x (uint<8>)
      in top > outer
      help: take 8 bits, or x.truncate(4), which drops the high bits"
  `));
  test('vectors', () =>
    expect(
      shown(() =>
        using(({ v }) => {
          const kept = reg('kept', vec(3, uint(8)));
          kept.next = wrong(v);
          kept.next = wrong([1, 2]);
          concat(v, wrong(constant(vec(2, uint(4)), [1, 2])));
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0001 width mismatch: kept takes v (vec<4, uint<8>>)
      at #2: used here
      at #1: v (vec<4, uint<8>>)
      in unit
      help: vec<3, uint<8>> is expected: v.slice(0, 3) takes the first elements

    E0001 width mismatch: kept takes an array of 2
      at #3: used here
      in unit
      help: vec<3, uint<8>> is expected

    E0001 width mismatch: v (vec<4, uint<8>>) concat constant(…) (vec<2, uint<4>>)
      at #4: used here
      in unit
      help: vec<2, uint<8>> is expected"
  `));
  test('a width that is promised', () =>
    expect(shown(() => using(({ a }) => a.expectWidth(9)))).toMatchInlineSnapshot(`
    "E0001 width mismatch: a (uint<8>) where 9 bits are expected
      at #2: expected here
      at #1: a (uint<8>)
      in unit
      help: a.extend(9)"
  `));
});

describe('E0002 kind mismatch', () => {
  test('signed and unsigned', () =>
    expect(
      shown(() =>
        using(({ a, s }) => {
          s.add(wrong(a));
          a.mul(wrong(s));
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0002 kind mismatch: s (sint<8>) add a (uint<8>)
      at #2: used here
      at #1: a (uint<8>)
      at #1: s (sint<8>)
      in unit
      help: sint<8> is expected: a.extend(9).asSint() keeps the value, a.asSint() the bits

    E0002 kind mismatch: a (uint<8>) mul s (sint<8>)
      at #3: used here
      at #1: a (uint<8>)
      at #1: s (sint<8>)
      in unit
      help: both signed or both unsigned: a.extend(9).asSint() keeps the value"
  `));
  test('a number as a condition', () =>
    expect(
      shown(() =>
        using(({ two }) => {
          when(wrong(two), () => {});
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0002 kind mismatch: when(two (uint<2>))
      at #2: used here
      at #1: two (uint<2>)
      in unit
      help: bit is expected: two.any() where any bit counts, two.ne(0), two.bit(0), …"
  `));
  test('what is no signal', () =>
    expect(
      shown(() =>
        using(({ a }) => {
          a.add(wrong('three'));
          named('it', 3);
          cat(a, wrong(3));
          match(wrong(7), {});
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0002 kind mismatch: a (uint<8>) add 'three'
      at #2: used here
      at #1: a (uint<8>)
      in unit
      help: uint<8> is expected

    E0002 kind mismatch: 3 where a signal, a vector or a bundle of them is expected
      at #3: here
      in unit
      help: give literals a type: constant(uint(8), 5)

    E0002 kind mismatch: cat of 3
      at #4: here
      in unit
      help: cat joins scalar signals; give literals a width: constant(uint(3), 5); pack(…) makes a number of a vector or bundle

    E0002 kind mismatch: match on 7
      at #5: used here
      in unit
      help: match on an enumeration, matchValue on an unsigned number"
  `));
  test("JavaScript's operators", () =>
    expect(shown(() => using(({ a }) => surface<number>(a) + 1))).toMatchInlineSnapshot(`
    "E0002 kind mismatch: a (uint<8>) is a signal, and JavaScript's operators work on values
      at #2: used here
      at #1: a (uint<8>)
      in unit
      help: use add, sub, eq, lt, and, select, …"
  `));
  test('enumerations of one name', () =>
    expect(
      shown(() =>
        using(() => {
          const [one, other] = [enumeration('mode', ['off', 'on']), enumeration('mode', ['on', 'off'])];
          constant(one, 'on').eq(wrong(constant(other, 'on')));
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0002 kind mismatch: on (enum mode) eq on (enum mode)
      at #1: used here
      in unit
      help: enum mode is expected: an enumeration meets only its own values"
  `));
});

test('E0003 literal out of range', () =>
  expect(
    shown(() =>
      using(({ a, s }) => {
        a.add(256);
        a.sub(-1);
        s.eq(128);
        a.add(1.5);
        a.shl(-1);
        reg('count', uint(4), { reset: 16 });
        sram('table', { depth: 4, word: uint(4), init: [15, 16] });
      }),
    ),
  ).toMatchInlineSnapshot(`
  "E0003 literal out of range: a (uint<8>) add 256: uint<8> holds 0 to 255
    at #2: used here
    at #1: a (uint<8>)
    in unit
    help: use a number in that range, or a wider type

  E0003 literal out of range: a (uint<8>) sub -1: uint<8> holds 0 to 255
    at #3: used here
    at #1: a (uint<8>)
    in unit
    help: use a number from 0, or a signed type

  E0003 literal out of range: s (sint<8>) eq 128: sint<8> holds -128 to 127
    at #4: used here
    at #1: s (sint<8>)
    in unit
    help: use a number in that range, or a wider type

  E0003 literal out of range: a (uint<8>) add 1.5: it is not a whole number of at most 53 bits
    at #5: used here
    at #1: a (uint<8>)
    in unit
    help: round it, or write it as a bigint

  E0003 literal out of range: a (uint<8>) shl by -1
    at #6: used here
    in unit
    help: use a whole number from 0, or an unsigned signal

  E0003 literal out of range: reset of count is 16: uint<4> holds 0 to 15
    at #7: used here
    in unit
    help: use a number in that range, or a wider type

  E0003 literal out of range: word 1 of table begins as 16: uint<4> holds 0 to 15
    at #8: used here
    in unit
    help: use a number in that range, or a wider type"
`));

test('E0004 bad type', () =>
  expect(
    shown(() =>
      using(({ a, v }) => {
        uint(0);
        vec(0, bit);
        struct({});
        enumeration('none', []);
        a.extend(7);
        a.truncate(9);
        a.slice(4, 5);
        a.bit(8);
        v.at(4);
        v.slice(3, 2);
        delay('late', a, { cycles: -1 });
        sram('odd', { depth: 4, word: uint(9), lanes: 2 });
        vec(2, wrong('uint(8)'));
      }),
    ),
  ).toMatchInlineSnapshot(`
  "E0004 bad type: uint(0)
    at #2: here
    in unit
    help: use a whole number of at least 1

  E0004 bad type: vec(0)
    at #3: here
    in unit
    help: use a whole number of at least 1

  E0004 bad type: a struct without fields
    at #4: here
    in unit
    help: give it at least one field

  E0004 bad type: enumeration none without values
    at #5: here
    in unit
    help: name at least one value

  E0004 bad type: a (uint<8>) extend to 7 bits
    at #6: used here
    at #1: a (uint<8>)
    in unit
    help: extend to 8 bits or more; truncate(…) drops bits

  E0004 bad type: a (uint<8>) truncate to 9 bits
    at #7: used here
    at #1: a (uint<8>)
    in unit
    help: truncate to between 1 and 8 bits; extend(…) adds bits

  E0004 bad type: 5 bits from bit 4 of a (uint<8>)
    at #8: used here
    at #1: a (uint<8>)
    in unit
    help: its bits are 0 to 7

  E0004 bad type: bit 8 of a (uint<8>)
    at #9: used here
    at #1: a (uint<8>)
    in unit
    help: its bits are 0 to 7

  E0004 bad type: element 4 of v (vec<4, uint<8>>)
    at #10: used here
    at #1: v (vec<4, uint<8>>)
    in unit
    help: its elements are 0 to 3

  E0004 bad type: 2 elements from element 3 of v (vec<4, uint<8>>)
    at #11: used here
    at #1: v (vec<4, uint<8>>)
    in unit
    help: take one or more of the elements 0 to 3

  E0004 bad type: delay late of -1 cycles
    at #12: here
    in unit
    help: use a whole number from 0

  E0004 bad type: memory odd of 4 words of uint<9> in 2 lanes
    at #13: here
    in unit
    help: the depth is at least 1, and the lanes divide the word

  E0004 bad type: 'uint(8)' is not a shape
    at #14: here
    in unit
    help: give bit, uint(n), sint(n), enumeration(…), struct({…}), vec(n, …) or stream(…)"
`));

test('E0004 outside a module is thrown at once', () => {
  expect(() => sint(-3)).toThrow(
    /^E0004 bad type: sint\(-3\)\n {2}at hdl\/language\/errors\.test\.ts:\d+:\d+: here\n {2}help: /,
  );
});

describe('E0006 undriven', () => {
  test('an output', () =>
    expect(
      shown(() =>
        module(
          'unit',
          { in: { a: bit }, out: { y: bit, z: bit } },
          wrong((i: { a: unknown }) => ({ y: i.a })),
        ),
      ),
    ).toMatchInlineSnapshot(`
    "E0006 undriven: output z of unit gets no value
      at #1: output z
      in unit
      help: return { z: … } from its body"
  `));
  test('a ready', () =>
    expect(shown(() => module('unit', { in: { a: stream(uint(8)) }, out: { y: bit } }, ({ a }) => ({ y: a.valid }))))
      .toMatchInlineSnapshot(`
    "E0006 undriven: nothing assigns a_ready, so that its stream never moves
      at #1: a_ready
      in unit
      help: assign its ready, or hand the stream to a consumer"
  `));
});

describe('E0007 two drivers', () => {
  test('a machine with cases twice', () =>
    expect(
      shown(() =>
        using(() => {
          const state = fsm(['idle', 'run'], { reset: 'idle' });
          state.cases({ idle: () => state.goto('run'), run: () => {} });
          state.cases({ idle: () => {}, run: () => state.goto('idle') });
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0007 two drivers: machine state gets its cases twice
      at #2: again
      at #1: first
      in unit
      help: put everything into one cases(…)"
  `));
  test('a when continued twice, or late', () =>
    expect(
      shown(() =>
        using(({ a, go }) => {
          const r = regs({ x: uint(8), z: uint(8) });
          const chain = when(go, () => {
            r.x.next = a;
          });
          chain.otherwise(() => {
            r.x.next = 0;
          });
          chain.otherwise(() => {
            r.x.next = 1;
          });
          r.z.next = a;
          chain.elsewhen(a.any(), () => {});
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0007 two drivers: otherwise follows no when directly
      at #2: otherwise
      at #1: the when
      in unit
      help: write when(…).elsewhen(…).otherwise(…) in one chain, otherwise last

    E0007 two drivers: elsewhen follows no when directly
      at #3: elsewhen
      at #1: the when
      in unit
      help: write when(…).elsewhen(…).otherwise(…) in one chain, otherwise last"
  `));
  test('an expression', () =>
    expect(
      shown(() =>
        using(({ a }) => {
          surface<{ next: number }>(a.add(1)).next = 3;
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0007 two drivers: a.add(1) (uint<8>) is assigned, and has its value already
      at #1: assigned here
      at #1: a.add(1) (uint<8>)
      in unit
      help: assign registers and wires: reg(…), regs(…), wire(…)"
  `));
});

test('E0010 memory port width', () =>
  expect(
    shown(() =>
      using(({ a, two }) => {
        const store = sram('store', { depth: 100, word: uint(8), lanes: 2 });
        store.write({ address: two, data: a, mask: wrong(a) });
        store.read('out', { address: a });
      }),
    ),
  ).toMatchInlineSnapshot(`
  "E0010 memory port width: a write of store (100 words) is addressed by two (uint<2>)
    at #3: used here
    at #1: two (uint<2>)
    at #2: memory store
    in unit
    help: 100 words take an address of 7 bits: two.extend(7)

  E0010 memory port width: a write of store (2 lanes) is masked by a (uint<8>)
    at #3: used here
    at #1: a (uint<8>)
    at #2: memory store
    in unit
    help: give one bit for each lane: 2

  E0010 memory port width: read port out of store (100 words) is addressed by a (uint<8>)
    at #4: used here
    at #1: a (uint<8>)
    at #2: memory store
    in unit
    help: 100 words take an address of 7 bits: a.truncate(7)"
`));

describe('E0011 unknown port', () => {
  const Cell = module('cell', { in: { a: uint(8), carry: bit }, out: { y: uint(8) } }, ({ a }) => ({ y: a }));
  test('of an instance', () =>
    expect(shown(() => using(({ a }) => Cell(wrong({ a, cary: 1 }))))).toMatchInlineSnapshot(`
    "E0011 unknown port: cell has no input cary; cell gets no carry
      at #2: cell is made here
      at #1: module cell
      in unit
      help: give { carry: … }; its inputs are a, carry"
  `));
  test('of a grid', () =>
    expect(
      shown(() =>
        using(({ v }) => {
          const row = grid('row', { rows: 4, cols: 1, cell: Cell, inputs: wrong({ a: fromWest('y', v) }) });
          row.east(wrong('z'));
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0011 unknown port: row gets no carry
      at #2: row is made here
      at #1: module cell
      in unit
      help: wire them with all, byRow, byColumn, byCell, fromWest, fromNorth, fromEast or fromSouth; its inputs are a, carry

    E0011 unknown port: cell, the cell of row, has no plain output z
      at #3: read here
      in unit
      help: the outputs of cell are y: uint<8>"
  `));
  test('of a bundle', () =>
    expect(
      shown(() =>
        using(({ a }) => {
          reg('pair', struct({ x: uint(8), y: uint(8) })).next = wrong({ x: a, z: a });
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0011 unknown port: pair takes a bundle with z and without y
      at #1: here
      in unit
      help: its fields are x, y"
  `));
});

test('E0012 name clash', () =>
  expect(
    shown(() =>
      module('unit', { in: { a: bit, 'two words': bit }, out: { a: bit, y: bit } }, ({ a }) => {
        reg('y', bit).next = a;
        reg('a', bit).next = a;
        enumeration('mode', ['off', 'off']);
        struct({ next: bit });
        return { a, y: a };
      }),
    ),
  ).toMatchInlineSnapshot(`
  "E0012 name clash: 'two words' is not an identifier
    at #1: input two words
    in unit
    help: use letters, digits and underscores, not beginning with a digit

  E0012 name clash: two things are called a
    at #3: register
    at #1: the first a
    in unit
    help: give one of them another name

  E0012 name clash: enumeration mode has two values called off
    at #4: here
    in unit
    help: give one of them another name

  E0012 name clash: a field called next
    at #5: here
    in unit
    help: give it another name: registers are assigned by next

  E0012 name clash: two ports of unit are called a
    at #1: module unit
    in unit
    help: ports share one namespace, inputs and outputs too

  E0012 name clash: two things are called y
    at #1: output y
    at #2: the first y
    in unit
    help: give one of them another name"
`));

describe('E0013 state missing', () => {
  test('cases', () =>
    expect(
      shown(() =>
        using(() => {
          const state = fsm(['idle', 'copy', 'drain'], { reset: 'idle' });
          state.cases(wrong({ idle: () => state.goto('copy'), copi: () => {} }));
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0013 state missing: state (enum state): no case for copy, drain; no such value as copi
      at #2: cases
      at #1: state (enum state)
      in unit
      help: its values are idle, copy, drain; write copy: () => {} where nothing happens"
  `));
  test('values', () =>
    expect(
      shown(() =>
        using(() => {
          const state = fsm(['idle', 'copy'], { reset: wrong('start') });
          when(state.is(wrong('stop')), () => state.goto(wrong('halt')));
        }),
      ),
    ).toMatchInlineSnapshot(`
    "E0013 state missing: reset of state is 'start': state has no such value
      at #1: used here
      in unit
      help: one of idle, copy

    E0013 state missing: state (enum state) is 'stop': state has no such value
      at #2: used here
      at #1: state (enum state)
      in unit
      help: one of idle, copy

    E0013 state missing: state takes 'halt': state has no such value
      at #2: used here
      at #1: state (enum state)
      in unit
      help: one of idle, copy"
  `));
});

test('E0014 unknown clock', () =>
  expect(
    shown(() => {
      const Child = module(
        'child',
        { in: { a: inDomain('other', bit) }, out: { y: bit }, clocks: ['clk', 'other'] },
        ({ a }) => ({ y: inClock('other', () => delay('held', a)) }),
      );
      return module('unit', { in: { a: inDomain('bus', bit) }, out: { y: bit } }, ({ a }) => {
        inClock('slow', () => delay('held', a));
        return { y: Child({ a }, { clocks: { bus: 'clk' } }).y };
      });
    }),
  ).toMatchInlineSnapshot(`
  "E0014 clock-domain crossing: port a is in domain 'bus', which module unit does not have
    at #1: module unit
    in unit
    help: its clocks are clk

  E0014 clock-domain crossing: module unit has no clock 'slow'
    at #2: here
    in unit
    help: its clocks are clk

  E0014 clock-domain crossing: child has no clock 'bus'
    at #3: here
    in unit
    help: its clocks are clk, other

  E0014 clock-domain crossing: clock other of child (child) runs on nothing in unit
    at #3: here
    in unit
    help: connect it: { clocks: { other: … } }; the clocks here are clk"
`));

test('E0016 signal used outside its module', () =>
  expect(
    shown(() =>
      module('outer', { in: { a: uint(8), go: bit }, out: { y: uint(8) } }, ({ a, go }) => {
        const kept = reg('kept', uint(8));
        kept.next = a;
        const Inner = module('inner', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => {
          when(go, () => {
            kept.next = x;
          });
          return { y: x.add(a).add(a) };
        });
        return Inner({ x: a });
      }),
    ),
  ).toMatchInlineSnapshot(`
    "E0016 signal used outside its module: go (bit) belongs to module outer, and is used in inner
      at #3: used in inner
      at #1: go (bit)
      in outer > inner
      help: pass it through a port of inner

    E0016 signal used outside its module: kept (uint<8>) belongs to module outer, and is assigned in inner
      at #4: assigned in inner
      at #2: kept (uint<8>)
      in outer > inner
      help: give the value to outer through a port

    E0016 signal used outside its module: a (uint<8>) belongs to module outer, and is used in inner
      at #5: used in inner
      at #1: a (uint<8>)
      in outer > inner
      help: pass it through a port of inner"
  `));

test('E0017 not in a module', () => {
  expect(() => reg('count', uint(8))).toThrow(
    /^E0017 not in a module: register count is made outside the body of a module\n {2}at hdl\/language\/errors/,
  );
  let leaked: Stream<unknown> | null = null;
  elaborate(
    module('unit', { in: { a: stream(bit) }, out: { y: bit } }, ({ a }) => {
      leaked = a;
      a.ready = 1;
      return { y: a.valid };
    }),
  );
  expect(() => {
    if (leaked !== null) when(leaked.valid, () => {});
  }).toThrow(/^E0017/);
});

test('E0019 bad grid', () =>
  expect(
    shown(() => {
      const Cell = module(
        'cell',
        { in: { a: uint(8), s: stream(bit) }, out: { y: uint(9), z: stream(bit) } },
        ({ a, s }) => ({ y: a.addGrow(0), z: s }),
      );
      const Plain = module('plain', { in: { a: uint(8) }, out: { y: uint(8) } }, ({ a }) => ({ y: a }));
      return using(({ v, a }) => {
        grid('none', { rows: 0, cols: 4, cell: Plain, inputs: { a: all(a) } });
        grid('half', { rows: 4, cols: 4, shape: 'lower', cell: Plain, inputs: { a: all(a) } }).cells('y');
        grid('wide', { rows: 4, cols: 4, cell: Cell, inputs: wrong({ a: fromWest('y', v), s: all(a) }) });
        grid('lost', { rows: 4, cols: 4, cell: Plain, inputs: wrong({ a: fromWest('x', v) }) });
      });
    }),
  ).toMatchInlineSnapshot(`
  "E0019 bad grid: grid none is full with 0 × 4 cells
    at #1: here
    in unit
    help: a grid has at least one row and one column

  E0019 bad grid: all cells of half, which is a triangle
    at #2: here
    in unit
    help: a triangle is read along its edges: west, north, east, south

  E0019 bad grid: input a of wide takes y of its west neighbour, which is uint<9> and not uint<8>
    at #3: here
    in unit
    help: the outputs of cell are y: uint<9>, z: bit

  E0019 bad grid: input s of wide is a stream
    at #3: here
    in unit
    help: cells of a grid have plain ports; carry valid beside the data

  E0019 bad grid: input a of lost takes x of its west neighbour, which has no such plain output
    at #4: here
    in unit
    help: the outputs of plain are y: uint<8>"
`));

test('E0020 a module inside itself', () =>
  expect(
    shown(() => {
      const Endless: Module<{ readonly a: typeof bit }, { readonly y: typeof bit }> = module(
        'endless',
        { in: { a: bit }, out: { y: bit } },
        ({ a }) => Endless({ a }),
      );
      return Endless;
    }),
  ).toMatchInlineSnapshot(`
  "E0020 malformed design: endless contains itself
    at #1: instantiated here
    in endless > endless
    help: end the recursion: make another definition for each level, and none at the last"
`));

test('streams of impossible shape', () =>
  expect(
    shown(() =>
      module('unit', { in: { a: stream(uint(8)) }, out: { y: stream(uint(8)) } }, ({ a }) => {
        fork('none', produce('p', { valid: a.valid, payload: a.payload }), 0);
        reg('held', wrong(stream(bit)));
        select(a.valid, surface<Stream<unknown>>(a), wrong(a));
        return { y: fifo('empty', a, 0) };
      }),
    ),
  ).toMatchInlineSnapshot(`
  "E0004 bad type: fork none to 0 branches
    at #1: here
    in unit
    help: give it at least one

  E0004 bad type: a stream of bit where the type of a value is expected
    at #2: here
    in unit
    help: a stream is a port of its own; it cannot be part of a struct, a vector, a register or a memory

  E0002 kind mismatch: a stream of uint<8> where a signal, a vector or a bundle of them is expected
    at #3: here
    in unit
    help: look at the valid and payload of the stream, or hand it to an instance or a combinator

  E0004 bad type: fifo empty of 0 payloads
    at #4: here
    in unit
    help: use a whole number of at least 1"
`));
test('an arbiter of nothing', () =>
  expect(
    shown(() =>
      using(() => {
        arbiter('none', []);
      }),
    ),
  ).toMatchInlineSnapshot(`
  "E0004 bad type: arbiter none of no streams
    at #1: here
    in unit
    help: give it at least one"
`));

test('several mistakes of one phase come together, with the one that ended it', () => {
  const found = mistakes(() =>
    using(({ a, b, s }) => {
      a.add(wrong(b));
      s.add(wrong(a));
      matchValue(a, { 300: () => {} }, () => {});
      wire('open', bit);
      named('twice', surface<typeof a>(surface<number>(a) * 2));
    }),
  );
  expect(found.map((d) => d.code)).toEqual(['E0001', 'E0002', 'E0003', 'E0002']);
});
