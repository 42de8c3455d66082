/**
 * Yosys reads what the writer writes, finds nothing wrong with it, and synthesises it: with assertions, and grids as
 * the loops that they are.
 */
import { describe, expect, test } from 'vitest';
import { npuConfig } from '../../../npu/config.ts';
import { Npu } from '../../../npu/npu.ts';
import { needs } from '../../../waveforms/testing/tools.ts';
import { bit, elaborate, module, sint, uint } from '../../index.ts';
import { designs } from '../testing/designs.ts';
import { writeVerilog, type Verilog } from '../index.ts';
import { statOf } from './figures.ts';
import { STAT } from './script.ts';
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

  test('takes what stands behind an operator and is widened, or narrowed, for no width', async () => {
    const Widened = module(
      'widened',
      { in: { x: sint(8), y: uint(8) }, out: { a: sint(9), b: bit, c: uint(4) } },
      (i) => ({
        a: i.x.extend(9).not(),
        b: i.x.extend(12).slice(3, 6).any(),
        c: i.y.add(3).truncate(4).not(),
      }),
    );
    const verilog = writeVerilog(elaborate(Widened));
    expect((await complaints([`read_verilog -sv ${verilog.sources.join(' ')}`], verilog)).warnings).toEqual([]);
    expect([...verilog.files.values()].join('')).toContain("~(9'(x))");
  });

  // `systole synth` is seen to synthesise one (scripts/synth.tools.test.ts), which takes long.
  test('reads and checks the NPU of 3 × 5', async () => {
    const verilog = writeVerilog(elaborate(Npu(npuConfig({ rows: 3, cols: 5 }))));
    const read = `read_verilog -sv -DSYNTHESIS ${verilog.sources.join(' ')}`;
    const script = [read, `hierarchy -check -top ${verilog.top}`, 'proc', 'opt_clean', 'check -assert'];
    const { warnings, made } = await complaints([...script, `tee -q -o ${STAT} stat -json`], verilog);
    expect(warnings).toEqual([]);
    const instances = statOf(made.get(STAT) ?? '{}').get('systolic_array')?.cells;
    expect(instances?.get('cell_')).toBe(15);
  });
});
