/**
 * Bodies run at once: what ends later is refused with E0017 wherever a function is given, also where types were gone
 * around.
 */
import { expect, test } from 'vitest';
import { DesignError } from '../diagnostics/diagnostic.ts';
import * as language from './index.ts';
import { surface } from './surface.ts';

const {
  bit,
  elaborate,
  enumeration,
  filter,
  fsm,
  inClock,
  map,
  match,
  matchValue,
  module,
  reg,
  stream,
  uint,
  vec,
  when,
} = language;
const ports = {
  in: { a: bit, x: uint(8), m: enumeration('mode', ['off', 'on']), v: vec(2, bit), s: stream(uint(8)) },
  out: { y: bit },
} as const;
type Inputs = { readonly [K in keyof typeof ports.in]: language.SignalOf<(typeof ports.in)[K]> };

function told(top: Pick<language.Module, 'definition'>): string[] {
  try {
    elaborate(top);
  } catch (error) {
    if (error instanceof DesignError) return error.diagnostics.map(({ code, message }) => `${code} ${message}`);
    throw error;
  }
  return [];
}

const nothing = (): void => {};
const places: readonly (readonly [what: string, use: (given: Inputs, body: never) => unknown])[] = [
  ['when(a)', ({ a }, body) => when(a, body)],
  ['elsewhen(a)', ({ a }, body) => when(a, nothing).elsewhen(a, body)],
  ['otherwise', ({ a }, body) => when(a, nothing).otherwise(body)],
  ['case off of match(m)', ({ m }, body) => match(m, { off: body, on: nothing })],
  ['case 3 of matchValue(x)', ({ x }, body) => matchValue(x, { 3: body }, nothing)],
  ['the otherwise of matchValue(x)', ({ x }, body) => matchValue(x, { 3: nothing }, body)],
  [
    'case run of match(state)',
    (_, body) => fsm(['idle', 'run'], { reset: 'idle' }).cases({ idle: nothing, run: body }),
  ],
  ["inClock('clk')", (_, body) => inClock('clk', body)],
  ['map mapped', ({ s }, body) => map('mapped', s, body)],
  ['filter kept', ({ s }, body) => filter('kept', s, body)],
  ['map over v (vec<2, bit>)', ({ v }, body) => v.map(body)],
];
const later: readonly (readonly [kind: string, seen: string, make: (act: () => void) => unknown])[] = [
  [
    'an async function',
    'a promise',
    (act) => async () => {
      await Promise.resolve();
      act();
    },
  ],
  ['a function that returns a promise', 'a promise', (act) => () => Promise.resolve().then(act)],
  [
    'a generator',
    'the steps of a generator',
    (act) =>
      function* () {
        yield act();
      },
  ],
  [
    'an async generator',
    'the steps of a generator',
    (act) =>
      async function* () {
        yield act();
      },
  ],
];

test.each(places)('%s', async (what, use) => {
  for (const [, seen, make] of later) {
    const Unit = module('unit', ports, (given) => {
      use(
        given,
        surface<never>(
          make(() => {
            reg('late', bit).next = 1;
          }),
        ),
      );
      return { y: 0 };
    });
    expect(told(Unit)).toEqual([`E0017 ${what} returns ${seen}: what it makes later would be outside the module`]);
  }
  // What a body throws later, outside the module, is not thrown at the process.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
});

test.each(later)('the body of a module: %s', async (_, seen, make) => {
  for (const out of [{}, { y: bit }]) {
    const Unit = module('unit', { in: {}, out }, surface<never>(make(() => {})));
    expect(told(Unit)).toEqual([
      `E0017 the body of unit returns ${seen}: what it makes later would be outside the module`,
    ]);
  }
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
});

test.each<[string, (state: language.Fsm<'idle' | 'run'>) => unknown]>([
  [
    'pick by machine phase',
    (state) => language.pick(surface<language.Enum<'idle' | 'run'>>(state), uint(2), { idle: 1, run: 2 }),
  ],
  ['match on machine phase', (state) => match(surface<never>(state), {})],
  ['matchValue on machine phase', (state) => matchValue(surface<never>(state), {}, nothing)],
  ['machine phase where a signal, a vector or a bundle of them is expected', (state) => language.named('it', state)],
  ['machine phase where a signal, a vector or a bundle of them is expected', (state) => language.delay('it', state)],
  ['when(machine phase)', (state) => when(surface<never>(state), nothing)],
  ['cat of machine phase', (state) => language.cat(surface<never>(state))],
])('a machine where a signal is expected: %s', (message, use) => {
  const Unit = module('unit', { in: {}, out: { y: bit } }, () => {
    use(fsm(['idle', 'run'], { reset: 'idle', name: 'phase' }));
    return { y: 0 };
  });
  expect(told(Unit)).toEqual([`E0002 ${message}`]);
  expect(() => elaborate(Unit)).toThrow('help: its current state is a signal: phase.state');
});

test('the state of a machine is a signal', () => {
  const Unit = module(
    'unit',
    { in: { go: bit }, out: { code: uint(2), at: enumeration('state', ['idle', 'run']) } },
    ({ go }) => {
      const state = fsm(['idle', 'run'], { reset: 'idle' });
      state.cases({ idle: () => when(go, () => state.goto('run')), run: () => state.goto('idle') });
      match(state.state, { idle: nothing, run: nothing });
      return {
        code: language.pick(state.state, uint(2), { idle: 1, run: 2 }),
        at: language.named('seen', state.state),
      };
    },
  );
  expect(told(Unit)).toEqual([]);
});
