import { describe, expect, test } from 'vitest';
import { NetworkError } from '../../npu/graph/error.ts';
import { runGraph } from './run-graph.ts';
import { golden, goldenNames, modelFile, moreGoldenNames } from './testing-goldens.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';

/** Of each operator's result, how many bytes are others than the framework's. */
function differences(name: string): readonly number[] {
  const { graph, input, results } = golden(name);
  const values = runGraph(graph, [input]);
  return graph.operators.map(({ outputs: [output = -1] }, i) => {
    const [ours, theirs] = [values[output], results[i]];
    if (ours?.length !== theirs?.length) return Infinity;
    return theirs?.filter((value, at) => value !== ours?.[at]).length ?? Infinity;
  });
}

describe('every tensor is byte by byte what the framework’s reference kernels make', () => {
  test.each(goldenNames)('%s', (name) => {
    const found = differences(name);
    expect(found.length).toBeGreaterThan(2);
    expect(found).toEqual(found.map(() => 0));
  });

  test.skipIf(moreGoldenNames.length === 0)('of all networks in SYSTOLE_MODELS that there are operators for', () => {
    const results = moreGoldenNames.map((name) => {
      try {
        importTflite(modelFile(name));
      } catch (error) {
        if (error instanceof NetworkError) return [name, 'refused'];
        throw error;
      }
      return [name, differences(name).reduce((sum, count) => sum + count, 0)];
    });
    expect(results.filter(([, found]) => found !== 'refused').map(([, found]) => found)).toEqual(
      results.filter(([, found]) => found !== 'refused').map(() => 0),
    );
    expect(results.some(([, found]) => found === 0)).toBe(true);
  });
});

test('single rounding makes another value of a few elements, by one step', () => {
  const { graph, input } = golden('kws_ref_model');
  const [double, single] = (['double', 'single'] as const).map((rounding) => runGraph(graph, [input], { rounding }));
  const [first = -1] = graph.operators[0]?.outputs ?? [];
  const [a, b] = [double, single].map((values) => Array.from<number | bigint, number>(values?.[first] ?? [], Number));
  const steps = (a ?? []).map((value, i) => Math.abs(value - (b?.[i] ?? NaN)));
  const others = steps.filter((step) => step > 0);
  expect(Math.max(...steps)).toBe(1);
  expect(others.length / steps.length).toBeGreaterThan(0.001);
  expect(others.length / steps.length).toBeLessThan(0.03);
});

test('an input of another size or type is refused', () => {
  const { graph } = golden('hello_world_int8');
  expect(() => runGraph(graph, [])).toThrow('give a value for each input of the network');
  expect(() => runGraph(graph, [new Int8Array(2)])).toThrow(/is given as Int8Array of 2; give Int8Array of 1$/);
  expect(() => runGraph(graph, [new Float32Array(1)])).toThrow(/is given as Float32Array of 1; give Int8Array of 1$/);
});
