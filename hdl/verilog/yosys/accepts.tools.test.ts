/**
 * Yosys reads what the writer writes, finds nothing wrong with it, and synthesises it: with assertions, and grids as
 * the loops that they are.
 */
import { describe, expect, test } from 'vitest';
import { npuConfig } from '../../../npu/config.ts';
import { Npu } from '../../../npu/npu.ts';
import { needs } from '../../../waveforms/testing/tools.ts';
import { elaborate } from '../../index.ts';
import { designs } from '../testing/designs.ts';
import { writeVerilog, type Verilog } from '../index.ts';
import { statOf } from './figures.ts';
import { STAT, synthScript } from './script.ts';
import { runYosys } from './tool.ts';

/** Every complaint of a run. */
async function complaints(
  script: readonly string[],
  { files }: Verilog,
): Promise<{ readonly warnings: readonly string[]; readonly made: ReadonlyMap<string, string> }> {
  const { log, files: made } = await runYosys(script, files);
  return { warnings: log.split('\n').filter((line) => /\b(?:warning|error):/i.test(line)), made };
}

const yosys = needs('@yowasp/yosys');
describe.skipIf(yosys.skip)(`Yosys${yosys.note}`, () => {
  test.each([...designs])('reads, checks and synthesises %s', async (_, design) => {
    const verilog = writeVerilog(design);
    const sources = verilog.sources.join(' ');
    const formal = [
      `read_verilog -sv -formal ${sources}`,
      `hierarchy -check -top ${verilog.top}`,
      'proc',
      'check -assert',
    ];
    const script = [
      'design -reset',
      `read_verilog -sv -DSYNTHESIS ${sources}`,
      `synth -top ${verilog.top}`,
      'check -assert',
    ];
    expect((await complaints([...formal, ...script], verilog)).warnings).toEqual([]);
  });

  test('reads, checks and synthesises the NPU of 3 × 5', async () => {
    const verilog = writeVerilog(elaborate(Npu(npuConfig({ rows: 3, cols: 5 }))));
    const { warnings, made } = await complaints(
      [...synthScript({ sources: verilog.sources, liberty: null }), 'check -assert'],
      verilog,
    );
    expect(warnings).toEqual([]);
    const instances = statOf(made.get(STAT) ?? '{}').get('systolic_array')?.cells;
    expect(instances?.get('cell_')).toBe(15);
  });
});
