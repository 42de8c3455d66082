import { expect, test } from 'vitest';
import { bit, blackBox, elaborate, module, type Module } from '../language/index.ts';
import { writeVerilog } from './index.ts';

test('a part keeps its name, pins and parameters; what is called like it gives way', () => {
  const pins = { in: { wire: bit }, out: { q: bit } } as const;
  const part = (depth: number): Module<typeof pins.in, typeof pins.out> =>
    blackBox('reg', { ...pins, clocks: ['CLK'], parameters: { DEPTH: depth, MODE: 'x\\"' } }, null);
  const Like = module('pads', pins, ({ wire: x }) => ({ q: x.not() }));
  const Pads = blackBox('pads', pins, null);
  const top = module('top', pins, ({ wire: x }) => ({
    q: part(4)({ wire: Pads({ wire: Like({ wire: x }).q }).q }, { name: 'a' }).q.xor(
      part(8)({ wire: x }, { name: 'b' }).q,
    ),
  }));
  const { files, blackBoxes } = writeVerilog(elaborate(top));
  const text = files.get('top.sv') ?? '';
  expect(text).toContain('\\reg  #(.DEPTH(4), .MODE("x\\\\\\"")) a (');
  expect(text).toContain('\\reg  #(.DEPTH(8), .MODE("x\\\\\\"")) b (');
  expect(text).toContain('.CLK(clk),');
  expect(text).toContain('.\\wire (');
  expect(text).not.toContain('rst(');
  expect([...files.keys()]).toEqual(['pads_2.sv', 'top.sv']);
  expect(text).toMatch(/^ {2}pads pads_\d \(/m);
  expect(blackBoxes.get('reg')).toContain(
    'module \\reg  #(parameter DEPTH = 4, parameter MODE = "x\\\\\\"") (\n  input  wire CLK,\n  input  wire \\wire ,',
  );
});
