/** A network from its artefact in other people's simulators: bytes and cycles are those of a run. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readArtefact, writeArtefact } from '../../npu/compiler/artefact/index.ts';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
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
  const graph = importTflite(network);
  const made = npuConfig(parameters);
  const source = { config: made, graph, network, latency: 2, systole: '1.2.3', program: compileNetwork(made, graph) };
  const { config, program } = readArtefact(writeArtefact(source));
  const { input, results } = golden(name);
  const inputs = givenOf(program, runGraph(graph, [input]));
  const system = exportNetwork(config, program, inputs);
  // The memory of an export is built in, that of a run is not.
  expect(system.cycles).toBe(runNetwork(config, program, inputs).counters.cycles);
  const { dram, view } = program.outputs[0] ?? expect.fail('it has no output');
  const address = tensorOf(program, dram.tensor).address + dram.offset;
  const expected = bytesOf(results.at(-1) ?? new Int8Array());
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
  test.each([
    ['hello_world_int8', small],
    ['kws_ref_model', { rows: 8, cols: 8, busBytes: 8 }],
  ])('runs %s on %o as systole run does', (name, parameters) => {
    const { system } = exported(name, parameters);
    expect(runExport(system, 'run in Verilator')).toContain(`PASS: ${system.cycles} cycles\n`);
  });

  test('finds nothing to say about it with all warnings on', () => {
    expect(runExport(exported('hello_world_int8', small).system, 'lint')).toBe('');
  });
});
