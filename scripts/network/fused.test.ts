import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Graph, GraphTensor } from '../../npu/graph/graph.ts';
import { writeTflite } from '../../npu/importers/tflite/testing/write-tflite.ts';
import { commandLine } from '../testing-command-line.ts';

const { folder, here, remove } = commandLine();
afterAll(remove);
const small = ['--rows', '4', '--cols', '4', '--bus-bytes', '8'];

const bytes = (name: string, shape: readonly number[], scale: number, data: Int8Array | null = null): GraphTensor => ({
  name,
  shape,
  type: 'int8',
  quantisation: { scales: [Math.fround(scale)], zeros: [data === null ? 4 : 0], axis: 0 },
  data,
});
const weights = Int8Array.from({ length: 3 * 3 * 4 * 5 }, (_, i) => ((i * 37) % 255) - 127);
const none = { top: 0, left: 0, bottom: 0, right: 0 };
const pooled: Graph = {
  tensors: [
    bytes('picture', [1, 8, 8, 4], 0.02),
    bytes('filter', [5, 3, 3, 4], 0.01, weights),
    bytes('features', [1, 6, 6, 5], 0.04),
    bytes('largest', [1, 3, 3, 5], 0.04),
  ],
  operators: [
    {
      kind: 'conv2d',
      title: 'CONV_2D',
      inputs: [0, 1, null],
      outputs: [2],
      attributes: { stride: [1, 1], dilation: [1, 1], padding: none, activation: 'relu' },
    },
    {
      kind: 'maxPool',
      title: 'MAX_POOL_2D',
      inputs: [2],
      outputs: [3],
      attributes: { window: [2, 2], stride: [2, 2], padding: none, activation: 'none' },
    },
  ],
  inputs: [0],
  outputs: [3],
};

it('operators that are done together are one row, and two where each is to be written', async () => {
  writeFileSync(join(folder, 'pooled.tflite'), writeTflite(pooled));
  const layersIn = async (...flags: readonly string[]) => {
    const ran = await here('run', ...flags, ...small, '--seed', '1', '--json');
    expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
    const { layers }: { layers: readonly { index: number; operator: string; macs: number; match: boolean }[] } =
      JSON.parse(ran.stdout);
    return layers.map(({ index, operator, macs, match }) => [index, operator, macs, match]);
  };
  const macs = 6 * 6 * 5 * 36;
  const together = [[0, 'CONV_2D + MAX_POOL_2D', macs, true]];
  expect(await layersIn('pooled.tflite')).toEqual(together);
  expect(await layersIn('pooled.tflite', '--dump', 'made')).toEqual([
    [0, 'CONV_2D', macs, true],
    [1, 'MAX_POOL_2D', 0, true],
  ]);
  expect([0, 1].map((index) => readFileSync(join(folder, 'made', `${index}.npy`)).length)).toEqual([
    128 + 6 * 6 * 5,
    128 + 3 * 3 * 5,
  ]);

  const made = await here('compile', 'pooled.tflite', '-o', 'pooled.systole', ...small);
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(await layersIn('pooled.systole')).toEqual(together);
  const refused = await here('run', 'pooled.systole', '--dump', 'other');
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toBe(
    'systole: --dump is given with an artefact in which operators 0 and 1 are done together; give the .tflite file\n',
  );
});
