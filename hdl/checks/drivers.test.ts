import { describe, expect, test } from 'vitest';
import { complaints } from './testing-complaints.ts';

describe('E0006 and E0009', () => {
  test('outputs, wires and inputs without a value; registers that keep theirs', () => {
    expect(
      complaints(`top top
module cell @cell.ts:1:1
  in a: uint<8> async @cell.ts:2:3
  out y: uint<8> async @cell.ts:3:3
  %0 a: uint<8> = input a
  drive y = %0

module top @top.ts:1:1
  clock clk
  out y: uint<8> on clk @top.ts:2:3
  out z: uint<8> on clk @top.ts:3:3
  instance u of cell @top.ts:4:3
  grid g of cell rows 2 cols 2 full @top.ts:5:3
  %0 w: uint<8> = wire @top.ts:6:3
  %1 defaulted: uint<8> = wire else %0 @top.ts:7:3
  %2 r: uint<8> = reg clk reset 0x00 @top.ts:8:3
  drive z = %1
`),
    ).toMatchInlineSnapshot(`
  "E0006 undriven: output y of top has no value
    at top.ts:2:3: output y
    in top
    help: return { y: … } from the body of top

  E0006 undriven: nothing assigns wire w
    at top.ts:6:3: wire w
    in top
    help: assign w.next, or give it a default: wire('w', type, { default: … })

  E0009 register never written: nothing assigns register r
    at top.ts:8:3: register r
    in top
    help: assign r.next, or use constant(type, value) if it is meant to stay as it is

  E0006 undriven: input a of u (cell) has no value
    at top.ts:4:3: u
    at cell.ts:2:3: input a
    in top
    help: connect it where u is made: { a: … }

  E0006 undriven: input a of g (cell) has no value
    at top.ts:5:3: g
    at cell.ts:2:3: input a
    in top
    help: connect it where g is made: { a: … }"
`);
  });
  test('a black box has nothing to drive', () => {
    expect(complaints('top m\nmodule m\n  blackbox\n  out y: uint<1> async\n')).toBe('');
  });
});

describe('E0007', () => {
  const body = (statements: string): string =>
    complaints(`top m
module m @m.ts:1:1
  clock clk
  in go: uint<1> on clk
  in k: uint<1> on clk
  %0 go: uint<1> = input go
  %1 count: uint<1> = reg clk reset 0x0 @m.ts:3:3
  %2 k: uint<1> = input k
  body
${statements}
`);
  test('the later of two assignments hides the earlier one', () => {
    expect(body('    %1 <= %0 @m.ts:4:3\n    %1 <= %2 @m.ts:5:3')).toMatchInlineSnapshot(`
      "E0007 two drivers: count is assigned, and then always assigned again
        at m.ts:5:3: this assignment wins
        at m.ts:4:3: this one is never seen
        in m
        help: remove one of them, or put the later one into a when(…)"
    `);
  });
  test('under a condition too, and inside conditions', () => {
    expect(body('    when %0\n      %1 <= %2 @m.ts:5:5\n    %1 <= %0 @m.ts:6:3')).toMatchInlineSnapshot(`
      "E0007 two drivers: count is assigned, and then always assigned again
        at m.ts:6:3: this assignment wins
        at m.ts:5:5: this one is never seen
        in m
        help: remove one of them, or put the later one into a when(…)"
    `);
    expect(body('    switch %0\n      case 0x1\n        %1 <= %2 @m.ts:5:5\n        %1 <= %0 @m.ts:6:5')).toContain(
      'm.ts:5:5: this one is never seen',
    );
  });
  test('a default that conditions replace is no second driver', () => {
    expect(body('    %1 <= %0\n    when %0\n      %1 <= %2\n    otherwise\n      %1 <= %0')).toBe('');
    expect(body('    when %0\n      %1 <= %0\n    when %2\n      %1 <= %2')).toBe('');
  });
});

describe('E0008', () => {
  const body = (statements: string): string =>
    complaints(`top m
enum state = state<2> { idle, busy, done }
module m @m.ts:1:1
  in go: uint<1> async
  in mode: enum state async
  in number: uint<2> async
  out y: uint<1> async
  %0 go: uint<1> = input go
  %1 mode: enum state = input mode
  %2 number: uint<2> = input number
  %3 w: uint<1> = wire @m.ts:4:3
  body
${statements}
  drive y = %3
`);
  test('a when without an otherwise', () => {
    expect(body('    when %0 @m.ts:5:3\n      %3 <= %0')).toMatchInlineSnapshot(`
      "E0008 incomplete assignment: wire w has no value where go is 0
        at m.ts:4:3: wire w
        at m.ts:5:3: where go is 0
        in m
        help: assign it on every path, with .otherwise(…), or give it a default: wire('w', type, { default: … })"
    `);
  });
  test('an inner path', () => {
    expect(
      body(
        '    when %0 @m.ts:5:3\n      switch %1 @m.ts:6:5\n        case 0x0, 0x1\n          %3 <= %0\n    otherwise\n      %3 <= %0',
      ),
    ).toMatchInlineSnapshot(`
      "E0008 incomplete assignment: wire w has no value where go is 1 and mode is done
        at m.ts:4:3: wire w
        at m.ts:5:3: where go is 1
        at m.ts:6:5: where mode is done
        in m
        help: assign it on every path, with .otherwise(…), or give it a default: wire('w', type, { default: … })"
    `);
  });
  test('a case that forgets', () => {
    expect(body('    switch %1 @m.ts:5:3\n      case 0x1\n      otherwise\n        %3 <= %0')).toContain(
      'wire w has no value where mode is busy',
    );
  });
  test('complete paths are none: otherwise, every label, every number, a default above', () => {
    expect(body('    when %0\n      %3 <= %0\n    otherwise\n      %3 <= %0')).toBe('');
    expect(body('    switch %1\n      case 0x0, 0x2\n        %3 <= %0\n      case 0x1\n        %3 <= %0')).toBe('');
    expect(body('    switch %2\n      case 0x0, 0x3\n        %3 <= %0\n      case 0x1, 0x2\n        %3 <= %0')).toBe(
      '',
    );
    expect(body('    switch %2\n      case 0x0\n        %3 <= %0\n      otherwise\n        %3 <= %0')).toBe('');
    expect(body('    %3 <= %0\n    when %0\n      %3 <= %0')).toBe('');
  });
});
