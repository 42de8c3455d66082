/** The engines on the NPU: every signal, every cycle. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachChange, patternOfWords, type EngineName, type TracedPart, type TracedSignal } from '../hdl/sim/index.ts';
import { matmulCases } from './arbitrary.ts';
import { runCase, type MatmulCase } from './case.ts';
import { checkProperty } from './property.ts';
import { runsOf } from '../hdl/testing-runs.ts';

interface Recording {
  readonly signals: readonly TracedSignal[];
  readonly parts: readonly TracedPart[];
  /** Part and new pattern, by cycle. */ readonly changes: readonly (readonly (readonly [number, bigint])[])[];
  readonly result: readonly number[];
}

function record(drawn: MatmulCase, engine: EngineName): Recording {
  const changes: (readonly [number, bigint])[][] = [];
  let signals: readonly TracedSignal[] = [];
  let parts: readonly TracedPart[] = [];
  const { result } = runCase(drawn, {
    engine,
    onStart(sim) {
      const trace = sim.trace();
      ({ signals, parts } = trace);
      trace.onSample((sample) => {
        const cycle: (readonly [number, bigint])[] = [];
        const told = sample.changes();
        eachChange(told, trace.parts, (part, at) =>
          cycle.push([part, patternOfWords(told, trace.parts[part]?.type.width ?? 0, at)]),
        );
        changes.push(cycle);
      });
    },
  });
  return { signals, parts, changes, result: [...result] };
}

function compare(drawn: MatmulCase): void {
  const reference = record(drawn, 'reference');
  const wasm = record(drawn, 'wasm');
  const name = (part: number): string => {
    const { signal = -1, indices = [] } = reference.parts[part] ?? {};
    return [
      ...(reference.signals[signal]?.scope ?? []),
      `${reference.signals[signal]?.name}${indices.map((i) => `[${i}]`).join('')}`,
    ].join('.');
  };
  expect(wasm.signals.map(({ scope, name: own }) => [...scope, own].join('.'))).toEqual(
    reference.signals.map(({ scope, name: own }) => [...scope, own].join('.')),
  );
  reference.changes.forEach((expected, cycle) => {
    const found = new Map(wasm.changes[cycle]);
    for (const [index, pattern] of expected) {
      if (found.get(index) !== pattern)
        throw new Error(
          `cycle ${cycle}: ${name(index)} is ${found.get(index) ?? 'unchanged'} in wasm, ${pattern} in reference`,
        );
    }
    if (found.size !== expected.length)
      throw new Error(`cycle ${cycle}: ${found.size} signals change in wasm, ${expected.length} in reference`);
  });
  expect(wasm.changes.length).toBe(reference.changes.length);
  expect(wasm.result).toEqual(reference.result);
}

describe('both engines', () => {
  it('agree on every signal of the NPU in every cycle', () => {
    checkProperty('engines in lockstep on the NPU', matmulCases({ dimension: 12, array: 6 }), compare, {
      runs: runsOf({ few: 2, all: 8 }),
    });
  });

  it('agree on arrays wider than a vector of the machine', () => {
    const [drawn] = fc.sample(matmulCases({ dimension: 20 }), { seed: 3, numRuns: 1 });
    if (drawn === undefined) throw new Error('nothing drawn');
    for (const dataflow of ['ws', 'os'] as const) {
      compare({
        ...drawn,
        dataflow,
        parameters: { rows: 17, cols: 33 },
        memory: { ...drawn.memory, stall: 0, latency: 3 },
      });
    }
  });
});
