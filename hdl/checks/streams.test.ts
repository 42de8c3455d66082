import { describe, expect, test } from 'vitest';
import { complaints } from './testing-complaints.ts';

describe('E0015', () => {
  const producer = (valid: string): string => `
module producer @p.ts:1:1
  clock clk reset rst
  in x_ready: uint<1> on clk @p.ts:2:3
  in go: uint<1> on clk @p.ts:3:3
  out x_valid: uint<1> on clk @p.ts:2:3
  stream out x valid x_valid ready x_ready payload []
  %0 x_ready: uint<1> = input x_ready @p.ts:2:3
  %1 go: uint<1> = input go @p.ts:3:3
  %2 offer: uint<1> = and(%0, %1) @p.ts:4:3
  drive x_valid = ${valid}
`;
  test('a producer that waits for its consumer', () => {
    expect(complaints(`top producer${producer('%2')}`)).toMatchInlineSnapshot(`
      "E0015 stream rule broken: the valid of stream x waits for its ready: x_ready → offer → x_valid
        at p.ts:2:3: x_ready
        at p.ts:4:3: offer
        at p.ts:2:3: stream x
        in producer
        help: offer valid without looking at ready, and use fire (valid and ready) to see that the transfer happens"
    `);
  });
  test('one that does not', () => {
    expect(complaints(`top producer${producer('%1')}`)).toBe('');
  });

  const consumer = `
module consumer @c.ts:1:1
  clock clk reset rst
  in x_valid: uint<1> on clk @c.ts:2:3
  out x_ready: uint<1> on clk @c.ts:2:3
  stream in x valid x_valid ready x_ready payload []
  %0 x_valid: uint<1> = input x_valid @c.ts:2:3
  %1 full: uint<1> = reg clk reset 0x0
  body
    %1 <= %0
  drive x_ready = `;
  const surroundings = (valid: string): string => `
module top @top.ts:1:1
  clock clk reset rst
  in go: uint<1> on clk
  instance u of consumer @top.ts:3:3
    clock clk = clk
    in x_valid = ${valid}
  %0 go: uint<1> = input go
  %1: uint<1> = instance u x_ready @top.ts:3:3
  %2 offer: uint<1> = and(%0, %1) @top.ts:4:3
`;
  test('a ready may look at its valid', () => {
    expect(complaints(`top top${consumer}%0\n${surroundings('%0')}`)).toBe('');
  });
  test('what is given to an instance waits for that instance', () => {
    expect(complaints(`top top${consumer}%1\n${surroundings('%2')}`)).toMatchInlineSnapshot(`
      "E0015 stream rule broken: the valid of stream u.x waits for its ready: u.x_ready → offer → x_valid
        at top.ts:3:3: u.x_ready
        at top.ts:4:3: offer
        at c.ts:2:3: stream u.x
        in top
        help: offer valid without looking at ready, and use fire (valid and ready) to see that the transfer happens"
    `);
  });
});
