import { expect, test } from 'vitest';
import { complaints } from './testing-complaints.ts';

const memory = (depth: number, address: number, mask: number): string =>
  complaints(`top m
module m @m.ts:1:1
  clock clk
  in at: uint<${address}> on clk
  in lanes: uint<${mask}> on clk
  out y: uint<8> on clk
  memory table: uint<8> depth ${depth} lanes 4 read old @m.ts:3:3
  %0 at: uint<${address}> = input at
  %1 lanes: uint<${mask}> = input lanes
  %2 word: uint<8> = read table [%0] on clk @m.ts:4:3
  body
    write table [%0] = %2 mask %1 on clk @m.ts:5:3
  drive y = %2
`);

test('E0010: an address that is too narrow', () => {
  expect(memory(1000, 9, 4)).toMatchInlineSnapshot(`
    "E0010 memory port width: at (uint<9>) is the address of table, whose 1000 words take 10 bits
      at m.ts:4:3: this address
      at m.ts:3:3: memory table
      in m
      help: at.extend(10)

    E0010 memory port width: at (uint<9>) is the address of table, whose 1000 words take 10 bits
      at m.ts:5:3: this address
      at m.ts:3:3: memory table
      in m
      help: at.extend(10)"
  `);
});
test('E0010: an address that is too wide, and a mask that is not one bit for each lane', () => {
  expect(memory(1000, 11, 5)).toMatchInlineSnapshot(`
    "E0010 memory port width: at (uint<11>) is the address of table, whose 1000 words take 10 bits
      at m.ts:4:3: this address
      at m.ts:3:3: memory table
      in m
      help: at.truncate(10)

    E0010 memory port width: at (uint<11>) is the address of table, whose 1000 words take 10 bits
      at m.ts:5:3: this address
      at m.ts:3:3: memory table
      in m
      help: at.truncate(10)

    E0010 memory port width: lanes (uint<5>) is the mask of table, whose 4 lanes take 4 bits
      at m.ts:5:3: this mask
      at m.ts:3:3: memory table
      in m
      help: lanes.truncate(4)"
  `);
});
test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 2],
  [5, 3],
  [1024, 10],
  [1025, 11],
])('%i words take an address of %i bits', (depth, address) => {
  expect(memory(depth, address, 4)).toBe('');
  expect(memory(depth, address + 1, 4)).toContain('E0010');
});
