import { expect, it } from 'vitest';
import { Activity } from './activity.ts';
import { HandTrace, signal, uint, vec } from './testing/hand-trace.ts';

/** A counter, a stall that comes and goes, a state that stops, and many lanes. */
const made = (): HandTrace =>
  new HandTrace([
    signal('top.n', uint(32)),
    signal('top.stall', uint(1)),
    signal('top.state', uint(4)),
    signal('top.lanes', vec(300, uint(8))),
  ]);

it('is the last change of what has stopped, not of what goes on for ever', () => {
  const trace = made();
  const activity = new Activity(trace);
  expect(activity.last).toBeNull();
  trace.onSample((sample) => activity.take(sample));
  for (let n = 0; n < 400; n++) {
    trace.set(0, BigInt(n));
    trace.set(1, n % 3 === 0 || n % 7 === 0 ? 1n : 0n);
    if (n < 60 && n % 5 === 0) trace.set(2, BigInt(n % 16));
    trace.edge();
  }
  expect(activity.last).toBe(trace.history[55]?.time);
});

it('knows a cycle in which much changes as one of activity', () => {
  const trace = made();
  const activity = new Activity(trace);
  trace.onSample((sample) => activity.take(sample));
  for (let n = 0; n < 300; n++) {
    trace.set(0, BigInt(n));
    if (n < 80) trace.set(3, BigInt(`0x${(n % 2 === 0 ? 'a5' : '5a').repeat(300)}`));
    trace.edge();
  }
  expect(activity.last).toBe(trace.history[79]?.time);
});

it('is not known where nothing stops', () => {
  const trace = made();
  const activity = new Activity(trace);
  trace.onSample((sample) => activity.take(sample));
  for (let n = 0; n < 50; n++) {
    trace.set(0, BigInt(n));
    trace.edge();
  }
  expect(activity.last).toBeNull();
});
