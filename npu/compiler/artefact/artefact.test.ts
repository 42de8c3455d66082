import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, givenOf } from '../../../testbench/network/results.ts';
import { runNetwork } from '../../../testbench/network/run.ts';
import { graphs, inputsOf } from '../../../testbench/reference-network/arbitrary-graph.ts';
import { runGraph } from '../../../testbench/reference-network/run-graph.ts';
import { npuConfig } from '../../config.ts';
import type { OperatorKind } from '../../graph/graph.ts';
import { importTflite } from '../../importers/tflite/index.ts';
import { compileNetwork } from '../network/compile.ts';
import { runnable } from '../network/runnable.ts';
import { packed, unpacked } from './container.ts';
import { ArtefactError, checkGraph, isArtefact, readArtefact, writeArtefact } from './index.ts';

/** Some that the NPU does, and one that it leaves to the host. */
const kinds: readonly OperatorKind[] = [
  'conv2d',
  'depthwiseConv2d',
  'fullyConnected',
  'maxPool',
  'add',
  'mul',
  'logistic',
  'softmax',
  'reshape',
  'transpose',
  'concat',
  'pad',
  'split',
  'transposeConv',
  'reduceMin',
  'resizeBilinear',
];
const machines = fc.constantFrom(
  npuConfig({ rows: 4, cols: 4, busBytes: 8 }),
  npuConfig({ rows: 3, cols: 7, busBytes: 4, scratchpadBanks: 7, accumulatorBytes: 2 ** 17 }),
  npuConfig({ matrix: 'single', rows: 1, cols: 1, busBytes: 64, scratchpadBytes: 2 ** 22 }),
);

const file = readFileSync(new URL('../../../examples/models/hello_world_int8.tflite', import.meta.url));
const hello = () => {
  const network = new Uint8Array(file);
  const config = npuConfig({ rows: 4, cols: 4, busBytes: 8 });
  const graph = importTflite(network);
  const program = compileNetwork(config, graph);
  return { config, graph, program, network, latency: 2, systole: '1.2.3' };
};

/** The line that says why; null where it is read. */
function refusal(bytes: Uint8Array): string | null {
  try {
    readArtefact(bytes);
    return null;
  } catch (error) {
    if (!(error instanceof ArtefactError)) throw error;
    return error.message;
  }
}

/** Its manifest changed, and its checksum made right again. */
function withManifest(change: (manifest: Record<string, unknown>) => void): Uint8Array {
  const parts = unpacked(writeArtefact(hello()));
  const manifest: Record<string, unknown> = JSON.parse(new TextDecoder().decode(parts.manifest));
  change(manifest);
  return packed({ ...parts, manifest: new TextEncoder().encode(JSON.stringify(manifest)) });
}

