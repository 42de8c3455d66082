/** Networks on the NPU: cycles beside those that its multipliers take alone, and how long the simulation takes. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import { ShapeError } from '../../npu/compiler/errors.ts';
import { NetworkError } from '../../npu/graph/error.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { measurementOf } from '../../testbench/network/measurement.ts';
import { givenOf } from '../../testbench/network/results.ts';
import { runNetwork } from '../../testbench/network/run.ts';
import { runGraph } from '../../testbench/reference-network/run-graph.ts';
import { readInput } from '../files.ts';
import { networkInputs, RANDOM } from '../network/inputs.ts';
import { count, percent } from '../text.ts';
import { table } from './report.ts';

export interface ModelRow {
  readonly model: string;
  readonly layers: number;
  readonly macs: number;
  readonly cycles: number;
  /** Cycles over those that all multiplications take on all multipliers. */
  readonly ratio: number;
  readonly overall: number;
  readonly match: boolean;
  /** Of wall time: until the first cycle, and all cycles. */
  readonly seconds: { readonly start: number; readonly run: number };
}

const ownModels = fileURLToPath(new URL('../../examples/models', import.meta.url));

/** The files of a folder that are networks; those of this repository where none is named. */
export function modelsIn(folder = ownModels): string[] {
  return readdirSync(folder, { encoding: 'utf8' })
    .filter((file) => file.endsWith('.tflite'))
    .sort()
    .map((file) => join(folder, file));
}

/** Each on random input, on the NPU as it is by default; one that cannot be run is told of instead. */
export function measureModels(paths: readonly string[], progress: (what: string) => void): ModelRow[] {
  const config = npuConfig();
  return paths.flatMap((path) => {
    progress(path);
    try {
      return [measureModel(config, path)];
    } catch (error) {
      if (!(error instanceof NetworkError || error instanceof ShapeError)) throw error;
      progress(error.message);
      return [];
    }
  });
}

function measureModel(config: NpuConfig, path: string): ModelRow {
  const graph = importTflite(readInput(path));
  const values = runGraph(graph, networkInputs(graph, RANDOM, 1).values);
  const began = performance.now();
  const program = compileNetwork(config, graph);
  const compile = (performance.now() - began) / 1000;
  const ran = runNetwork(config, program, givenOf(program, values));
  const { layers, macs, cycles, overall, match, seconds } = measurementOf(config, graph, program, ran, values, compile);
  return {
    model: basename(path, '.tflite'),
    layers: layers.length,
    macs,
    cycles,
    ratio: (cycles * matrixEngineOf(config).description.multipliers(config)) / macs,
    overall,
    match,
    seconds: { start: seconds.compile + seconds.build, run: seconds.run },
  };
}

/** In Markdown. */
export function modelsReport(rows: readonly ModelRow[]): string {
  const lines = table(
    ['model', 'operators', 'MACs', 'cycles', '× MACs/256', 'array in use', 'first cycle', 'all cycles', 'bytes'],
    rows.map(({ model, layers, macs, cycles, ratio, overall, match, seconds }) => [
      model,
      String(layers),
      count(macs),
      count(cycles),
      ratio.toFixed(2),
      percent(overall),
      `${seconds.start.toFixed(1)} s`,
      `${seconds.run.toFixed(1)} s`,
      match ? 'equal' : 'differ',
    ]),
  );
  return [...lines, ''].join('\n');
}
