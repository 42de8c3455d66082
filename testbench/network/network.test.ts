import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { readGolden } from './golden.ts';
import { runNetwork } from './run.ts';

const models = fileURLToPath(new URL('../../examples/models/', import.meta.url));

/** What differs from a golden run, of all tensors that the NPU makes; none of its own may be missing. */
function differences(name: string, parameters: Partial<NpuParameters>): readonly string[] {
  const graph = importTflite(new Uint8Array(readFileSync(`${models}${name}.tflite`)));
  const golden = readGolden(`${models}golden/${name}`, graph);
  const config = npuConfig(parameters);
  const program = compileNetwork(config, graph);
  const { left } = runNetwork(config, program, golden.inputs, { monitors: true });
  const made = program.layers.filter(({ kind }) => kind !== 'host' && kind !== 'rename');
  return made.flatMap(({ output: { tensor }, operators }) => {
    const [is, expected] = [left.tensors.get(tensor), golden.tensors.get(tensor)];
    const wrong = expected?.filter((byte, at) => byte !== is?.[at]).length ?? 'no';
    return wrong === 0 ? [] : [`operator ${operators.join()}: ${wrong} bytes of ${expected?.length} differ`];
  });
}

describe('networks on the NPU make what the reference kernels of their framework make', () => {
  test.each<[string, Partial<NpuParameters>]>([
    ['hello_world_int8', {}],
    ['hello_world_int8', { rows: 3, cols: 5, busBytes: 4, scratchpadBytes: 4096, accumulatorBytes: 2048 }],
    ['micro_speech_quantized', {}],
  ])('%s on %o', (name, parameters) => {
    expect(differences(name, parameters)).toEqual([]);
  });
});
