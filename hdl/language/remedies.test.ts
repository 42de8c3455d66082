/** The remedy that a message names is one: written instead of the mistake, it elaborates. */
import { expect, test } from 'vitest';
import { DesignError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import * as language from './index.ts';
import { surface } from './surface.ts';

const {
  cat,
  constant,
  delay,
  elaborate,
  inClock,
  inDomain,
  module,
  reg,
  sram,
  struct,
  synchronise,
  uint,
  sint,
  bit,
  vec,
  wire,
} = language;

function mistakes(top: Pick<language.Module, 'definition'>): readonly Diagnostic[] {
  try {
    elaborate(top);
    return [];
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics;
    throw error;
  }
}

const pair = struct({ x: uint(8), y: bit });
const ports = { in: { a: uint(8), go: bit, i: uint(2), p: pair }, out: { y: bit } } as const;
type Inputs = { readonly [K in keyof typeof ports.in]: language.SignalOf<(typeof ports.in)[K]> };
/** Everything that can be assigned, by the name that the message must use. */
const targets = () => ({
  word: reg('word', uint(8)),
  signed: reg('signed', sint(8)),
  list: reg('list', vec(4, uint(8))),
  pairs: reg('pairs', vec(4, pair)),
  pair: reg('pair', pair),
  nest: reg('nest', struct({ list: vec(4, uint(8)), flag: bit })),
  open: wire('open', uint(8)),
  lists: reg('lists', vec(2, vec(3, uint(8)))),
});
type Targets = ReturnType<typeof targets>;
/** `(part.next = …)`, which the compiler would refuse. */
const put = (part: unknown, value: unknown): void => {
  Reflect.set(surface<object>(part), 'next', value);
};

const Unit = (body: (given: Inputs, made: Targets) => void): language.Module<typeof ports.in, typeof ports.out> =>
  module('unit', ports, (given) => {
    body(given, targets());
    return { y: 0 };
  });

test.each<[string, (made: Targets, given: Inputs) => unknown, (given: Inputs) => unknown]>([
  ['word.next = cat(word.slice(4, 4), value, word.slice(0, 3))', ({ word }) => word.bit(3), ({ go }) => go],
  ['word.next = cat(word.slice(3, 5), value)', ({ word }) => word.slice(0, 3), () => constant(uint(3), 5)],
  ['word.next = cat(value, word.slice(0, 5))', ({ word }) => word.slice(5, 3), () => constant(uint(3), 5)],
  ['open.next = cat(open.slice(4, 4), value, open.slice(0, 3))', ({ open }) => open.bit(3), ({ go }) => go],
  [
    'signed.next = cat(signed.slice(4, 4), value, signed.slice(0, 3)).asSint()',
    ({ signed }) => signed.bit(3),
    ({ go }) => go,
  ],
  ['signed.next = value.asSint()', ({ signed }) => signed.asUint(), ({ a }) => a],
  ['list.next = list.with(2, value)', ({ list }) => list.at(2), ({ a }) => a],
  ['list.next = list.with(i, value)', ({ list }, { i }) => list.at(i), ({ a }) => a],
  [
    'list.next = concat(concat(list.slice(0, 1), value), list.slice(3, 1))',
    ({ list }) => list.slice(1, 2),
    ({ a }) => constant(vec(2, uint(8)), [a, 3]),
  ],
  ['nest.list.next = nest.list.with(2, value)', ({ nest }) => nest.list.at(2), ({ a }) => a],
  ['pairs.next = pairs.with(1, { ...pairs.at(1), x: value })', ({ pairs }) => pairs.at(1).x, ({ a }) => a],
  ['lists.next = lists.with(1, lists.at(1).with(2, value))', ({ lists }) => lists.at(1).at(2), ({ a }) => a],
])('E0007 for a part: %s', (written, part, value) => {
  const found = mistakes(
    Unit((given, made) => {
      put(part(made, given), value(given));
    }),
  );
  expect(found.map(({ code, help }) => `${code} ${help}`)).toEqual([
    `E0007 assign all of it, with that part replaced: ${written}`,
  ]);
  // The help as it stands, with every name that it uses in scope.
  const names = [
    'value',
    'i',
    ...Object.keys(language),
    'word',
    'signed',
    'list',
    'pairs',
    'pair',
    'nest',
    'open',
    'lists',
  ];
  const applied = mistakes(
    Unit((given, made) => {
      const scope: Readonly<Record<string, unknown>> = { value: value(given), i: given.i, ...language, ...made };
      new Function(...names, written)(...names.map((name) => scope[name]));
    }),
  );
  expect(applied.filter(({ code }) => code === 'E0007' || code === 'E0001' || code === 'E0002')).toEqual([]);
});

test('E0007 for an expression that is a part of nothing', () => {
  const [found] = mistakes(Unit(({ a }) => put(a.add(1), 3)));
  expect(found?.help).toBe('assign registers and wires: reg(…), regs(…), wire(…)');
});

const single = (
  body: (
    given: Inputs,
    made: {
      readonly list: language.Reg<language.Vec<language.UInt<8>, 4>, unknown>;
      readonly pair: Targets['pair'];
      readonly word: Targets['word'];
    },
  ) => void,
) =>
  module('unit', ports, (given) => {
    const made = { list: reg('list', vec(4, uint(8))), pair: reg('pair', pair), word: reg('word', uint(8)) };
    body(given, surface(made));
    return { y: made.list.at(0).any().or(made.pair.y).or(made.word.any()) };
  });
const helps = (body: Parameters<typeof single>[0]): string[] =>
  mistakes(single(body))
    .filter(({ code }) => code === 'E0007')
    .map(({ help }) => help);

test.each<[help: string, wrong: Parameters<typeof single>[0], right: Parameters<typeof single>[0]]>([
  [
    'assign once, and replace one element after the other: list.next = list.with(…).with(…)',
    ({ a }, { list }) => {
      list.next = list.with(0, a);
      list.next = list.with(1, 3);
    },
    ({ a }, { list }) => {
      list.next = list.with(0, a).with(1, 3);
    },
  ],
  [
    'assign once, with all new parts in one value: word.next = cat(…)',
    ({ go }, { word }) => {
      word.next = cat(word.slice(1, 7), go);
      word.next = cat(go, word.slice(0, 7));
    },
    ({ go }, { word }) => {
      word.next = cat(go, word.slice(1, 6), go);
    },
  ],
  [
    'remove one of them; where one gives a whole bundle and the other a field of it, give the field its value there: name.next = { ...value, field: … }',
    ({ p, a }, { pair: made }) => {
      made.next = p;
      made.x.next = a;
    },
    ({ p, a }, { pair: made }) => {
      made.next = { ...p, x: a };
    },
  ],
  [
    'remove one of them, or put the later one into a when(…)',
    ({ a }, { word }) => {
      word.next = a;
      word.next = 3;
    },
    ({ a, go }, { word }) => {
      word.next = a;
      language.when(go, () => {
        word.next = 3;
      });
    },
  ],
])('E0007 for two assignments: %s', (help, wrong, right) => {
  expect(helps(wrong)).toEqual([help]);
  expect(helps(right)).toEqual([]);
});

test("E0014 for another domain's memory: read it at the edges of one's own, or keep the word first", () => {
  const Crossing = (
    read: (table: language.Sram<language.UInt<8>, unknown, 1>, at: language.UInt<4>) => language.UInt<8>,
  ) =>
    module(
      'crossing',
      {
        clocks: ['fast', 'slow'],
        in: { at: uint(4), there: inDomain('slow', uint(4)), word: inDomain('slow', uint(8)) },
        out: { y: uint(8) },
      },
      ({ at, there, word }) => {
        const table = sram('table', { depth: 16, word: uint(8) });
        inClock('slow', () => {
          table.write({ address: there, data: word });
        });
        return { y: read(surface(table), at) };
      },
    );
  const help =
    "read table at the edges of fast: inClock('fast', () => table.read('table_word', { address: … })); or keep the word in a register of slow and synchronise that";
  expect(
    mistakes(Crossing((table, at) => delay('y_held', table.readNow({ address: at })))).map((found) => [
      found.code,
      found.help,
    ]),
  ).toEqual([['E0014', help]]);
  expect(mistakes(Crossing((table, at) => synchronise('y_sync', table.readNow({ address: at }))))[0]?.help).toBe(help);
  expect(mistakes(Crossing((table, at) => inClock('fast', () => table.read('table_word', { address: at }))))).toEqual(
    [],
  );
  expect(
    mistakes(
      Crossing((table) => {
        const kept = inClock('slow', () => delay('kept', table.readNow({ address: 3 })));
        return inClock('fast', () => synchronise('kept_sync', kept));
      }),
    ),
  ).toEqual([]);
});
