import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Graph, GraphTensor, Operator } from '../../npu/graph/graph.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { writeTflite } from '../../npu/importers/tflite/testing/write-tflite.ts';
import { runGraph } from '../../testbench/reference-network/run-graph.ts';
import { npyFile, readNpyTensor } from '../npy.ts';
import { commandLine } from '../testing-command-line.ts';

const { folder, here, remove } = commandLine();
afterAll(remove);
const small = ['--rows', '4', '--cols', '4', '--bus-bytes', '8'];
const real = (name: string, shape: readonly number[]): GraphTensor => ({
  name,
  shape,
  type: 'float32',
  quantisation: null,
  data: null,
});
const bytes = (name: string, shape: readonly number[], scale: number, zero: number): GraphTensor => ({
  ...real(name, shape),
  type: 'int8',
  quantisation: { scales: [Math.fround(scale)], zeros: [zero], axis: 0 },
});
const operator = (
  kind: 'quantise' | 'dequantise' | 'relu' | 'reshape',
  title: string,
  from: number,
  to: number,
): Operator => ({ kind, title, inputs: [from], outputs: [to], attributes: {} });
const save = (name: string, graph: Graph): void => writeFileSync(join(folder, name), writeTflite(graph));

/** As the converter writes a network that takes and gives real numbers. */
const hello = importTflite(readFileSync(new URL('../../examples/models/hello_world_int8.tflite', import.meta.url)));
const [taken = 0, given = 0, count] = [hello.inputs[0], hello.outputs[0], hello.tensors.length];
const helloReal: Graph = {
  tensors: [...hello.tensors, real('angle', [1, 1]), real('sine', [1, 1])],
  operators: [
    operator('quantise', 'QUANTIZE', count, taken),
    ...hello.operators,
    operator('dequantise', 'DEQUANTIZE', given, count + 1),
  ],
  inputs: [count],
  outputs: [count + 1],
};

/** Real numbers that are moved before and after. */
const moved: Graph = {
  tensors: [
    real('flat', [1, 36]),
    real('picture', [1, 4, 3, 3]),
    real('turned', [1, 3, 4, 3]),
    bytes('quantised', [1, 3, 4, 3], 0.02, -3),
    bytes('above', [1, 3, 4, 3], 0.03, 5),
    real('real', [1, 3, 4, 3]),
    real('result', [36]),
  ],
  operators: [
    operator('reshape', 'RESHAPE', 0, 1),
    { kind: 'transpose', title: 'TRANSPOSE', inputs: [1], outputs: [2], attributes: { order: [0, 2, 1, 3] } },
    operator('quantise', 'QUANTIZE', 2, 3),
    operator('relu', 'RELU', 3, 4),
    operator('dequantise', 'DEQUANTIZE', 4, 5),
    operator('reshape', 'RESHAPE', 5, 6),
  ],
  inputs: [0],
  outputs: [6],
};

/** Real numbers between. */
const between: Graph = {
  tensors: [
    bytes('x', [1, 36], 0.02, -3),
    bytes('above', [1, 36], 0.02, -3),
    real('real', [1, 36]),
    bytes('again', [1, 36], 0.02, 3),
    bytes('result', [1, 36], 0.02, 3),
  ],
  operators: [
    operator('relu', 'RELU', 0, 1),
    operator('dequantise', 'DEQUANTIZE', 1, 2),
    operator('quantise', 'QUANTIZE', 2, 3),
    operator('relu', 'RELU', 3, 4),
  ],
  inputs: [0],
  outputs: [4],
};

describe('a network that takes and gives real numbers', () => {
  it('runs with the host at its ends, from its file and from an artefact', async () => {
    save('hello.tflite', helloReal);
    const angle = Float32Array.of(1.25);
    writeFileSync(join(folder, 'angle.npy'), npyFile(new Uint8Array(angle.buffer), 'float32', [1, 1]));
    const [sine] = runGraph(helloReal, [angle])[count + 1] ?? [];
    expect(sine).toBeCloseTo(Math.sin(1.25), 1);

    const made = await here('compile', 'hello.tflite', '-o', 'hello.systole', ...small);
    expect(made).toMatchObject({ status: 0, stderr: '' });
    for (const file of ['hello.tflite', 'hello.systole']) {
      const ran = await here('run', file, ...small, '--input', 'angle.npy', '--dump', `${file}-made`, '--json');
      expect({ status: ran.status, stderr: ran.stderr }).toEqual({ status: 0, stderr: '' });
      expect(JSON.parse(ran.stdout)).toMatchObject({
        match: true,
        layers: [{ operator: 'QUANTIZE', by: 'host' }, {}, {}, {}, { operator: 'DEQUANTIZE', by: 'host' }],
        outputs: [{ name: 'sine', type: 'float32', data: [sine] }],
      });
      const { data } = readNpyTensor(readFileSync(join(folder, `${file}-made`, '4.npy')), '4.npy');
      expect(data).toEqual(Float32Array.of(Number(sine)));
    }
  });

  it('may move them first and last', async () => {
    save('moved.tflite', moved);
    const { status, stdout, stderr } = await here('run', 'moved.tflite', ...small, '--seed', '1', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { layers }: { layers: readonly { by: string; match: boolean | null }[] } = JSON.parse(stdout);
    expect(layers.map(({ by }) => by).join()).toBe('host,host,host,vector,host,host');
    expect(layers[3]?.match).toBe(true);
  });

  it('does not have them between, but for --fallback host', async () => {
    save('between.tflite', between);
    for (const command of ['run between.tflite', 'compile between.tflite -o never.systole']) {
      const { status, stderr } = await here(...command.split(' '), ...small);
      expect([status, stderr]).toEqual([
        2,
        "systole: operator 2, QUANTIZE ('again'), is none that the NPU does, or comes after one; " +
          'give --fallback host to have the host do it\n',
      ]);
    }
    expect(await here('run', 'between.tflite', ...small, '--fallback', 'host')).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});
