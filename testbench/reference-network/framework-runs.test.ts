/**
 * Networks of one operator, run by TensorFlow Lite's own runtime: the release in the npm package
 * @tensorflow/tfjs-tflite 0.0.1-alpha.10, a WebAssembly module, on models and inputs that `graphs()` drew. They are
 * kept as files, so that nothing of it has to be installed. Its kernels round products once or twice, by the kind.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Graph, GraphData } from '../../npu/graph/graph.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { runGraph } from './run-graph.ts';

interface Run {
  readonly kind: string;
  /** In base64, as all of it. */
  readonly model: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const isRun = (value: unknown): value is Run =>
  typeof value === 'object' && value !== null && 'kind' in value && 'model' in value && 'inputs' in value;

const kept: unknown = JSON.parse(readFileSync(new URL('framework-runs.json', import.meta.url), 'utf8'));
const runs: readonly Run[] = Array.isArray(kept) ? kept.filter(isRun) : [];
const kinds = [...new Set(runs.map(({ kind }) => kind))];

/** Kinds for which that release has shortcuts, which may be a step away. */
const approximate = new Set(['leakyRelu', 'resizeBilinear']);

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** Numbers of a tensor's bytes, which are all of 8 bits here. */
const values = (data: GraphData | undefined): readonly number[] =>
  Array.from<number | bigint, number>(data ?? [], Number);

function outputsOf(
  graph: Graph,
  inputs: readonly GraphData[],
  rounding: 'double' | 'single',
): readonly (readonly number[])[] {
  const all = runGraph(graph, inputs, { rounding });
  return graph.outputs.map((index) => values(all[index]));
}

test('there are runs of every kind of operator that gives bytes', () => {
  expect(kinds).toHaveLength(30);
  expect(runs).toHaveLength(120);
});

test.each(kinds)('%s', (kind) => {
  for (const { model, inputs, outputs } of runs.filter((run) => run.kind === kind)) {
    const graph = importTflite(bytesOf(model));
    expect(graph.operators[0]?.kind).toBe(kind);
    const given = inputs.map((text) => new Int8Array(bytesOf(text).buffer));
    const [twice, once] = (['double', 'single'] as const).map((rounding) => outputsOf(graph, given, rounding));
    for (const [i, text] of outputs.entries()) {
      const theirs = values(new Int8Array(bytesOf(text).buffer));
      const steps = theirs.map((value, at) =>
        Math.min(...[twice, once].map((ours) => Math.abs(value - (ours?.[i]?.[at] ?? NaN)))),
      );
      expect(Math.max(...steps)).toBeLessThanOrEqual(approximate.has(kind) ? 1 : 0);
      expect(theirs).toHaveLength(twice?.[i]?.length ?? -1);
    }
  }
});
