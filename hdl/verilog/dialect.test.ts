/** What must hold of every text that the writer makes: some tool that is not at hand would complain otherwise. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { npuConfig } from '../../npu/config.ts';
import { Npu } from '../../npu/npu.ts';
import { generate, numbersOf } from '../fuzz/generators.ts';
import { elaborate } from '../index.ts';
import { arbitraryDesign } from '../ir/testing/arbitrary.ts';
import type { Design } from '../ir/types.ts';
import { assignedAmiss } from './testing/assignments.ts';
import { declaredAmiss } from './testing/declarations.ts';
import { designs } from './testing/designs.ts';
import { randomCircuit } from './testing/hunt.ts';
import { writeVerilog } from './index.ts';
import { runsOf } from '../testing-runs.ts';

const count = runsOf({ few: 80, all: 500 });
const seed = Number(process.env['SEED'] ?? 1);
const numbers = fc.array(fc.nat(65_535), { minLength: 20, maxLength: 400, size: 'max' });
const subjects: readonly (readonly [string, () => readonly Design[]])[] = [
  ['the examples', () => [...designs.values()]],
  ['the NPU', () => [elaborate(Npu(npuConfig({ rows: 2, cols: 3 })))]],
  ['random circuits', () => fc.sample(numbers, { numRuns: count, seed }).map((list) => randomCircuit(list).design)],
  [
    'random circuits written in the language',
    () => {
      const made = Array.from({ length: Math.ceil(count / 5) }, (_, i) =>
        generate('language', numbersOf('language', seed, i)),
      );
      return made.filter((one) => typeof one !== 'string');
    },
  ],
  ['random designs', () => fc.sample(arbitraryDesign(), { numRuns: count / 5, seed })],
];

describe.each(subjects)('%s', (_, make) => {
  const texts = make().flatMap((design) => {
    const { files, sources } = writeVerilog(design);
    return sources.map((source) => files.get(source) ?? '');
  });

  test('assign what others see exactly once in a combinational block', () => {
    for (const text of texts) expect(assignedAmiss(text), text).toEqual([]);
  });

  test('declare every name once, and before it is used', () => {
    for (const text of texts) expect(declaredAmiss(text), text).toEqual([]);
  });

  test('put brackets around a cast behind an operator of one operand, which Yosys takes for a part of its width', () => {
    for (const text of texts) expect(text.match(/[~!&|^]\d+'\(/g) ?? [], text).toEqual([]);
  });

  test('give no variable that a process drives its first value where it is declared', () => {
    for (const text of texts) expect(text.match(/^.*\blogic\b[^;]*=.*$/gm) ?? [], text).toEqual([]);
  });
});

describe('what counts the assignments of a block', () => {
  const block = (body: string): readonly string[] => assignedAmiss(`module m; always_comb begin ${body} end endmodule`);
  test('takes every way through it', () => {
    expect(block('if (a) x = 1; else x = 2;')).toEqual([]);
    expect(block('case (s) A, B: x = 1; C: begin if (a) x = 3; else x = 2; end default: x = 0; endcase')).toEqual([]);
    expect(block("x = 4'd1; if (a == 2'd1) x = 2;")).toEqual(['x: 1 to 2 times']);
    expect(block('if (a) x = 1;')).toEqual(['x: 0 to 1 times']);
    expect(block('case (s) A: x = 1; default: ; endcase')).toEqual(['x: 0 to 1 times']);
    expect(block("x = y; x[{i, 3'd0} +: 8] = z;")).toEqual(['x: 2 to 2 times']);
    expect(block('for (int i = 0; i < 4; i = i + 1) begin x[i] = 1; end')).toEqual(['x: 1 to Infinity times']);
  });
  test('leaves what is declared inside to it', () => {
    expect(block('logic [7:0] x_value; x_value = y; if (a) x_value = 2; x = x_value;')).toEqual([]);
  });
});

describe('what looks for declarations', () => {
  const inModule = (head: string, body: string): readonly string[] =>
    declaredAmiss(`module m (${head}); ${body} endmodule`);
  test('finds what is used before', () => {
    expect(inModule('input wire [7:0] a, output wire b', 'wire c = a[0] && b; assign b = c;')).toEqual([]);
    expect(inModule('output logic [1:0] a = IDLE', "localparam [1:0] IDLE = 2'd0;")).toEqual([
      'IDLE is used before it is declared',
    ]);
    expect(inModule('input wire a', 'wire b = c; wire c = a;')).toEqual(['c is used before it is declared']);
    expect(inModule('input wire a', 'wire b; other u (.a(b), .d(e));')).toEqual(['e is used before it is declared']);
    expect(inModule('input wire a', 'always @(posedge clk) if (a) b <= a;')).toEqual(
      ['clk', 'b'].map((name) => `${name} is used before it is declared`),
    );
  });
  test('finds what is declared twice', () => {
    expect(inModule('input wire a', 'wire a = 1; genvar k; for (k = 0; k < 2; k = k + 1) begin : a end')).toEqual([
      'a is declared twice',
      'a is declared twice',
    ]);
    expect(inModule('input wire lane', 'initial for (int lane = 0; lane < 4; lane = lane + 1) begin end')).toEqual([
      'lane is declared twice',
    ]);
    expect(inModule('input wire u', 'wire b; other u (.a(b));')).toEqual(['u is declared twice']);
  });
});
