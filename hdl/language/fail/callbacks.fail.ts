/** Bodies run at once: whatever ends later is refused, wherever a function is given. */
import {
  bit,
  enumeration,
  filter,
  fsm,
  inClock,
  map,
  match,
  matchValue,
  module,
  stream,
  uint,
  vec,
  when,
} from '../index.ts';

const mode = enumeration('mode', ['off', 'on']);

// @ts-expect-error the body of a module is no async function
export const Later = module('later', { in: { a: bit }, out: { y: bit } }, async ({ a }) => ({ y: a }));
// @ts-expect-error the body of a module without outputs neither
export const Nothing = module('nothing', { in: { a: bit }, out: {} }, async () => ({}));
// @ts-expect-error nor is it a generator
export const Steps = module('steps', { in: { a: bit }, out: {} }, function* () {});
// @ts-expect-error nor an async generator
export const LaterSteps = module('later_steps', { in: { a: bit }, out: {} }, async function* () {});
// @ts-expect-error nor is the body of a module with outputs
export const StepsOut = module('steps_out', { in: { a: bit }, out: { y: bit } }, function* ({ a }) {
  yield { y: a };
});
// @ts-expect-error outputs have names
export const List = module('list', { in: { a: bit }, out: {} }, ({ a }) => [a]);

export const Callbacks = module(
  'callbacks',
  { in: { a: bit, x: uint(8), m: mode, v: vec(2, bit), s: stream(uint(8)) }, out: { y: bit } },
  ({ a, x, m, v, s }) => {
    // @ts-expect-error the body of a when is no async function
    when(a, async () => {});
    // @ts-expect-error nor that of an elsewhen
    when(a, () => {}).elsewhen(a, async () => {});
    // @ts-expect-error nor that of an otherwise
    when(a, () => {}).otherwise(async () => {});
    // @ts-expect-error a generator does nothing here
    when(a, function* () {
      yield 1;
    });
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
    // @ts-expect-error an element is mapped at once
    v.map(async (element) => element);
    // @ts-expect-error an element is mapped in one step
    v.map(function* (element) {
      yield element;
    });
    for (const body of [function* () {}, async function* () {}]) {
      // @ts-expect-error steps are not taken in a when
      when(a, body).elsewhen(a, () => {});
      // @ts-expect-error nor in an elsewhen
      when(a, () => {}).elsewhen(a, body);
      // @ts-expect-error nor otherwise
      when(a, () => {}).otherwise(body);
      // @ts-expect-error nor in a case
      match(m, { off: body, on: () => {} });
      // @ts-expect-error nor in one of a number
      matchValue(x, { 1: body }, () => {});
      // @ts-expect-error nor in a state
      state.cases({ idle: body, run: () => {} });
      // @ts-expect-error nor on a clock
      inClock('clk', body);
      // @ts-expect-error nor for a payload
      map('mapped', s, body);
    }
    return { y: a };
  },
);

/** A port may have any name. */
export const Names = module('names', { in: { a: bit }, out: { then: bit, throw: bit, next: bit } }, ({ a }) => ({
  then: a,
  throw: a,
  next: a,
}));

/** What a body returns does not matter otherwise. */
export const Free = module('free', { in: { a: bit, x: uint(8), v: vec(2, bit) }, out: { y: bit } }, ({ a, x, v }) => {
  const state = fsm(['idle', 'run'], { reset: 'idle' });
  when(a, () => state.goto('run'));
  when(a, () => when(x.any(), () => {}));
  when(a, () => x.add(1));
  when(a, () => [1].push(2));
  when(a, () => v.map((element) => element.not()));
  return { y: inClock('clk', () => a) };
});
