/** `stream` and `inDomain` are types of whole ports: nothing drops them in silence where a value has a type. */
import { expect, test } from 'vitest';
import { DesignError } from '../diagnostics/diagnostic.ts';
import {
  bit,
  bitsOf,
  cat,
  constant,
  elaborate,
  enumeration,
  fill,
  inClock,
  inDomain,
  module,
  pick,
  reg,
  regs,
  scalarTypeOf,
  selectAs,
  sram,
  stage,
  stream,
  struct,
  uint,
  unpack,
  vec,
  wire,
  type Enum,
  type Module,
  type Shape,
} from './index.ts';
import { surface } from './surface.ts';

const mode = enumeration('mode', ['off', 'on']);

function told(top: Pick<Module, 'definition'>): readonly string[] {
  try {
    elaborate(top);
  } catch (error) {
    if (!(error instanceof DesignError)) throw error;
    return error.diagnostics.map(({ code, message, help }) => `${code} ${message}: ${help}`);
  }
  return [];
}

/** Everything that takes a type. */
const places: readonly (readonly [what: string, use: (type: Shape, chosen: Enum<'off' | 'on'>) => unknown])[] = [
  ['a field', (type) => struct({ x: type })],
  ['a field of an element', (type) => vec(2, struct({ x: type }))],
  ['an element', (type) => vec(2, type)],
  ['a payload', (type) => stream(type)],
  ['a field of a payload', (type) => stream(struct({ x: type }))],
  ['a register', (type) => reg('r', type)],
  ['one of several registers', (type) => regs({ r: type })],
  ['a register with a reset', (type) => regs({ r: [type, 0] })],
  ['a wire', (type) => wire('w', type, { default: 0 })],
  ['a word of a memory', (type) => sram('m', { depth: 2, word: type })],
  ['a constant', (type) => constant(type, 0)],
  ['a vector of one constant', (type) => fill(2, type, 0)],
  ['what is selected', (type, chosen) => selectAs(type, chosen.is('on'), 0, 0)],
  ['what is picked', (type, chosen) => pick(chosen, type, { off: 0, on: 0 })],
  ['what bits are read as', (type, chosen) => unpack(type, cat(chosen.asUint(), chosen.asUint()))],
  ['what is counted in bits', (type) => bitsOf(type)],
  ['a single value', (type) => scalarTypeOf(type)],
];
const domain =
  "a whole port is in a domain, as in inDomain('slow', struct({ … })); " +
  "a register is in that of inClock('slow', …)";
const kinds = [
  ["bit in domain 'slow'", inDomain('slow', bit), domain],
  ["stream of enum mode in domain 'slow'", inDomain('slow', stream(mode)), domain],
  [
    'stream of bit',
    stream(bit),
    'a stream is a port of its own; it cannot be part of a struct, a vector, a register or a memory',
  ],
] as const;

test.each(kinds)('a %s', (name, type, help) => {
  const again = ['a port of a second domain', (one: Shape) => inDomain('other', one)] as const;
  for (const [what, use] of [...places, ...(help === domain ? [again] : [])]) {
    const Unit = module('unit', { in: { chosen: mode }, out: { y: bit } }, ({ chosen }) => {
      use(surface<Shape>(type), chosen);
      return { y: 0 };
    });
    const mistakes = told(Unit).filter((message) => !/^E000[69] /.test(message));
    expect(mistakes, what).toEqual([`E0004 a ${name} where the type of a value is expected: ${help}`]);
  }
});

test('outside a module it is thrown at once', () => {
  expect(() => struct({ x: surface<Shape>(inDomain('slow', bit)) })).toThrow("a bit in domain 'slow' where the type");
});

test('a whole port of any type is in the domain', () => {
  const pair = struct({ x: uint(3), deep: struct({ y: bit }) });
  const word = stream(struct({ x: uint(3) }));
  const ports = {
    in: {
      one: inDomain('slow', mode),
      list: inDomain('slow', vec(2, bit)),
      pair: inDomain('slow', pair),
      words: inDomain('slow', word),
    },
    out: { copies: inDomain('slow', word) },
    clocks: ['clk', 'slow'],
  } as const;
  const Unit = module('unit', ports, ({ words }) => ({ copies: inClock('slow', () => stage('late', words)) }));
  const {
    modules: [made],
  } = elaborate(Unit);
  expect(made?.ports.map(({ name, clock }) => `${name} ${clock}`)).toEqual(
    [
      'one',
      'list',
      'pair_x',
      'pair_deep_y',
      'words_valid',
      'words_payload_x',
      'words_ready',
      'copies_ready',
      'copies_valid',
      'copies_payload_x',
    ].map((name) => `${name} slow`),
  );
});
