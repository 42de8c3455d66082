/** Networks with every intermediate tensor of one run of TensorFlow Lite Micro's reference kernels. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Graph, GraphData } from '../../npu/graph/graph.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';

export interface Golden {
  readonly graph: Graph;
  readonly input: GraphData;
  /** What each operator made, by its number. */
  readonly results: readonly Int8Array[];
}

const models = fileURLToPath(new URL('../../examples/models', import.meta.url));

/** Those that are part of this repository. */
export const goldenNames = ['hello_world_int8', 'micro_speech_quantized', 'kws_ref_model'] as const;

/** A folder with more of them, NAME.tflite and NAME.seed1/NAME.*.bin, where the environment names one. */
const more = process.env['SYSTOLE_MODELS'] ?? '';
export const moreGoldenNames: readonly string[] = existsSync(more)
  ? readdirSync(more, { encoding: 'utf8' })
      .filter((file) => file.endsWith('.tflite'))
      .map((file) => file.slice(0, -'.tflite'.length))
  : [];

const bytesAt = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const int8At = (path: string): Int8Array => new Int8Array(bytesAt(path).buffer);

/** The file of a network of this repository, or of the folder with more of them. */
export const modelFile = (name: string): Uint8Array =>
  bytesAt(join(goldenNames.some((known) => known === name) ? models : more, `${name}.tflite`));

export function golden(name: string): Golden {
  const isOurs = goldenNames.some((known) => known === name);
  const folder = isOurs ? join(models, 'golden') : join(more, `${name}.seed1`);
  const graph = importTflite(modelFile(name));
  const all = int8At(join(folder, `${name}.tensors.bin`));
  const lines = readFileSync(join(folder, `${name}.tensors.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const results = lines.map((line) => {
    const [, , , , bytes = 0, offset = 0] = line.split(',').map(Number);
    return all.subarray(offset, offset + bytes);
  });
  return { graph, input: int8At(join(folder, `${name}.input_0.bin`)), results };
}
