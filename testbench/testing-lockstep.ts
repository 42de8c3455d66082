/** For tests: both engines run a product, and every signal is compared in every cycle. */
import { expect } from 'vitest';
import { eachChange, patternOfWords, type EngineName, type TracedPart, type TracedSignal } from '../hdl/sim/index.ts';
import { runCase, type MatmulCase } from './case.ts';

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

export function compareEngines(drawn: MatmulCase): void {
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
