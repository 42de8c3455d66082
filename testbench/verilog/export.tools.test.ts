/**
 * The exported system with the exported program in both engines and in other people's simulators: the same memory image
 * and the same count of cycles.
 */
import { describe, expect, test } from 'vitest';
import { npuConfig } from '../../npu/config.ts';
import { matrixKinds, type NpuParameters } from '../../npu/parameters.ts';
import type { Dataflow, MatmulJob } from '../../npu/compiler/job.ts';
import { needs } from '../../waveforms/testing/tools.ts';
import type { RunOptions } from '../run.ts';
import { exportNpu, exportSystem, type Export } from './export.ts';
import { runExport } from './testing-run-export.ts';

function product(dataflow: Dataflow, m: number, k: number, n: number): MatmulJob {
  const numbers = (length: number, step: number): Int8Array =>
    Int8Array.from({ length }, (_, i) => i * step + (i >> 3));
  return { dataflow, m, k, n, a: numbers(m * k, 37), b: numbers(k * n, 91) };
}

/** The system as our own engines see it: image and cycles are in its files. */
function agreed(
  parameters: Pick<NpuParameters, 'rows' | 'cols'> & Partial<NpuParameters>,
  dataflow: Dataflow,
  memory: RunOptions['memory'] = {},
): Export {
  const { rows, cols } = parameters;
  const [config, job] = [npuConfig(parameters), product(dataflow, 2 * rows + 1, rows + 7, cols + 3)];
  const [reference, wasm] = (['reference', 'wasm'] as const).map((engine) =>
    exportSystem(config, job, { engine, memory }),
  );
  expect(wasm?.files).toEqual(reference?.files);
  if (wasm === undefined) throw new RangeError('no engine');
  return wasm;
}

const shapes = [
  [3, 5, 16, 'ws'],
  [3, 5, 16, 'os'],
  // Its lines have several beats.
  [8, 4, 4, 'ws'],
  [16, 16, 16, 'os'],
  [16, 8, 16, 'is'],
] as const;

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Icarus${icarus.note}`, () => {
  test.each(shapes)('runs the system of %i × %i on a bus of %i bytes, %s', (rows, cols, busBytes, dataflow) => {
    const system = agreed({ rows, cols, busBytes }, dataflow);
    expect(runExport(system, 'run in Icarus')).toBe(`PASS: ${system.cycles} cycles\n`);
  });

  test.each(matrixKinds.slice(1))('runs the system with another matrix engine: %s', (matrix) => {
    const system = agreed({ rows: 3, cols: 5, matrix }, 'os');
    expect(runExport(system, 'run in Icarus')).toBe(`PASS: ${system.cycles} cycles\n`);
  });

  test('runs it behind a memory that stalls', () => {
    const system = agreed({ rows: 3, cols: 5 }, 'ws', { latency: 9, stall: 60, seed: 5 });
    expect(runExport(system, 'run in Icarus')).toBe(`PASS: ${system.cycles} cycles\n`);
  });
});

const verilator = needs('verilator', 'make', 'g++');
describe.skipIf(verilator.skip)(`Verilator${verilator.note}`, () => {
  // Compiling takes 10 s and more: all shapes with VERILATOR_SHAPES=5.
  test.each(shapes.slice(0, Number(process.env['VERILATOR_SHAPES'] ?? 1)))(
    'runs the system of %i × %i on a bus of %i bytes, %s',
    (rows, cols, busBytes, dataflow) => {
      const system = agreed({ rows, cols, busBytes }, dataflow);
      expect(runExport(system, 'run in Verilator')).toContain(`PASS: ${system.cycles} cycles\n`);
    },
  );

  test.each([
    [1, 1],
    [3, 5],
    [20, 24],
  ])('finds nothing to say about the NPU of %i × %i with all warnings on', (rows, cols) => {
    expect(runExport(exportNpu(npuConfig({ rows, cols })), 'lint')).toBe('');
  });

  test.each(matrixKinds)('finds nothing to say about the system with the matrix engine %s', (matrix) => {
    expect(runExport(exportSystem(npuConfig({ matrix, rows: 3, cols: 5 }), product('ws', 3, 4, 5)), 'lint')).toBe('');
  });
});

describe('the size of the array', () => {
  const filesOf = (size: number): ReadonlyMap<string, string> =>
    exportNpu(npuConfig({ scratchpadBytes: 1 << 20, accumulatorBytes: 1 << 18, rows: size, cols: size })).files;
  // Where lines have several beats, as many of them are a group.
  const [small, middle, large] = [32, 64, 128].map(
    (size) => new Map([...filesOf(size)].map(([name, text]) => [name, linesOf(text)])),
  );
  /** Lines without their numbers. */
  function linesOf(text: string): readonly string[] {
    return text
      .replaceAll(/\d+'s?[hdb][0-9a-f]+|\d+/g, '#')
      .replaceAll(/#(?:_#)+/g, '#')
      .split('\n');
  }
  /** Their lines hold as many parts as the bus needs; and a loop over lanes is cut where tools stop to unroll it. */
  const memories = ['scratchpad.sv', 'spread_lines.sv', 'accumulator.sv'];

  test('changes nothing but numbers from 32 × 32 to 128 × 128', () => {
    const without = (files: typeof small): readonly (readonly [string, readonly string[]])[] =>
      [...(files ?? [])].filter(([name]) => !memories.includes(name));
    expect(without(large)).toEqual(without(small));
    expect(without(large).length).toBeGreaterThan(20);
  });

  test('repeats lines of memories at most', () => {
    for (const name of memories) expect(new Set(large?.get(name))).toEqual(new Set(middle?.get(name)));
    const total = (files: typeof small): number =>
      [...(files?.values() ?? [])].reduce((sum, { length }) => sum + length, 0);
    expect(total(large) / total(small)).toBeLessThan(1.02);
  });
});
