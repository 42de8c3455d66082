import { expect, test } from 'vitest';
import { formatDiagnostic } from '../diagnostics/diagnostic.ts';
import { parseDesign } from '../ir/text/index.ts';
import { validate } from './index.ts';

const good = `systole ir 1
top top

module cell
  clock c
  in a: uint<8> on c
  out y: uint<8> on c
  %0 a: uint<8> = input a
  drive y = %0

module top @top.ts:1:1
  clock clk
  in x: uint<8> on clk
  in v: uint<1> on clk
  out o: uint<8> on clk
  stream in s valid v ready r payload [x]
  out r: uint<1> on clk
  memory t: uint<8> depth 4 lanes 2 read old init [0x01]
  instance u of cell @top.ts:4:3
    clock c = clk
    in a = %0
  grid g of cell rows 2 cols 2 lower @top.ts:5:3
    clock c = clk
    in a = west y edge %7
  %0 x: uint<8> = input x
  %1 v: uint<1> = input v
  %2 sum: uint<8> = add(%0, %0) @top.ts:6:3
  %3 low: uint<2> = slice(%2) low 3
  %4 hold: uint<8> = reg clk reset 0x05 @top.ts:7:3
  %5 word: uint<8> = read t [%3] on clk when %1
  %6: uint<8> = instance u y
  %7 edge: vec<2, uint<8>> = fill(%6)
  %8: vec<2, uint<8>> = grid g y east
  body
    when %1 @top.ts:8:3
      %4 <= %2 @top.ts:9:3
    switch %3 @top.ts:10:3
      case 0x1
        write t [%3] = %5 on clk
    assert %1 on clk "v"
  drive o = %4
  drive r = %1
`;

const problems = (text: string): string => validate(parseDesign(text)).map(formatDiagnostic).join('\n\n');

test('a well-formed design passes', () => {
  expect(problems(good)).toBe('');
});

test('a mistake has a code, places, a path and a remedy', () => {
  expect(problems(good.replace('%4 <= %2', '%4 <= %3'))).toMatchInlineSnapshot(`
    "E0001 width mismatch: hold: the value (low) is uint<2>, not uint<8>
      at top.ts:9:3: hold
      in top
      help: say the change of width: .extend(n) or .truncate(n)"
  `);
});

test.each([
  ['top top', 'top peak', 'E0020', 'the last module is top, not the top, peak'],
  ['module cell', 'module top', 'E0012', 'two modules are called top'],
  ['clock c = clk', 'clock c = klc', 'E0020', 'u is on clock klc'],
  ['    clock c = clk\n    in a = %0', '    in a = %0', 'E0020', 'clock c of u is not connected'],
  ['in a = %0', 'in b = %0', 'E0011', 'u: cell has no input b'],
  ['in a = %0', 'in a = %3', 'E0001', 'u: input a (low) is uint<2>, not uint<8>'],
  ['of cell @top.ts:4:3', 'of call @top.ts:4:3', 'E0020', 'u is of module call'],
  ['rows 2 cols 2 lower', 'rows 0 cols 0 lower', 'E0019', 'lower grid g of 0 × 0'],
  ['rows 2 cols 2 lower', 'rows 2 cols 3 lower', 'E0019', 'lower grid g of 2 × 3'],
  ['west y edge', 'west z edge', 'E0019', 'takes z of its west neighbour, which does not exist'],
  ['west y edge %7', 'west y edge %0', 'E0002', 'input a (x) is uint<8>, not vec<2, uint<8>>'],
  ['grid g y east', 'grid g y cells', 'E0019', 'all cells of a triangle'],
  ['grid g y', 'grid h y', 'E0020', 'top has no grid h'],
  ['instance u y', 'instance u z', 'E0011', 'cell has no output z'],
  ['stream in s valid v', 'stream in s valid x', 'E0001', 'x is uint<8>, not one bit'],
  ['stream in s valid v ready r', 'stream in s valid v ready v', 'E0011', 'top has no output v'],
  ['lanes 2', 'lanes 3', 'E0004', 'in 3 lanes'],
  ['init [0x01]', 'init [0x100]', 'E0003', '256 is no pattern of uint<8>'],
  ['init [0x01]', 'init [0x01, 0x01, 0x01, 0x01, 0x01]', 'E0004', 'starts with 5'],
  ['x: uint<8> on clk', 'x: uint<0> on clk', 'E0004', 'port x is uint<0>'],
  ['add(%0, %0)', 'add(%0, %3)', 'E0001', 'argument 2 is uint<2>, not uint<8>'],
  ['add(%0, %0)', 'add(%0, %7)', 'E0020', 'sum comes before its argument %7'],
  ['add(%0, %0)', 'add(%0, %99)', 'E0020', 'sum refers to %99, which does not exist'],
  ['add(%0, %0)', 'add(%0)', 'E0020', 'add of 1 arguments, not 2'],
  ['add(%0, %0)', 'add(%0, %0) low 1', 'E0020', 'add has a low bit of 1'],
  ['low 3', 'low 7', 'E0004', 'bits 7 to 8 are not all in uint<8>'],
  ['sum: uint<8>', 'x: uint<8>', 'E0012', 'two nodes of top are called x'],
  ['reset 0x05', 'reset 0x105', 'E0003', '261 is no pattern of uint<8>'],
  ['read t [%3] on clk when %1', 'read t [%3] when %1', 'E0020', 'word has an enable but no clock'],
  ['read t [%3]', 'read s [%3]', 'E0020', 'word reads memory s'],
  ['when %1 @', 'when %0 @', 'E0001', 'the condition (x) is uint<8>, not uint<1>'],
  ['%4 <= %2', '%2 <= %4', 'E0020', 'sum is assigned, but is no register or wire'],
  ['case 0x1', 'case 0x1, 0x1', 'E0020', 'two cases for one value'],
  ['case 0x1', 'case 0x4', 'E0003', '4 is no pattern of uint<2>'],
  ['write t [%3] = %5', 'write t [%3] = %3', 'E0001', 'the word (low) is uint<2>'],
  ['assert %1 on clk', 'assert %1 on klc', 'E0020', 'assert "v" is on clock klc'],
  ['drive o = %4', 'drive o = %3', 'E0001', 'its driver (low) is uint<2>'],
  ['drive o', 'drive p', 'E0011', 'top has no output p'],
])('%j made %j is %s', (from, to, code, message) => {
  expect(good).toContain(from);
  const found = problems(good.replace(from, to));
  expect(found).toContain(code);
  expect(found).toContain(message);
});
