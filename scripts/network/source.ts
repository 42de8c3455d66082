/** Where `systole run` has its program from: a network that it compiles, or an artefact. */
import { extname } from 'node:path';
import { isArtefact } from '../../npu/compiler/artefact/index.ts';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { alone } from '../../npu/graph/alone.ts';
import type { Graph } from '../../npu/graph/graph.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../files.ts';
import { LATENCY } from '../memory-flags.ts';
import { inFlags, npuConfigOf } from '../npu-flags.ts';
import { artefactIn } from './artefact.ts';
import { checkFallback } from './fallback.ts';

export interface NetworkSource {
  readonly config: NpuConfig;
  /** The whole network, and what of it the program does. */
  readonly whole: Graph;
  readonly graph: Graph;
  readonly program: RunnableNetwork;
  /** Cycles that the memory takes to answer. */
  readonly latency: number;
  /** Seconds that compiling took; null for an artefact. */
  readonly compile: number | null;
}

interface Choice extends Readonly<Record<string, unknown>> {
  readonly model: string;
  readonly layer: number | undefined;
  readonly fallback: 'host' | undefined;
  readonly latency: number | undefined;
  /** Where what every operator makes goes to: then no two are done together. */
  readonly dump?: string | undefined;
}

/** @throws UsageError, NetworkError, ConfigError and ShapeError for what cannot be run */
export function sourceOf(given: Choice): NetworkSource {
  const bytes = readInput(given.model);
  return isArtefact(bytes) || extname(given.model) === '.systole' ? ofArtefact(bytes, given) : ofTflite(bytes, given);
}

function ofTflite(bytes: Uint8Array, given: Choice): NetworkSource {
  const { layer, fallback, dump, latency = LATENCY.least } = given;
  const config = npuConfigOf(given);
  const whole = importTflite(bytes);
  const graph = layer === undefined ? whole : inFlags(() => alone(whole, layer));
  const began = performance.now();
  const program = inFlags(() => compileNetwork(config, graph, { memory: { latency }, fuse: dump === undefined }));
  const compile = (performance.now() - began) / 1000;
  checkFallback(graph, program, fallback === 'host');
  return { config, whole, graph, program, latency, compile };
}

function ofArtefact(bytes: Uint8Array, given: Choice): NetworkSource {
  for (const flag of ['layer', 'fallback'] as const)
    if (given[flag] !== undefined)
      throw new UsageError(
        `--${flag} is given with an artefact, which is compiled already`,
        flag === 'layer' ? 'give the .tflite file' : 'give it to systole compile',
      );
  const { config, program, graph, manifest } = artefactIn(bytes, given);
  const together = program.layers.find(({ operators }) => operators.length > 1);
  if (given.dump !== undefined && together !== undefined)
    throw new UsageError(
      `--dump is given with an artefact in which operators ${together.operators.join(' and ')} are done together`,
      'give the .tflite file',
    );
  return { config, whole: graph, graph, program, latency: given.latency ?? manifest.latency, compile: null };
}
