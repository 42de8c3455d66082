/** A run of the exported system in Icarus and in our engines: every named signal of the hierarchy, in every cycle. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import type { Design } from '../../hdl/ir/types.ts';
import { typeWidth } from '../../hdl/ir/walk.ts';
import { simulate, type EngineName } from '../../hdl/sim/index.ts';
import { signalPaths, writeVerilog, type SignalPath } from '../../hdl/verilog/index.ts';
import { npuConfig } from '../../npu/config.ts';
import { matmulProgram } from '../../npu/compiler/matmul.ts';
import { dataflowNames } from '../../npu/matrix/dataflow.ts';
import { needs } from '../../waveforms/testing/tools.ts';
import { System } from '../system.ts';
import { BENCH } from './bench.ts';
import { exportSystem } from './export.ts';

/** Looks at all signals between the bench's change of inputs and the rising edge; a line a cycle. */
function probe(paths: readonly SignalPath[]): string {
  return [
    'module probe;',
    `  always @(negedge ${BENCH}.clk) begin`,
    `    #3 $write("@ %h", ${BENCH}.rst);`,
    ...paths.map(({ verilog }) => `    $write(" %h", ${BENCH}.dut.${verilog});`),
    '    $write("\\n");',
    '  end',
    'endmodule',
    '',
  ].join('\n');
}

/** The cycles of a run in Icarus, each with the reset and all signals as hexadecimals. */
function cyclesInIcarus(files: ReadonlyMap<string, string>, paths: readonly SignalPath[]): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'systole-signals-'));
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'probe.sv'), probe(paths));
    const command = `iverilog -g2012 -o all.vvp -s ${BENCH} -s probe -f files.f probe.sv && vvp -n all.vvp`;
    const out = execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 30 });
    expect(out).toContain('PASS');
    return out
      .split('\n')
      .filter((line) => line.startsWith('@ '))
      .map((line) => line.slice(2).split(' '));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Drives an engine with the inputs that Icarus saw, and says what differs first. */
function firstDifference(
  engine: EngineName,
  design: Design,
  image: Uint8Array,
  paths: readonly SignalPath[],
  cycles: readonly (readonly string[])[],
): string | null {
  const sim = simulate(design, { engine });
  sim.memory('memory.dram').load(image);
  const signals = paths.map(({ path }) => sim.signal(path));
  // The bench's first falling edge comes after the first rising one.
  sim.reset(1);
  for (const [cycle, [reset, ...values]] of cycles.entries()) {
    sim.poke('rst', reset === '1');
    const found = values.map((text) => (/^[0-9a-f]+$/.test(text) ? BigInt(`0x${text}`) : null));
    signals.forEach((signal, i) => {
      if (signal.kind === 'input' && signal.path.split('.').length === 2) signal.set(found[i] ?? 0n);
    });
    for (const [i, signal] of signals.entries()) {
      const expected = BigInt.asUintN(typeWidth(signal.type), signal.get());
      if (found[i] !== expected)
        return `cycle ${cycle + 1}: ${signal.path} is 0x${expected.toString(16)}, but 0x${values[i]} in Icarus`;
    }
    sim.step();
  }
  return null;
}

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Icarus and both engines${icarus.note}`, () => {
  test.each(dataflowNames)('agree on every signal of a run, %s', (dataflow) => {
    const config = npuConfig({ rows: 2, cols: 3, busBytes: 4, scratchpadBytes: 2048, accumulatorBytes: 512 });
    const [m, k, n] = [3, 3, 4];
    const job = {
      dataflow,
      m,
      k,
      n,
      a: Int8Array.from({ length: m * k }, (_, i) => i * 37),
      b: Int8Array.from({ length: k * n }, (_, i) => i * 91),
    };
    const { image } = matmulProgram(config, job);
    const design = elaborate(System(config, { bytes: image.length }));
    const paths = [...signalPaths(design, writeVerilog(design))].filter(({ path }) => !path.endsWith('.rst'));
    const cycles = cyclesInIcarus(exportSystem(config, job).files, paths);
    expect(paths.length).toBeGreaterThan(1000);
    expect(cycles.length).toBeGreaterThan(100);
    for (const engine of ['reference', 'wasm'] as const)
      expect(firstDifference(engine, design, image, paths, cycles), engine).toBeNull();
  });
});
