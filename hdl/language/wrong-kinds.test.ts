/**
 * Whatever is handed to whatever function of the language, at whatever place: it is taken, or refused by a DesignError
 * with code, place and remedy; never by a riddle of JavaScript's.
 */
import { describe, expect, test } from 'vitest';
import { DesignError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import * as language from './index.ts';
import { surface } from './surface.ts';
import { slow } from '../testing-runs.ts';

const { all, bit, elaborate, enumeration, fromWest, fsm, grid, module, produce, reg, sram, stream, struct, uint, vec } =
  language;

const mode = enumeration('mode', ['off', 'on']);
const pair = struct({ x: uint(8), y: bit });
const Cell = module('cell', { in: { a: uint(8) }, out: { y: uint(8) } }, ({ a }) => ({ y: a }));

const ports = {
  a: uint(8),
  b: uint(8),
  go: bit,
  i: uint(2),
  v: vec(4, uint(8)),
  m: mode,
  p: pair,
  s: stream(uint(8)),
  t: stream(uint(8)),
} as const;

/** Something of every kind, made in the body that is running. */
function things(inputs: Readonly<Record<keyof typeof ports, unknown>>) {
  const { a, b, go, i, v, m, p, s, t } =
    surface<{ readonly [K in keyof typeof ports]: language.SignalOf<(typeof ports)[K]> }>(inputs);
  const machine = fsm(['idle', 'run'], { reset: 'idle', name: 'machine' });
  const store = sram('store', { depth: 6, word: uint(8) });
  const cells = grid('cells', { rows: 2, cols: 2, cell: Cell, inputs: { a: fromWest('y', all(a)) } });
  const held = reg('held', uint(8));
  const offered = produce('offered', { valid: go, payload: a });
  return { a, b, go, i, v, m, p, s, t, machine, store, cells, held, offered };
}
type Things = ReturnType<typeof things>;

interface Case {
  readonly call: (of: Things) => (...given: readonly unknown[]) => unknown;
  readonly good: (of: Things) => readonly unknown[];
}
type Host = (...given: readonly unknown[]) => unknown;
const of = (name: keyof typeof language, good: Case['good']): readonly [string, Case] => [
  name,
  { call: () => surface<Host>(Reflect.get(language, name)), good },
];
const method = (
  name: string,
  on: (given: Things) => unknown,
  called: string,
  good: Case['good'],
): readonly [string, Case] => [
  `${name}.${called}`,
  {
    call:
      (given) =>
      (...args) =>
        Reflect.apply(surface<Readonly<Record<string, Host>>>(on(given))[called] ?? (() => {}), on(given), args),
    good,
  },
];
const next = (name: string, on: (given: Things) => object, good: Case['good']): readonly [string, Case] => [
  `${name} =`,
  { call: (given) => (value) => Reflect.set(on(given), name.split('.')[1] ?? '', value), good },
];

const nothing = (): void => {};
const cases: readonly (readonly [string, Case])[] = [
  of('assert', ({ go }) => [go, 'holds']),
  of('assume', ({ go }) => [go, 'holds']),
  of('cover', ({ go }) => [go, 'seen']),
  of('match', ({ m }) => [m, { off: nothing, on: nothing }]),
  of('matchValue', ({ a }) => [a, { 1: nothing, 2: nothing }, nothing]),
  of('when', ({ go }) => [go, nothing]),
  of('elaborate', () => [Cell, { monitors: true }]),
  of('fsm', () => [['x', 'y'], { reset: 'x', name: 'other' }]),
  of('all', ({ a }) => [a]),
  of('byCell', ({ v }) => [[v]]),
  of('byColumn', ({ v }) => [v]),
  of('byRow', ({ v }) => [v]),
  of('fromEast', ({ v }) => ['y', v]),
  of('fromNorth', ({ v }) => ['y', v]),
  of('fromSouth', ({ v }) => ['y', v]),
  of('fromWest', ({ v }) => ['y', v]),
  of('grid', ({ a }) => [
    'g',
    { rows: 4, cols: 4, shape: 'lower', cell: Cell, clocks: {}, inputs: { a: fromWest('y', all(a)) } },
  ]),
  of('lanes', ({ v }) => ['l', 4, Cell, { a: language.byColumn(v) }]),
  of('sram', () => ['mem', { depth: 4, word: uint(8), lanes: 2, readDuringWrite: 'old', init: [1, 2] }]),
  of('blackBox', () => ['box', { in: { a: bit }, out: { y: bit }, clocks: ['clk'] }, null]),
  of('module', () => [
    'box',
    { in: { a: bit }, out: { y: bit }, clocks: ['clk'] },
    ({ a }: { readonly a: unknown }) => ({ y: a }),
  ]),
  of('produce', ({ go, a }) => ['made', { valid: go, payload: a }]),
  of('monitor', ({ s }) => ['watch', s]),
  of('pick', ({ m, a, b }) => [m, uint(8), { off: a, on: b }]),
  of('select', ({ go, a, b }) => [go, a, b]),
  of('selectAs', ({ go, a }) => [uint(8), go, a, 3]),
  of('bitsOf', () => [pair]),
  of('leavesOf', () => [pair]),
  of('scalarTypeOf', () => [mode]),
  of('enumeration', () => ['kind', ['x', 'y']]),
  of('inDomain', () => ['clk', bit]),
  of('sint', () => [8]),
  of('stream', () => [uint(8)]),
  of('struct', () => [{ x: bit, y: uint(3) }]),
  of('uint', () => [8]),
  of('vec', () => [3, bit]),
  of('delay', ({ a, go }) => ['late', a, { cycles: 2, enable: go, reset: 3, resettable: true }]),
  of('inClock', () => ['clk', nothing]),
  of('named', ({ a }) => ['it', a]),
  of('reg', () => ['count', uint(8), { reset: 3, resettable: false }]),
  of('regs', () => [{ one: uint(8), two: [uint(8), 3] }]),
  of('synchronise', ({ a }) => ['calm', a, 3]),
  of('wire', ({ a }) => ['open', uint(8), { default: a }]),
  of('arbiter', ({ s, t }) => ['arb', [s, t], 'fixed']),
  of('fifo', ({ s }) => ['queue', s, 4]),
  of('fifoWithCount', ({ s }) => ['queue', s, 4]),
  of('filter', ({ s }) => ['some', s, (x: language.UInt<8>) => x.any()]),
  of('fork', ({ s }) => ['two', s, 2]),
  of('join', ({ s, t }) => ['both', { s, t }]),
  of('map', ({ s }) => ['more', s, (x: language.UInt<8>) => x.add(1)]),
  of('stage', ({ s }) => ['cut', s, 'both']),
  of('cat', ({ a, b }) => [a, b]),
  of('concat', ({ v }) => [v, v]),
  of('constant', () => [pair, { x: 3, y: 1 }]),
  of('fill', ({ a }) => [3, uint(8), a]),
  of('pack', ({ p }) => [p]),
  of('unpack', ({ a, go }) => [pair, language.cat(go, a)]),
  ...[
    'add',
    'sub',
    'addGrow',
    'subGrow',
    'addSat',
    'subSat',
    'mul',
    'and',
    'or',
    'xor',
    'eq',
    'ne',
    'lt',
    'le',
    'gt',
    'ge',
  ].map((name) =>
    method(
      'a',
      ({ a }) => a,
      name,
      ({ b }) => [b],
    ),
  ),
  ...['shl', 'shr', 'bit'].map((name) =>
    method(
      'a',
      ({ a }) => a,
      name,
      ({ i }) => [i],
    ),
  ),
  ...['extend', 'truncate', 'expectWidth'].map((name) =>
    method(
      'a',
      ({ a }) => a,
      name,
      () => [8],
    ),
  ),
  method(
    'a',
    ({ a }) => a,
    'slice',
    () => [1, 2],
  ),
  ...['and', 'or', 'xor', 'eq', 'ne'].map((name) =>
    method(
      'go',
      ({ go }) => go,
      name,
      ({ go }) => [go],
    ),
  ),
  method(
    'm',
    ({ m }) => m,
    'is',
    () => ['on'],
  ),
  method(
    'm',
    ({ m }) => m,
    'eq',
    ({ m }) => [m],
  ),
  method(
    'm',
    ({ m }) => m,
    'ne',
    ({ m }) => [m],
  ),
  method(
    'v',
    ({ v }) => v,
    'at',
    ({ i }) => [i],
  ),
  method(
    'v',
    ({ v }) => v,
    'with',
    ({ i, a }) => [i, a],
  ),
  method(
    'v',
    ({ v }) => v,
    'slice',
    () => [1, 2],
  ),
  method(
    'v',
    ({ v }) => v,
    'map',
    () => [(x: unknown) => x],
  ),
  method(
    'v',
    ({ v }) => v,
    'eq',
    ({ v }) => [v],
  ),
  method(
    'machine',
    ({ machine }) => machine,
    'is',
    () => ['run'],
  ),
  method(
    'machine',
    ({ machine }) => machine,
    'goto',
    () => ['run'],
  ),
  method(
    'machine',
    ({ machine }) => machine,
    'cases',
    () => [{ idle: nothing, run: nothing }],
  ),
  method(
    'store',
    ({ store }) => store,
    'read',
    ({ go }) => ['port', { address: 3, enable: go }],
  ),
  method(
    'store',
    ({ store }) => store,
    'readNow',
    () => [{ address: 3 }],
  ),
  method(
    'store',
    ({ store }) => store,
    'write',
    ({ a, go }) => [{ address: 3, data: a, enable: go, mask: 1 }],
  ),
  ...['west', 'north', 'east', 'south', 'cells'].map((name) =>
    method(
      'cells',
      ({ cells }) => cells,
      name,
      () => ['y'],
    ),
  ),
  ['Cell', { call: () => surface<Host>(Cell), good: ({ a }) => [{ a }, { name: 'inner', clocks: {} }] }],
  [
    'when.elsewhen',
    {
      call:
        ({ go }) =>
        (...args) =>
          Reflect.apply(language.when(go, nothing).elsewhen, null, args),
      good: ({ go }) => [go, nothing],
    },
  ],
  [
    'when.otherwise',
    {
      call:
        ({ go }) =>
        (...args) =>
          Reflect.apply(language.when(go, nothing).otherwise, null, args),
      good: () => [nothing],
    },
  ],
  next(
    'held.next',
    ({ held }) => held,
    ({ a }) => [a],
  ),
  next(
    's.ready',
    ({ s }) => s,
    ({ go }) => [go],
  ),
];

/** By name; made in the body, of which some are. */
const wrongs: readonly (readonly [string, (given: Things) => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['a number', () => 77.5],
  ['a large number', () => 2 ** 60],
  ['NaN', () => Number.NaN],
  ['-1', () => -1],
  ['a bigint', () => 2n ** 70n],
  ['a text', () => 'text'],
  ['an empty text', () => ''],
  ['a symbol', () => Symbol('x')],
  ['true', () => true],
  ['a function', () => () => 5],
  ['an async function', () => async () => 5],
  [
    'a generator',
    () =>
      function* () {
        yield 1;
      },
  ],
  ['a class', () => class {}],
  ['a promise', () => Promise.resolve(5)],
  ['an object', () => ({})],
  ['an array', () => []],
  ['a list', () => [undefined]],
  ['a Map', () => new Map()],
  ['an object without prototype', () => Object.create(null)],
  ['a signal', ({ a }) => a],
  ['a bit', ({ go }) => go],
  ['a vector', ({ v }) => v],
  ['a value of an enumeration', ({ m }) => m],
  ['a bundle', ({ p }) => p],
  ['a stream', ({ t }) => t],
  ['a machine', ({ machine }) => machine],
  ['a memory', ({ store }) => store],
  ['a grid', ({ cells }) => cells],
  ['a module', () => Cell],
  ['a type', () => uint(8)],
  ['a struct type', () => pair],
  ['a stream type', () => stream(bit)],
  ['a type of another domain', () => language.inDomain('clk', bit)],
  ['wiring', ({ a }) => all(a)],
  ['a when', ({ go }) => language.when(go, nothing)],
];

/** The arguments with each of them, and each part of a record or list among them, replaced. */
function* replaced(
  good: readonly unknown[],
  wrong: unknown,
): Generator<readonly [where: string, given: readonly unknown[]]> {
  for (const [at, one] of good.entries()) {
    yield [`argument ${at}`, good.with(at, wrong)];
    if (Array.isArray(one))
      for (const i of one.keys()) yield [`argument ${at}[${i}]`, good.with(at, one.with(i, wrong))];
    else if (typeof one === 'object' && one !== null && Object.getPrototypeOf(one) === Object.prototype) {
      for (const key of Object.keys(one)) yield [`argument ${at}.${key}`, good.with(at, { ...one, [key]: wrong })];
    }
  }
}

/** What a body that does this is told: nothing, or the diagnostics. Anything but a DesignError comes through. */
function told(act: (given: Things) => unknown): readonly Diagnostic[] {
  const Unit = module('unit', { in: ports, out: { y: bit } }, (inputs) => {
    const given = things(inputs);
    act(given);
    return { y: 0 };
  });
  try {
    elaborate(Unit);
    return [];
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics;
    throw error;
  }
}

test('every function of the language is tried', () => {
  const functions = Object.entries(language)
    .filter(([, value]) => typeof value === 'function')
    .map(([name]) => name);
  expect(functions.filter((name) => !cases.some(([tried]) => tried === name))).toEqual([]);
});

const ignored = new Set(told(() => {}).map(({ message }) => message));

/** What is not right about what the designer is told, in a word; null where it is. */
function riddle(found: readonly Diagnostic[]): string | null {
  for (const { code, message, help, places } of found.filter((one) => !ignored.has(one.message))) {
    const placed =
      places.length > 0 && places.every(({ place }) => place !== null && place.file !== 'unknown' && place.line > 0);
    if (!placed || help === '' || /\[object|undefined|=>|Symbol\(|native code/.test(message))
      return `${code} ${message}: ${help}`;
  }
  return null;
}

/** All take half a minute: the slow suite tries them. Else every so many, so that each case meets others of them. */
const STRIDE = slow ? 1 : 29;
let turn = 0;

describe.each(cases)('%s', (_, { call, good }) => {
  test('takes what is right', () => {
    expect(
      told((given) => call(given)(...good(given))).filter(({ code }) => !['E0006', 'E0009'].includes(code)),
    ).toEqual([]);
  });

  test('says what is wrong', () => {
    let count = 0;
    told((given) => {
      count = [...replaced(good(given), null)].length;
    });
    const riddles: string[] = [];
    for (const [kind, wrong] of wrongs) {
      for (let at = 0; at < count; at++) {
        if (turn++ % STRIDE !== 0) continue;
        let where = '';
        try {
          const found = riddle(
            told((given) => {
              const chosen = [...replaced(good(given), wrong(given))][at];
              where = chosen?.[0] ?? '';
              call(given)(...(chosen?.[1] ?? []));
            }),
          );
          if (found !== null) riddles.push(`${kind} as ${where}: ${found}`);
        } catch (error) {
          riddles.push(`${kind} as ${where}: ${String(error)}`);
        }
      }
    }
    expect(riddles).toEqual([]);
  });
});
