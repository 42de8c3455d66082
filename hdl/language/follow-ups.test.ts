/**
 * One mistake gives one message: what a mistake leaves behind is not complained about again, and is said where it was
 * made.
 */
import { describe, expect, test } from 'vitest';
import { DesignError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import {
  bit,
  delay,
  elaborate,
  fromWest,
  grid,
  inClock,
  inDomain,
  module,
  named,
  reg,
  regs,
  select,
  sint,
  sram,
  stream,
  uint,
  vec,
  type Module,
  type Shapes,
} from './index.ts';
import { surface } from './surface.ts';

/** Something that the compiler would refuse. */
const wrong = (value: unknown): never => surface<never>(value);

function mistakes(top: Pick<Module, 'definition'>): readonly Diagnostic[] {
  try {
    elaborate(top);
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics;
    throw error;
  }
  return [];
}
const said = (top: Pick<Module, 'definition'>): string[] =>
  mistakes(top).map(({ code, message }) => `${code} ${message}`);

const inputs = { a: uint(8), b: uint(9), s: sint(8), go: bit, v: vec(4, uint(8)) } as const;
type Inputs = Parameters<Parameters<typeof module<typeof inputs, Shapes>>[2]>[0];
/** A module whose output `y`, of 32 bits, is what `body` returns. */
const giving = (body: (i: Inputs) => unknown): Pick<Module, 'definition'> =>
  module('unit', { in: inputs, out: { y: uint(32) } }, (i) => ({ y: wrong(body(i)) }));

describe('values that a mistake leaves behind', () => {
  test.each<[string, (i: Inputs) => unknown, string]>([
    ['operands of two widths', ({ a, b }) => a.add(wrong(b)).add(1), 'E0001 a (uint<8>) add b (uint<9>)'],
    ['operands of two kinds', ({ a, go }) => surface<typeof a>(go).add(wrong(a)), 'E0002 g'],
    ['a product of two kinds', ({ a, s }) => a.mul(wrong(s)), 'E0002 a (uint<8>) mul s (sint<8>)'],
    ['an extension to fewer bits', ({ b }) => b.extend(8), 'E0004 b (uint<9>) extend to 8 bits'],
    ['a truncation to more', ({ a }) => a.truncate(16), 'E0004 a (uint<8>) truncate to 16 bits'],
    ['a slice past the end', ({ a }) => a.slice(7, 4), 'E0004 4 bits from bit 7 of a (uint<8>)'],
    ['a slice of nothing', ({ a }) => a.slice(2, 0), 'E0004 0 bits from bit 2 of a (uint<8>)'],
    ['a broken promise', ({ a }) => a.expectWidth(9), 'E0001 a (uint<8>) where 9 bits are expected'],
    [
      'two literals to choose from',
      ({ go }) => select(go, wrong(1), wrong(2)),
      'E0002 2 where a signal, a vector or a bundle of them is expected',
    ],
    ['elements past the end', ({ v }) => v.slice(3, 4).at(3), 'E0004 4 elements from element 3 of v (vec<4, uint<8>>)'],
    [
      'a wider element',
      ({ v, a }) => v.with(0, wrong(a.addGrow(1))).at(0),
      'E0001 a.extend(9).add(1.extend(9)) (uint<9>) as an element of v (vec<4, uint<8>>)',
    ],
    [
      'an impossible width',
      ({ a }) => {
        const r = reg('r', uint(0));
        r.next = wrong(a);
        return r;
      },
      'E0004 uint(0)',
    ],
    [
      'no shape',
      ({ a }) => {
        const r = reg('r', surface<typeof inputs.a>(8));
        r.next = a;
        return r.add(a);
      },
      'E0004 8 is not a shape',
    ],
    [
      'a shape without elements',
      ({ v }) => {
        const r = reg('r', vec(0, uint(8)));
        r.next = wrong(v);
        return surface<typeof v>(r);
      },
      'E0004 vec(0)',
    ],
    [
      'an impossible memory',
      ({ a }) => {
        const m = sram('m', { depth: 0, word: uint(32) });
        m.write({ address: wrong(a), data: 1 });
        return m.readNow({ address: wrong(a) });
      },
      'E0004 memory m of 0 words',
    ],
  ])('%s', (_, body, message) => {
    const found = said(giving(body));
    expect(found[0]).toContain(message);
    expect(found.length).toBe(1);
  });

  test('a grid without cells', () => {
    const Cell = module('cell', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => ({ y: delay('y', x) }));
    const none: number = 0;
    const Top = module('top', { in: { v: vec(4, uint(8)) }, out: { y: vec(4, uint(8)) } }, ({ v }) => {
      const cells = grid('cells', { rows: none, cols: 4, cell: Cell, inputs: { x: fromWest('y', v) } });
      return { y: wrong(cells.east('y')) };
    });
    expect(said(Top)).toEqual(['E0019 grid cells is full with 0 × 4 cells']);
  });
  test('a clock that is not there is said once', () => {
    const Top = module('top', { in: { x: inDomain('fast', bit) }, out: { y: bit } }, ({ x }) => ({
      y: inClock('fast', () => delay('y', x)),
    }));
    expect(said(Top)).toEqual(["E0014 port x is in domain 'fast', which module top does not have"]);
  });
  test('two mistakes are two messages', () => {
    expect(
      said(
        giving(({ a, b, s }) => {
          named('one', a.add(wrong(b)));
          named('two', s.sub(wrong(b)));
          return 0;
        }),
      ),
    ).toEqual(['E0001 a (uint<8>) add b (uint<9>)', 'E0002 s (sint<8>) sub b (uint<9>)']);
    expect(said(giving(({ a }) => a.add(300).add(-1).extend(32)))).toHaveLength(2);
  });
});

describe('outputs', () => {
  const counting = (result: (r: { count: unknown }) => unknown): Pick<Module, 'definition'> =>
    module('counter', { in: {}, out: { count: uint(4) } }, () => {
      const r = regs({ count: uint(8) });
      r.count.next = r.count.add(1);
      return wrong(result(r));
    });

  test("a register of the output's name and another width is one mistake", () => {
    expect(said(counting((r) => r))).toEqual(['E0001 output count takes count (uint<8>)']);
  });
  test('a key that is no output', () => {
    expect(mistakes(counting((r) => ({ cuont: r.count })))).toMatchObject([
      {
        code: 'E0011',
        message: 'counter has no output cuont, and gets no count',
        help: 'return { count: … } from its body',
        places: [{ what: 'module counter', place: { file: 'hdl/language/follow-ups.test.ts' } }],
      },
    ]);
    expect(
      said(
        module('more', { in: { a: bit }, out: { b: bit } }, ({ a }) => {
          const result = { b: a, c: a };
          return result;
        }),
      ),
    ).toEqual(['E0011 more has no output c']);
    expect(
      mistakes(
        module('none', { in: { a: bit }, out: {} }, ({ a }) => {
          const result = { b: a };
          return result;
        }),
      ),
    ).toMatchObject([{ code: 'E0011', help: 'it has no outputs: return {}, or declare them' }]);
  });
  test('a stream under a wrong key has been handed on', () => {
    const Top = module('top', { in: { s: stream(bit) }, out: { t: stream(bit) } }, ({ s }) => wrong({ out: s }));
    expect(said(Top)).toEqual(['E0011 top has no output out, and gets no t']);
    const Inner = module('inner', { in: { s: stream(bit) }, out: { t: stream(bit) } }, ({ s }) => ({ t: s }));
    const Outer = module('outer', { in: { s: stream(bit) }, out: { t: stream(bit) } }, ({ s }) =>
      Inner(wrong({ words: s })),
    );
    expect(said(Outer)).toEqual(['E0011 inner has no input words; inner gets no s']);
  });
  test("all of an instance's results may be returned", () => {
    const Inner = module('inner', { in: { s: stream(bit) }, out: { t: stream(bit) } }, ({ s }) => ({ t: s }));
    expect(said(module('outer', { in: { s: stream(bit) }, out: { t: stream(bit) } }, ({ s }) => Inner({ s })))).toEqual(
      [],
    );
  });
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'E0006 the body of unit returns nothing, where y is expected'],
    ['a number', 7, 'E0006 the body of unit returns 7, where y is expected'],
    ['an array', [1], 'E0006 the body of unit returns an array of 1, where y is expected'],
    [
      'a promise',
      Promise.resolve({ y: 1 }),
      'E0017 the body of unit returns a promise: what it makes later would be outside the module',
    ],
  ])('a body that returns %s', (_, returned, message) => {
    expect(said(module('unit', { in: {}, out: { y: bit } }, () => wrong(returned)))).toEqual([message]);
  });
  test.each<[string, unknown, string]>([
    ['a signal', 1, 'E0002 output s takes 1'],
    ['other fields', { valid: 1, data: 1 }, 'E0011 output s takes a stream with data and without payload'],
    ['a ready', { valid: 1, payload: 1, ready: 1 }, 'E0011 output s takes a stream with ready'],
  ])('a stream given %s', (_, given, message) => {
    expect(said(module('unit', { in: {}, out: { s: stream(bit) } }, () => ({ s: wrong(given) })))).toEqual([message]);
  });
  test('a mistake of an output is placed at its module, not at the call that elaborates it', () => {
    const Inner = module('inner', { in: { x: uint(8) }, out: { y: uint(4) } }, ({ x }) => ({ y: wrong(x) }));
    const Top = module('top', { in: { x: uint(8) }, out: { y: uint(4) } }, ({ x }) => Inner({ x }));
    const [found] = mistakes(Top);
    expect(found?.places[0]?.place?.line).toBe(Inner.definition.place.line);
  });
});

test('what is no record of ports', () => {
  expect(() =>
    module(
      'unit',
      wrong(() => {}),
      wrong(undefined),
    ),
  ).toThrow(/^E0011 unknown port: module\('unit'\) has no record 'in' of its inputs\n/);
  expect(() => module('unit', wrong({ in: {} }), wrong(undefined))).toThrow(/no record 'out' of its outputs/);
});
