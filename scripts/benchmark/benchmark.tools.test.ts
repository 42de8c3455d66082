/** The benchmark itself: what it builds and starts, beside ours, goes by names and paths that nothing else looks at. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { programOnPath } from '../../waveforms/program.ts';
import { HANG, needs } from '../../waveforms/testing/tools.ts';

const tools = needs('iverilog', 'vvp');
describe.skipIf(tools.skip)(`the benchmark${tools.note}`, () => {
  it('gives rates of ours and of Icarus, and the time to the first cycle', { timeout: HANG }, () => {
    // Icarus alone: Verilator finds the NPU's memory by the same names, and takes a minute of a processor to build.
    const path = mkdtempSync(join(tmpdir(), 'systole-path-'));
    for (const tool of ['iverilog', 'vvp']) symlinkSync(programOnPath(tool) ?? tool, join(path, tool));
    const flags = ['--npu-sizes', '4', '--product', '8', '--repeat', '1', '--milliseconds', '1', '--slow-up-to', '4'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'scripts/benchmark.ts', '--only', 'npu', '--json', ...flags],
      { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8', env: { ...process.env, PATH: path } },
    );
    rmSync(path, { recursive: true });
    expect(status, stderr).toBe(0);
    const figures = { low: expect.any(Number), median: expect.any(Number), high: expect.any(Number) };
    const found: unknown = JSON.parse(stdout);
    expect(found).toMatchObject({
      npu: [{ ours: figures, icarus: figures, verilator: null }],
      compile: [{ oursProcess: figures, oursDesign: figures }],
    });
  });
});