describe('an artefact', () => {
  test('of random networks on random machines is read as it was written', () => {
    const cases = fc.record({
      graph: graphs({ kinds, operators: 4 }),
      config: machines,
      ringEntries: fc.constantFrom(2, 9, 65535),
      latency: fc.integer({ min: 2, max: 200 }),
      network: fc.uint8Array(),
    });
    fc.assert(
      fc.property(cases, ({ graph, config, ringEntries, latency, network }) => {
        const program = compileNetwork(config, graph, { ringEntries, memory: { latency } });
        const read = readArtefact(writeArtefact({ config, program, graph, network, latency, systole: '1.2.3' }));
        const { commands, steps, ...rest } = runnable(program);
        const { commands: readCommands, steps: readSteps, ...readRest } = read.program;
        expect(readRest).toEqual(rest);
        // Words and numbers of fields may be written in other ways: the bytes of all are compared above.
        const withoutCommand = ({ layer, unit, makes, start, end }: (typeof steps)[number]) => [
          layer,
          unit,
          makes,
          start,
          end,
        ];
        expect(readSteps.map(withoutCommand)).toEqual(steps.map(withoutCommand));
        expect(readCommands.map(({ operation }) => operation)).toEqual(commands.map(({ operation }) => operation));
        expect([read.config, read.network, read.manifest.latency]).toEqual([config, network, latency]);
        checkGraph(read, graph);
      }),
      { numRuns: 30 },
    );
  });

  test('is enough to run a network, whatever of it the host does', () => {
    const cases = graphs({ kinds, operators: 4, size: 6, channels: 9 }).chain((graph) =>
      fc.record({ graph: fc.constant(graph), inputs: inputsOf(graph), config: machines }),
    );
    fc.assert(
      fc.property(cases, ({ graph, inputs, config }) => {
        const program = compileNetwork(config, graph);
        const bytes = writeArtefact({ config, program, graph, network: file, latency: 2, systole: '1.2.3' });
        const read = readArtefact(bytes).program;
        const values = runGraph(graph, inputs);
        const { left } = runNetwork(config, read, givenOf(read, values));
        for (const { kind, output } of read.layers) {
          // A tensor that only the compiler knows has no value in the reference.
          if (kind === 'host' || kind === 'rename' || values[output.tensor] === undefined) continue;
          expect(left.tensors.get(output.tensor)).toEqual(bytesOf(values[output.tensor] ?? new Int8Array()));
        }
      }),
      { numRuns: 8 },
    );
  });

  test('says where inputs and outputs are in DRAM, and for how many cycles it is expected to run', () => {
    const { manifest, program } = readArtefact(writeArtefact(hello()));
    const { inputs, outputs, cycles, systole } = manifest;
    expect([inputs.length, outputs.length, systole]).toEqual([1, 1, '1.2.3']);
    expect(inputs[0]).toMatchObject({ shape: [1, 1], type: 'int8', quantisation: { zeros: [-128], axis: 0 } });
    expect(program.tensors[outputs[0]?.dram.tensor ?? '']?.address).toBe(outputs[0]?.address);
    expect(cycles).toBeGreaterThan(0);
  });

  test('with any byte flipped, or cut short anywhere, is told in one line', () => {
    const bytes = writeArtefact(hello());
    const at = fc.nat({ max: bytes.length - 1 });
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const changed = bytes.slice();
        changed[place] = (changed[place] ?? 0) ^ flip;
        expect(refusal(changed)).toMatch(/^this (is no|artefact is of version)[^\n]*; [^\n]*$/);
      }),
    );
    fc.assert(
      fc.property(at, (length) => {
        expect(refusal(bytes.slice(0, length))).toMatch(/^this is no artefact; |it is cut short, \d+ bytes of \d+; /);
      }),
    );
    expect(refusal(new Uint8Array([...bytes, 0]))).toMatch(/has \d+ bytes in place of \d+/);
  });

  test('whose manifest says anything at all is read or told', () => {
    const parts = unpacked(writeArtefact(hello()));
    const text = new TextDecoder().decode(parts.manifest);
    const places = [...text.matchAll(/-?\d+(\.\d+)?|"[^"]*"|null/g)];
    const values = fc.constantFrom('-1', '0', '1', '7', '65536', '4294967295', '1e300', 'null', '"x"', '[]', '{}');
    fc.assert(
      fc.property(fc.constantFrom(...places), values, ({ index, 0: found }, value) => {
        const manifest = new TextEncoder().encode(text.slice(0, index) + value + text.slice(index + found.length));
        expect(refusal(packed({ ...parts, manifest })) ?? '; ').toMatch(/^[^\n]*; [^\n]*$/);
      }),
      { numRuns: 300 },
    );
  });

  test('of a newer version is told, with both versions', () => {
    const bytes = writeArtefact(hello());
    new DataView(bytes.buffer).setUint32(8, 2, true);
    expect(refusal(bytes)).toBe(
      'this artefact is of version 2 of the format, and version 1 can be read; compile the network again, or take the systole that wrote it',
    );
    expect(isArtefact(bytes)).toBe(true);
  });

  test.each<[string, (manifest: Record<string, unknown>) => void]>([
    ['manifest.npu.rows in its manifest is no whole number from 0 on', (manifest) => (manifest['npu'] = {})],
    ['manifest.steps in its manifest is no list', (manifest) => delete manifest['steps']],
    ['it has 20 commands of units and 0 steps', (manifest) => (manifest['steps'] = [])],
    ['its ring does not hold its commands', (manifest) => (manifest['ring'] = { base: 0, entries: 9, tail: 9 })],
    ["'serving_default_dense_input:0' is not in its image", (manifest) => (manifest['tensors'] = [])],
  ])('%s', (line, change) => {
    expect(refusal(withManifest(change))).toBe(`this is no intact artefact: ${line}; compile the network again`);
  });

  test('with another network in it is told', () => {
    const { graph } = hello();
    const read = readArtefact(writeArtefact(hello()));
    expect(() => checkGraph(read, { ...graph, tensors: graph.tensors.toReversed() })).toThrow(
      'the network in it is another one than was compiled',
    );
  });
});
