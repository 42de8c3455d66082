/**
 * Modules proven equal, for all inputs and all states, to descriptions in Verilog that people wrote by hand in another
 * style.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { npuConfig } from '../../../npu/config.ts';
import { Npu } from '../../../npu/npu.ts';
import { needs } from '../../../waveforms/testing/tools.ts';
import { elaborate } from '../../index.ts';
import type { Design } from '../../ir/types.ts';
import { designs } from '../testing/designs.ts';
import { writeVerilog } from '../index.ts';
import { runYosys, YosysError } from './tool.ts';

const byHand = (name: string): string => readFileSync(new URL(`testing/${name}.v`, import.meta.url), 'utf8');

function example(name: string): Design {
  const design = designs.get(name);
  if (design === undefined) throw new RangeError(`no design ${name}`);
  return design;
}

/**
 * What Yosys cannot prove equal; empty where it proves everything. Registers correspond by their names: it is proven
 * that from equal states follow equal outputs and equal next states.
 */
async function unproven(design: Design, top: string, hand: string): Promise<string> {
  const verilog = writeVerilog({ ...design, top });
  // No proof ends that goes through two multipliers: a factor that both have under one name is proven equal before, and
  // makes them one.
  const factor = /= \w+ \* (\w+);/.exec(verilog.files.get(`${verilog.top}.sv`) ?? '')?.[1] ?? 'factor';
  const script = [
    `read_verilog -sv -DSYNTHESIS ${verilog.sources.join(' ')}`,
    `hierarchy -top ${verilog.top}`,
    'proc',
    'flatten',
    'opt_clean',
    `rename ${verilog.top} gate`,
    'read_verilog hand.v',
    'proc',
    'opt_clean',
    'equiv_make gold gate equal',
    'hierarchy -top equal',
    'opt_clean',
    'equiv_struct',
    'equiv_simple',
    'equiv_induct',
    'equiv_status -assert',
  ];
  try {
    const { log } = await runYosys(
      script,
      new Map([...verilog.files, ['hand.v', hand.replaceAll(/\bfactor\b/g, factor)]]),
    );
    expect(log).toContain('Equivalence successfully proven!');
    return '';
  } catch (error) {
    if (error instanceof YosysError)
      return `${error.message}\n${error.log
        .split('\n')
        .filter((line) => line.includes('Unproven'))
        .join('\n')}`;
    throw error;
  }
}

const npu = elaborate(Npu(npuConfig({ rows: 3, cols: 5 })));
const modules: readonly (readonly [what: string, design: Design, top: string, file: string])[] = [
  ['the counter', example('counter'), 'counter', 'counter'],
  ['the machine', example('machine'), 'summer', 'summer'],
  ['the arbiter and its register stage', example('merge'), 'merge', 'merge'],
  ['the processing element', npu, 'cell', 'cell'],
  ["the accumulator's adder", npu, 'accumulate_lane', 'accumulate_lane'],
  ["the operands' zero points", npu, 'operand_lane', 'operand_lane'],
];

const yosys = needs('@yowasp/yosys');
describe.skipIf(yosys.skip)(`Yosys proves equal to Verilog by hand${yosys.note}`, () => {
  test.each(modules)('%s', async (_, design, top, file) => {
    expect(await unproven(design, top, byHand(file))).toBe('');
  });

  test('and not what differs in one case of many', async () => {
    const wrong = byHand('accumulate_lane').replace('wide[32] ^ wide[31]', 'wide[32] & ~wide[31]');
    expect(await unproven(npu, 'accumulate_lane', wrong)).toContain('overflow');
  });
});
