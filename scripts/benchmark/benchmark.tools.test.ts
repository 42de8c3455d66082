/** The benchmark itself: what it builds and starts, beside ours, goes by names and paths that nothing else looks at. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { HANG, needs } from '../../waveforms/testing/tools.ts';

const tools = needs('verilator', 'make', 'clang++');
describe.skipIf(tools.skip)(`the benchmark${tools.note}`, () => {
  it('gives rates of ours and of Verilator, and the time to the first cycle', { timeout: HANG }, () => {
    const flags = ['--npu-sizes', '4', '--product', '8', '--repeat', '1', '--milliseconds', '1', '--slow-up-to', '0'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'scripts/benchmark.ts', '--only', 'npu', '--json', ...flags],
      { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    const figures = { low: expect.any(Number), median: expect.any(Number), high: expect.any(Number) };
    const found: unknown = JSON.parse(stdout);
    expect(found).toMatchObject({
      npu: [{ ours: figures, verilator: figures }],
      compile: [{ oursProcess: figures, oursDesign: figures }],
    });
  });
});
