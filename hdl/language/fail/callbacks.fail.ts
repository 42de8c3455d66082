/** Bodies run at once: whatever ends later is refused, wherever a function is given. */
import { bit, enumeration, filter, fsm, inClock, map, match, matchValue, module, stream, uint, vec, when } from '../index.ts';

const mode = enumeration('mode', ['off', 'on']);

// @ts-expect-error the body of a module is no async function
export const Later = module('later', { in: { a: bit }, out: { y: bit } }, async ({ a }) => ({ y: a }));
// @ts-expect-error the body of a module without outputs neither
export const Nothing = module('nothing', { in: { a: bit }, out: {} }, async () => ({}));

export const Callbacks = module('callbacks', { in: { a: bit, x: uint(8), m: mode, v: vec(2, bit), s: stream(uint(8)) }, out: { y: bit } }, ({ a, x, m, s }) => {
  // @ts-expect-error the body of a when is no async function
  when(a, async () => {});
  // @ts-expect-error nor that of an elsewhen
  when(a, () => {}).elsewhen(a, async () => {});
  // @ts-expect-error nor that of an otherwise
  when(a, () => {}).otherwise(async () => {});
  // @ts-expect-error a generator does nothing here
  when(a, function* () { yield 1; });
  // @ts-expect-error a promise is not waited for
  when(a, () => Promise.resolve());
  // @ts-expect-error a case of a match is no async function
  match(m, { off: async () => {}, on: () => {} });
  // @ts-expect-error nor one of a number
  matchValue(x, { 1: async () => {} }, () => {});
  // @ts-expect-error nor its otherwise
  matchValue(x, { 1: () => {} }, async () => {});
  const state = fsm(['idle', 'run'], { reset: 'idle' });
  // @ts-expect-error nor a case of a machine
  state.cases({ idle: async () => {}, run: () => {} });
  // @ts-expect-error nor what belongs to a clock
  inClock('clk', async () => {});
  // @ts-expect-error a payload is no promise
  map('mapped', s, async (payload) => payload);
  // @ts-expect-error nor is what is kept
  filter('kept', s, async (payload) => payload.any());
  return { y: a };
});

/** What a body returns does not matter otherwise. */
export const Free = module('free', { in: { a: bit, x: uint(8) }, out: { y: bit } }, ({ a, x }) => {
  const state = fsm(['idle', 'run'], { reset: 'idle' });
  when(a, () => state.goto('run'));
  when(a, () => when(x.any(), () => {}));
  when(a, () => x.add(1));
  when(a, () => [1].push(2));
  return { y: inClock('clk', () => a) };
});
