/** Parts that exist in Verilog already, instantiated by exact names: the export with them does what the models do. */
import fc from 'fast-check';
import { expect, describe, test } from 'vitest';
import { needs } from '../../waveforms/testing/tools.ts';
import { bit, blackBox, delay, elaborate, module, sram, uint, vec, type Module } from '../language/index.ts';
import { Choices } from '../sim/lockstep/choices.ts';
import { differences, trial, type Tool } from './testing/cross.ts';

const sources = `/* verilator lint_off DECLFILENAME */
module SRAM16X8 #(parameter [7:0] INIT = 8'hff, parameter MODE = "SLOW", parameter integer DEPTH = 4) (
  input wire CLK, input wire CE, input wire WE, input wire [3:0] A, input wire [7:0] D, output reg [7:0] Q);
  reg [7:0] words [0:DEPTH-1];
  integer i;
  initial begin for (i = 0; i < DEPTH; i = i + 1) words[i] = INIT; Q = 8'h00; end
  always @(posedge CLK) if (CE) begin
    if (WE) words[A] <= D;
    else Q <= MODE == "FAST" ? words[A] : 8'hee;
  end
endmodule

module \\reg  (input wire \\input , input wire en, output wire \\output );
  assign \\output  = en & \\input ;
endmodule

module scaler #(parameter real RATIO = 1.0, parameter signed [47:0] OFFSET = 0, parameter integer STEP = 1) (
  input wire clk, input wire RSTN, input wire [7:0] x, output reg [7:0] y);
  initial y = 0;
  wire [7:0] scaled = RATIO > 0.2 && RATIO < 0.3 ? x >> 2 : x;
  always @(posedge clk) if (RSTN) y <= 0; else y <= scaled + STEP[7:0] + OFFSET[39:32];
endmodule
`;

const memory = { in: { CE: bit, WE: bit, A: uint(4), D: uint(8) }, out: { Q: uint(8) } } as const;
const Macro = blackBox(
  'SRAM16X8',
  {
    ...memory,
    clocks: ['CLK'],
    parameters: { INIT: { bits: 8, value: 0x5a }, MODE: 'FAST', DEPTH: 16 },
  },
  module('macro_model', { ...memory, clocks: ['CLK'] }, ({ CE, WE, A, D }) => {
    const words = sram('words', {
      depth: 16,
      word: uint(8),
      readDuringWrite: 'old',
      init: Array.from({ length: 16 }, () => 0x5a),
    });
    words.write({ address: A, data: D, enable: CE.and(WE) });
    return { Q: words.read('word', { address: A, enable: CE.and(WE.not()) }) };
  }),
);

const pins = { in: { input: bit, en: bit }, out: { output: bit } } as const;
const Pad = blackBox(
  'reg',
  pins,
  module('pad_model', pins, ({ input, en }) => ({ output: en.and(input) })),
);

const flow = { in: { x: uint(8) }, out: { y: uint(8) } } as const;
const scaler = (step: number, offset: bigint): Module<typeof flow.in, typeof flow.out> =>
  blackBox(
    'scaler',
    {
      ...flow,
      clocks: [{ clock: 'clk', reset: 'RSTN' }],
      parameters: { RATIO: { real: '0.25' }, OFFSET: offset, STEP: step },
    },
    module('scaler_model', flow, ({ x }) => ({
      y: delay('y', x.shr(2).add(((step & 255) + Number((offset >> 32n) & 255n)) & 255)),
    })),
  );

/** Two parts of one name differ by their parameters; a module of the design is called like a part. */
const Top = module(
  'board',
  {
    in: { ce: bit, we: bit, at: uint(4), word: uint(8) },
    out: { found: uint(8), pads: vec(2, bit), a: uint(8), b: uint(8), c: uint(8) },
  },
  ({ ce, we, at, word }) => {
    const Same = module('scaler', flow, ({ x }) => ({ y: x.add(1) }));
    return {
      found: Macro({ CE: ce, WE: we, A: at, D: word }).Q,
      pads: [Pad({ input: we, en: ce }).output, Pad({ input: ce, en: 1 }, { name: 'other' }).output],
      a: scaler(3, 7n << 32n)({ x: word }, { name: 'first' }).y,
      b: scaler(-1, -1n)({ x: word }, { name: 'second' }).y,
      c: Same({ x: word }).y,
    };
  },
);

function differs(tool: Tool): string {
  const [stimulus = []] = fc.sample(fc.array(fc.nat(65_535), { minLength: 600, maxLength: 600, size: 'max' }), {
    numRuns: 1,
    seed: 7,
  });
  const one = trial(elaborate(Top), 'd0_', new Choices(stimulus), 60);
  const files = new Map([...one.verilog.files, ['parts.v', sources]]);
  const found = differences(
    [{ ...one, verilog: { ...one.verilog, files, sources: ['parts.v', ...one.verilog.sources] } }],
    tool,
  );
  return [...found.values()].join('\n');
}

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Icarus${icarus.note}`, () => {
  test('parts with parameters, reserved names and clocks of their own do what their models do', () => {
    expect(differs('icarus')).toBe('');
  });
});

const verilator = needs('verilator', 'make', 'g++');
describe.skipIf(verilator.skip)(`Verilator${verilator.note}`, () => {
  test('the same', () => {
    expect(differs('verilator')).toBe('');
  });
  test('takes the export beside the parts without a warning', () => {
    expect(differs('lint')).toBe('');
  });
});
