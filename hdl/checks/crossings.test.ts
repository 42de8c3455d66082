import { describe, expect, test } from 'vitest';
import { complaints } from './testing-complaints.ts';

/** A module on clocks a and b with a register of each, an input at any time, and more lines. */
const two = (more: string, ports = ''): string =>
  complaints(`top m
module half
  in x: uint<1> async
  in k: uint<1> async
  out y: uint<1> async
  out z: uint<1> async
  %0 x: uint<1> = input x
  %1 k: uint<1> = input k
  %2: uint<1> = not(%0)
  drive y = %2
  drive z = %1

module clocked
  clock c
  in x: uint<1> on c @clocked.ts:2:3
  out y: uint<1> on c
  %0 x: uint<1> = input x
  %1 r: uint<1> = reg c reset 0x0
  body
    %1 <= %0
  drive y = %1

module m @m.ts:1:1
  clock a reset arst
  clock b reset brst
  in any: uint<1> async @m.ts:2:3
${ports}
  %0 any: uint<1> = input any @m.ts:2:3
  %1 fast: uint<1> = reg a reset 0x0 @m.ts:3:3
  %2 slow: uint<1> = reg b reset 0x0 @m.ts:4:3
  %3: uint<1> = not(%1) @m.ts:5:3
${more}
`);

describe('E0014', () => {
  test('a register takes logic of another clock', () => {
    expect(two('  body\n    %1 <= %1\n    %2 <= %3 @m.ts:6:3')).toMatchInlineSnapshot(`
      "E0014 clock-domain crossing: register slow (clock b) takes not (fast), which comes from fast, and changes with clock a
        at m.ts:6:3: register slow takes it here
        at m.ts:3:3: fast, which changes with clock a
        at m.ts:4:3: register slow
        in m
        help: bring it over: inClock('b', () => synchronise('fast_sync', fast))"
    `);
  });
  test('a register waits for a condition that may change at any time', () => {
    expect(two('  body\n    %1 <= %1\n    when %0\n      %2 <= %2 @m.ts:7:5')).toMatchInlineSnapshot(`
      "E0014 clock-domain crossing: register slow (clock b) waits for any, which changes at any time
        at m.ts:7:5: register slow waits for it here
        at m.ts:2:3: any, which changes at any time
        at m.ts:4:3: register slow
        in m
        help: bring it over: inClock('b', () => synchronise('any_sync', any))"
    `);
  });
  test('a synchroniser takes a register or a port, or bits of one', () => {
    const synchroniser = '  %4: uint<1> = slice(%1)\n  %5 near: uint<1> = reg b reset 0x0 synchroniser\n';
    expect(two(`${synchroniser}  body\n    %1 <= %1\n    %2 <= %5\n    %5 <= %1`)).toBe('');
    expect(two(`${synchroniser}  body\n    %1 <= %1\n    %2 <= %5\n    %5 <= %0`)).toBe('');
    expect(two(`${synchroniser}  body\n    %1 <= %1\n    %2 <= %5\n    %5 <= %4`)).toBe('');
  });
  test('a synchroniser does not take logic', () => {
    expect(
      two(
        '  %4 near: uint<1> = reg b reset 0x0 synchroniser @m.ts:6:3\n  body\n    %1 <= %1\n    %2 <= %4\n    %4 <= %3 @m.ts:7:3',
      ),
    ).toMatchInlineSnapshot(`
      "E0014 clock-domain crossing: register near (clock b) takes not (fast), which comes from fast, and changes with clock a
        at m.ts:7:3: register near takes it here
        at m.ts:3:3: fast, which changes with clock a
        at m.ts:6:3: register near
        in m
        help: a synchroniser takes a register or port directly, because logic in front of it glitches: keep not (fast) in a register of a first"
    `);
  });
  test('constants are in no domain', () => {
    expect(two('  %4: uint<1> = const 0x1\n  body\n    %1 <= %4\n    %2 <= %4')).toBe('');
  });
  test('memories, checks and outputs', () => {
    expect(
      two(
        `  memory t: uint<1> depth 2 lanes 1 read old
  %4 word: uint<1> = read t [%2] on a when %1 @m.ts:6:3
  body
    %1 <= %1
    %2 <= %2
    write t [%1] = %2 on b @m.ts:7:3
    assert %2 on a "holds" @m.ts:8:3
  drive o = %2`,
        '  out o: uint<1> on a @m.ts:9:3',
      )
        .split('\n')
        .filter((line) => line.startsWith('E0014'))
        .join('\n'),
    ).toMatchInlineSnapshot(`
    "E0014 clock-domain crossing: memory t (clock b) takes fast, which changes with clock a
    E0014 clock-domain crossing: assert "holds" (clock a) takes slow, which changes with clock b
    E0014 clock-domain crossing: read port word of t (clock a) takes slow, which changes with clock b
    E0014 clock-domain crossing: output o (clock a) takes slow, which changes with clock b"
  `);
  });
  test('a memory read at the edges of another clock than it is written is made for that; reading it at any time is not', () => {
    const memory = (read: string): string =>
      two(
        `  memory t: uint<1> depth 2 lanes 1 read old\n  %4 word: uint<1> = read t [%1]${read}\n  body\n    %1 <= %4\n    %2 <= %2\n    write t [%2] = %2 on b`,
      );
    expect(memory(' on a')).toBe('');
    expect(memory('')).toContain('register fast (clock a) takes word');
  });
  test('an instance’s input, on the clock that it is connected to', () => {
    const instance = (clock: string, x: string): string =>
      two(
        `  instance u of clocked @m.ts:6:3\n    clock c = ${clock}\n    in x = ${x}\n  %4: uint<1> = instance u y\n  body\n    %1 <= %4\n    %2 <= %2`,
      );
    expect(instance('a', '%1')).toBe('');
    expect(instance('b', '%2')).toContain('register fast (clock a) takes u.y, which changes with clock b');
    expect(instance('a', '%2')).toMatchInlineSnapshot(`
      "E0014 clock-domain crossing: input x of u (clock a) takes slow, which changes with clock b
        at m.ts:6:3: input x of u takes it here
        at m.ts:4:3: slow, which changes with clock b
        at clocked.ts:2:3: input x of u
        in m
        help: bring it over: inClock('a', () => synchronise('slow_sync', slow))"
    `);
  });
  test('a module without clocks is seen through, port by port', () => {
    const half = (output: string): string =>
      two(
        `  instance h of half\n    in x = %1\n    in k = %2\n  %4: uint<1> = instance h ${output}\n  body\n    %1 <= %4\n    %2 <= %2`,
      );
    expect(half('y')).toBe('');
    expect(half('z')).toContain('takes h.z, which comes from slow, and changes with clock b');
  });
  test('grids: edges, and neighbours of neighbours', () => {
    const grid = (port: string): string =>
      two(`  grid g of half rows 1 cols 3 full\n    in x = west ${port} edge %4\n    in k = row %5
  %4: vec<1, uint<1>> = fill(%1)\n  %5: vec<1, uint<1>> = fill(%2)\n  %6: vec<1, uint<1>> = grid g y east\n  %7: uint<1> = cast(%6)\n  body\n    %1 <= %7\n    %2 <= %2`);
    expect(grid('y')).toBe('');
    expect(grid('z')).toContain('which changes with clock b');
  });
});
