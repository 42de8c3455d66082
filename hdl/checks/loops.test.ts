import { describe, expect, test } from 'vitest';
import { complaints } from './testing-complaints.ts';

const cell = `
module cell @cell.ts:1:1
  in a: uint<8> async
  in b: uint<8> async
  out east: uint<8> async
  out west: uint<8> async
  %0 a: uint<8> = input a @cell.ts:2:3
  %1 b: uint<8> = input b @cell.ts:3:3
  %2 sum: uint<8> = add(%0, %1) @cell.ts:4:3
`;
const throughBoth = `${cell}  drive east = %2\n  drive west = %2\n`;
const apart = `${cell}  drive east = %0\n  drive west = %1\n`;

const mesh = (sources: string, rows = 128, shape = 'full'): string => `
module mesh @mesh.ts:1:1
  in w: vec<${rows}, uint<8>> async
  in e: vec<${rows}, uint<8>> async
  out o: vec<${rows}, uint<8>> async
  grid g of cell rows ${rows} cols ${rows} ${shape} @mesh.ts:3:3
${sources}
  %0 w: vec<${rows}, uint<8>> = input w
  %1 e: vec<${rows}, uint<8>> = input e
  %2: vec<${rows}, uint<8>> = grid g east east
  drive o = %2
`;

describe('E0005 in one module', () => {
  test('lists the whole path in the direction of the values', () => {
    expect(
      complaints(`top alu
module alu @alu.ts:1:1
  in x: uint<8> async
  out y: uint<8> async
  %0 x: uint<8> = input x @alu.ts:2:3
  %1 total: uint<8> = wire @alu.ts:3:3
  %2 grown: uint<8> = add(%0, %1) @alu.ts:4:3
  %3: uint<8> = not(%2) @alu.ts:5:3
  body
    %1 <= %3 @alu.ts:6:3
  drive y = %3
`),
    ).toMatchInlineSnapshot(`
  "E0005 combinational loop: total → grown → total
    at alu.ts:3:3: total
    at alu.ts:4:3: grown
    at alu.ts:5:3: not (grown)
    at alu.ts:6:3: total is assigned
    in alu
    help: put a register into the loop, such as delay(name, value), or work one of these values out without the others"
`);
  });

  test('sees a value that waits for itself as a condition', () => {
    expect(
      complaints(`top m
module m
  in x: uint<1> async
  out y: uint<1> async
  %0 x: uint<1> = input x
  %1 w: uint<1> = wire else %0 @m.ts:3:3
  body
    when %1 @m.ts:4:3
      %1 <= %0 @m.ts:5:5
  drive y = %1
`),
    ).toMatchInlineSnapshot(`
  "E0005 combinational loop: w → w
    at m.ts:3:3: w
    at m.ts:5:5: w is assigned
    in m
    help: put a register into the loop, such as delay(name, value), or work one of these values out without the others"
`);
  });

  test('an asynchronous read passes its address on; registers and synchronous reads break a loop', () => {
    const memory = (read: string): string => `top m
module m
  clock clk
  out y: uint<4> on clk
  memory table: uint<4> depth 16 lanes 1 read old
  %0 w: uint<4> = wire @m.ts:3:3
  %1 word: uint<4> = read table [%0]${read} @m.ts:4:3
  body
    %0 <= %1 @m.ts:5:3
  drive y = %1
`;
    expect(complaints(memory(' on clk'))).toBe('');
    expect(complaints(memory(''))).toMatchInlineSnapshot(`
      "E0005 combinational loop: w → word → w
        at m.ts:3:3: w
        at m.ts:4:3: word
        at m.ts:5:3: w is assigned
        in m
        help: put a register into the loop, such as delay(name, value), or work one of these values out without the others"
    `);
  });
});

describe('E0005 across instances', () => {
  const top = (child: string): string => `top top
${child}
module top @top.ts:1:1
  in x: uint<8> async
  out o: uint<8> async
  instance u of cell @top.ts:3:3
    in a = %0
    in b = %1
  %0 x: uint<8> = input x
  %1 back: uint<8> = instance u east @top.ts:4:3
  drive o = %1
`;
  test('passes through the nodes inside', () => {
    expect(complaints(top(throughBoth))).toMatchInlineSnapshot(`
      "E0005 combinational loop: back → u.b → u.sum → back
        at top.ts:4:3: back
        at cell.ts:3:3: u.b
        at cell.ts:4:3: u.sum
        in top
        help: put a register into the loop, such as delay(name, value), or work one of these values out without the others"
    `);
  });
  test('is no loop of mere instances', () => {
    expect(complaints(top(apart))).toBe('');
  });
});

describe('E0005 in grids', () => {
  const oneWay = '    in a = west east edge %0\n    in b = north west edge %1';
  const both = '    in a = west east edge %0\n    in b = east west edge %1';

  test('a path from west to east and from north to south is none', () => {
    expect(complaints(`top mesh${throughBoth}${mesh(oneWay)}`)).toBe('');
  });
  test('paths both ways that never meet are none', () => {
    expect(complaints(`top mesh${apart}${mesh(both)}`)).toBe('');
  });
  test('paths both ways that meet in a cell are one', () => {
    expect(complaints(`top mesh${throughBoth}${mesh(both)}`)).toMatchInlineSnapshot(`
      "E0005 combinational loop: g[][].a (from the west) → g[][].sum → g[][].b (from the east) → g[][].sum → g[][].a (from the west)
        at mesh.ts:3:3: g[][].a (from the west)
        at cell.ts:4:3: g[][].sum
        at mesh.ts:3:3: g[][].b (from the east)
        at cell.ts:4:3: g[][].sum
        in mesh > cell
        help: put a register into the loop, such as delay(name, value), or work one of these values out without the others"
    `);
  });
  test('however large the grid', () => {
    // 10¹² cells: a check that visits each of them does not end.
    expect(complaints(`top mesh${throughBoth}${mesh(both, 1_000_000)}`)).toContain('E0005');
    expect(complaints(`top mesh${throughBoth}${mesh(oneWay, 1_000_000)}`)).toBe('');
  });
  test('a grid of one column has no neighbours to loop through', () => {
    const thin = mesh(both, 1);
    expect(complaints(`top mesh${throughBoth}${thin}`)).toBe('');
  });
  test('a loop around a grid passes through its edges', () => {
    expect(
      complaints(`top mesh${apart}
module mesh @mesh.ts:1:1
  in e: vec<4, uint<8>> async
  out o: vec<4, uint<8>> async
  grid g of cell rows 4 cols 9 full @mesh.ts:3:3
    in a = west east edge %1
    in b = row %0
  %0 e: vec<4, uint<8>> = input e
  %1 back: vec<4, uint<8>> = grid g east east @mesh.ts:4:3
  drive o = %1
`),
    ).toMatchInlineSnapshot(`
  "E0005 combinational loop: back → g[][].a → g[][].a → back
    at mesh.ts:4:3: back
    at cell.ts:2:3: g[][].a
    at cell.ts:2:3: g[][].a
    in mesh
    help: put a register into the loop, such as delay(name, value), or work one of these values out without the others"
`);
  });
});
