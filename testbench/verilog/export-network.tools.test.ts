/** A network from its artefact in other people's simulators: bytes and cycles are those of a run. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readArtefact, writeArtefact } from '../../npu/compiler/artefact/index.ts';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import type { Graph, GraphData, GraphTensor } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { writeTflite } from '../../npu/importers/tflite/testing/write-tflite.ts';
import { tensorOf } from '../../npu/compiler/tensor.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { needs } from '../../waveforms/testing/tools.ts';
import { bytesOf, givenOf } from '../network/results.ts';
import { runNetwork } from '../network/run.ts';
import { golden } from '../reference-network/testing-goldens.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { exportNetwork } from './export-network.ts';
import { runExport } from './testing-run-export.ts';

/** An export of a network on an input of which another framework has told what comes of it. */
function exported(name: string, parameters: Partial<NpuParameters>) {
  const network = new Uint8Array(readFileSync(new URL(`../../examples/models/${name}.tflite`, import.meta.url)));
  const { input, results } = golden(name);
  return exportOf(importTflite(network), network, parameters, input, results.at(-1) ?? new Int8Array());
}

/** Of a network with a maximum that is taken as sums are requantised, and with digits of 16 bits. */
function exportedTogether(parameters: Partial<NpuParameters>) {
  const noise = (length: number): number[] => Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e37_79b1) >> 24);
  const tensor = (name: string, shape: readonly number[], scale: number, more: Partial<GraphTensor>): GraphTensor => ({
    name,
    shape,
    type: 'int8',
    quantisation: { scales: [scale], zeros: [0], axis: 0 },
    data: null,
    ...more,
  });
  const weights = (name: string, shape: readonly number[]): GraphTensor =>
    tensor(name, shape, 0.01, { data: Int8Array.from(noise(elementsIn(shape))) });
  const around = { top: 1, left: 1, bottom: 1, right: 1 };
  const none = { top: 0, left: 0, bottom: 0, right: 0 };
  const same = { activation: 'none' } as const;
  const graph: Graph = {
    tensors: [
      tensor('x', [1, 8, 8, 2], 0.1, {}),
      weights('filter', [4, 3, 3, 2]),
      tensor('y', [1, 8, 8, 4], 0.1, {}),
      tensor('largest', [1, 4, 4, 4], 0.1, {}),
      weights('dense', [6, 64]),
      tensor('z', [1, 6], 0.5, {}),
      weights('features', [4, 6]),
      tensor('time', [4, 2], 0.001, { type: 'int16', data: Int16Array.from(noise(8), (byte) => 257 * byte - 13) }),
      tensor('state', [1, 8], 0.0001, { type: 'int16', variable: true }),
      tensor('units', [1, 2], 0.2, {}),
    ],
    operators: [
      {
        kind: 'conv2d',
        title: 'CONV_2D',
        inputs: [0, 1, null],
        outputs: [2],
        attributes: { stride: [1, 1], dilation: [1, 1], padding: around, ...same },
      },
      {
        kind: 'maxPool',
        title: 'MAX_POOL_2D',
        inputs: [2],
        outputs: [3],
        attributes: { stride: [2, 2], window: [2, 2], padding: none, ...same },
      },
      { kind: 'fullyConnected', title: 'FULLY_CONNECTED', inputs: [3, 4, null], outputs: [5], attributes: same },
      { kind: 'svdf', title: 'SVDF', inputs: [5, 6, 7, null, 8], outputs: [9], attributes: { rank: 2, ...same } },
    ],
    inputs: [0],
    outputs: [9],
  };
  const input = Int8Array.from(noise(128));
  const file = writeTflite(graph);
  const kinds = compileNetwork(npuConfig(parameters), graph).layers.map(({ operators }) => operators.length);
  expect(Math.max(...kinds)).toBe(2);
  return exportOf(importTflite(file), file, parameters, input, runGraph(graph, [input]).at(-1) ?? new Int8Array());
}

function exportOf(
  graph: Graph,
  network: Uint8Array,
  parameters: Partial<NpuParameters>,
  input: GraphData,
  last: GraphData,
) {
  const made = npuConfig(parameters);
  const source = { config: made, graph, network, latency: 2, systole: '1.2.3', program: compileNetwork(made, graph) };
  const { config, program } = readArtefact(writeArtefact(source));
  const inputs = givenOf(program, runGraph(graph, [input]));
  const system = exportNetwork(config, program, inputs);
  // The memory of an export is built in, that of a run is not.
  expect(system.cycles).toBe(runNetwork(config, program, inputs).counters.cycles);
  const { dram, view } = program.outputs[0] ?? expect.fail('it has no output');
  const address = tensorOf(program, dram.tensor).address + dram.offset;
  const expected = bytesOf(last);
  expect(system.ran.left.tensors.get(view.tensor)).toEqual(expected);
  expect(bytesIn(system.files.get('expected.hex') ?? '').subarray(address, address + expected.length)).toEqual(
    expected,
  );
  return { system, address };
}

/** The bytes of a file of words, little-endian. */
function bytesIn(hex: string): Uint8Array {
  const words = hex.trim().split('\n');
  return Uint8Array.from(
    words.flatMap((word) => (word.match(/../g) ?? []).toReversed()),
    (byte) => parseInt(byte, 16),
  );
}

const small = { rows: 4, cols: 4, busBytes: 8 } as const;

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Icarus${icarus.note}`, () => {
  test('runs hello_world as systole run does', () => {
    const { system } = exported('hello_world_int8', small);
    expect(runExport(system, 'run in Icarus')).toBe(`PASS: ${system.cycles} cycles\n`);
  });

  test('runs what is done together, and digits, as systole run does', () => {
    const { system } = exportedTogether(small);
    expect(runExport(system, 'run in Icarus')).toBe(`PASS: ${system.cycles} cycles\n`);
  });

  test('tells an output that is another', () => {
    const { system, address } = exported('hello_world_int8', small);
    const words = (system.files.get('expected.hex') ?? '').split('\n');
    const at = Math.floor(address / small.busBytes);
    const wrong = words.with(
      at,
      (words[at] ?? '').replaceAll(/[0-9a-f]/g, (digit) => (digit === '0' ? '1' : '0')),
    );
    const files = new Map([...system.files, ['expected.hex', wrong.join('\n')]]);
    expect(runExport({ ...system, files }, 'run in Icarus')).toContain('FAIL: 1 words of DRAM are wrong\n');
  });
});

const verilator = needs('verilator', 'make', 'g++');
describe.skipIf(verilator.skip)(`Verilator${verilator.note}`, () => {
  test('runs kws_ref_model as systole run does', () => {
    const { system } = exported('kws_ref_model', { rows: 8, cols: 8, busBytes: 8 });
    expect(runExport(system, 'run in Verilator')).toContain(`PASS: ${system.cycles} cycles\n`);
  });

  test('finds nothing to say about it with all warnings on', () => {
    expect(runExport(exported('hello_world_int8', small).system, 'lint')).toBe('');
  });
});
