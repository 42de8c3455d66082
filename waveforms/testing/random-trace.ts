/** Random signals doing random things, for property tests. */
import fc from 'fast-check';
import type { Type } from '../../hdl/ir/types.ts';
import { typeWidth } from '../../hdl/ir/walk.ts';
import type { TracedClock, TracedSignal, TraceSource } from '../../hdl/sim/trace.ts';
import { HandTrace } from './hand-trace.ts';

export interface TracePlan {
  readonly signals: readonly TracedSignal[];
  readonly clocks: readonly TracedClock[];
  /** What is set before each edge. */
  readonly steps: readonly (readonly { readonly signal: number; readonly pattern: bigint }[])[];
}

const width = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 130 }), fc.constantFrom(31, 32, 33, 63, 64, 65));
const scalar: fc.Arbitrary<Type> = fc.record({ kind: fc.constantFrom('uint' as const, 'sint' as const), width });
const vector = (element: fc.Arbitrary<Type>): fc.Arbitrary<Type> =>
  fc.record({ kind: fc.constant('vec' as const), length: fc.integer({ min: 1, max: 5 }), element });
const type = fc.oneof({ arbitrary: scalar, weight: 3 }, vector(scalar), vector(vector(scalar)));
const scope = fc.constantFrom(['top'], ['top', 'array', 'pe[0][0]'], ['top', 'array', 'pe[0][1]'], ['top', 'dma']);

const clocks = fc.oneof(
  fc.constant([{ name: 'clock', period: 2, phase: 0 }]),
  fc
    .record({ period: fc.integer({ min: 1, max: 5 }), phase: fc.nat(7), other: fc.integer({ min: 1, max: 5 }) })
    .map(({ period, phase, other }) => [
      { name: 'clock', period: 2 * period, phase },
      { name: 'other', period: 2 * other, phase: 0 },
    ]),
);

export const randomTrace: fc.Arbitrary<TracePlan> = fc
  .array(
    fc.record({
      scope,
      type,
      kind: fc.constantFrom('input' as const, 'output' as const, 'register' as const, 'wire' as const),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .chain((shapes) => {
    const signals = shapes.map((shape, i) => ({ ...shape, name: `s${i}` }));
    const change = fc.nat(signals.length - 1).chain((index) => {
      const bits = signals[index];
      return fc.record({
        signal: fc.constant(index),
        pattern: fc.bigInt(0n, (1n << BigInt(bits === undefined ? 1 : typeWidth(bits.type))) - 1n),
      });
    });
    return fc.record({
      signals: fc.constant(signals),
      clocks,
      steps: fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 40 }),
    });
  });

/** Runs a plan from start to end under a writer, and closes it. */
export function runRandom(plan: TracePlan, attach: (trace: TraceSource) => { close(): unknown } | null): HandTrace {
  const trace = new HandTrace(plan.signals, plan.clocks);
  const writer = attach(trace);
  for (const step of plan.steps) {
    for (const { signal, pattern } of step) trace.set(signal, pattern);
    trace.edge();
  }
  writer?.close();
  return trace;
}
