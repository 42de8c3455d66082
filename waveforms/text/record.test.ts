import { describe, expect, it } from 'vitest';
import type { Type } from '../../hdl/ir/types.ts';
import { HandTrace, signal, sint, uint, vec } from '../testing/hand-trace.ts';
import { runSmallNpu, smallNpu } from '../testing/small-npu.ts';
import { recordText } from './record.ts';

describe('recordText', () => {
  it('draws lines, words, numbers and vectors', () => {
    const trace = smallNpu();
    const wave = recordText(trace, {
      signals: ['start', 'control.state', 'control.count', 'npu.array.valid', 'array.west', 'npu.array.sum'],
    });
    runSmallNpu(trace, 12);
    expect(wave.draw({ to: 8 })).toMatchInlineSnapshot(`
      "cycle         0         1         2         3         4         5         6         7
                                        ┌─────────┐
      start         ────────────────────┘         └─────────────────────────────────────────────────
                    ┬─────────────────────────────┬─────────────────────────────┬───────────────────
      control.state │IDLE                         │LOAD                         │COMPUTE
                    ┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────
      control.count │0        │0x101    │0x202    │0x303    │0x404    │0x505    │0x606    │0x707
                    ┬───────────────────┬───────────────────┬───────────────────┬───────────────────
      array.valid   │[0 0]              │[1 0]              │[0 1]              │[1 1]
                    ┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────
      array.west    │[-9 0]   │[-8 -1]  │[-7 -2]  │[-6 -3]  │[-5 -4]  │[-4 -5]  │[-3 -6]  │[-2 -7]
                    ┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────
      array.sum     │0        │742      │1438     │2045     │2524     │2847     │2992     │2952"
    `);
  });

  it('draws the current cycle too, from and up to the cycles asked for', () => {
    const trace = new HandTrace([signal('top.unit.n', uint(8)), signal('top.unit.busy', uint(1))]);
    const wave = recordText(trace);
    for (let n = 0; n < 100; n++) {
      trace.set(0, BigInt(n));
      trace.set(1, BigInt(n % 3 === 0));
      trace.edge();
    }
    trace.set(0, 0xffn);
    expect(wave.draw({ from: 95 })).toMatchInlineSnapshot(`
      "cycle 95    96    97    98    99    100
            ┬─────┬─────┬─────┬─────┬─────┬─────
      n     │0x5f │0x60 │0x61 │0x62 │0x63 │0xff
                  ┌─────┐           ┌───────────
      busy  ──────┘     └───────────┘"
    `);
    expect(wave.draw({ from: 97, to: 99, width: 2 })).toMatchInlineSnapshot(`
      "cycle 97
            ┬─┬─
      n     │…│…

      busy  ────"
    `);
    expect(String(wave)).toBe(wave.draw({ from: 0, to: 101 }));
  });

  it('draws clocks of different speeds', () => {
    const trace = new HandTrace(
      [signal('top.fast', uint(4)), signal('top.slow', sint(4))],
      [
        { name: 'clock', period: 2, phase: 0 },
        { name: 'other', period: 6, phase: 1 },
      ],
    );
    const wave = recordText(trace);
    for (let n = 0; n < 8; n++) {
      trace.set(0, BigInt(n));
      if (n % 4 === 0) trace.set(1, BigInt.asUintN(4, BigInt(-n)));
      trace.edge();
    }
    expect(wave.draw({ width: 4 })).toMatchInlineSnapshot(`
      "cycle 0   1   2   3   4   5   6
                ┌─┐ ┌─┐ ┌─┐ ┌─┐ ┌─┐ ┌─┐
      clock ────┘ └─┘ └─┘ └─┘ └─┘ └─┘ └─
                          ┌─────┐     ┌─
      other ──────────────┘     └─────┘
            ┬───┬───┬───┬─┬─┬───┬───┬───
      fast  │0  │1  │2  │3│4│5  │6  │7
            ┬─────────────┬─────────────
      slow  │0            │-4"
    `);
  });

  it('keeps only the last cycles when asked to', () => {
    const trace = new HandTrace([signal('top.a', uint(8)), signal('top.still', uint(8))]);
    const wave = recordText(trace, { last: 3 });
    for (let n = 0; n < 2000; n++) {
      trace.set(0, BigInt(n & 255));
      trace.edge();
    }
    expect(wave.draw()).toMatchInlineSnapshot(`
      "cycle 1998  1999  2000
            ┬─────┬───────────
      a     │0xce │0xcf
            ┬─────────────────
      still │0"
    `);
  });

  it('marks hexadecimal, and keeps the end of a number that changes', () => {
    const label: Type = { kind: 'enum', width: 2, name: 'Op', labels: ['add', 'subtract_with_borrow', 'fade'] };
    const trace = new HandTrace([
      signal('t.address', uint(48)),
      signal('t.delta', sint(40)),
      signal('t.op', label),
      signal('t.small', uint(8)),
    ]);
    const wave = recordText(trace);
    for (let n = 0; n < 4; n++) {
      trace.set(0, 0x1234_5678_9af0n + BigInt(n));
      trace.set(1, BigInt.asUintN(40, -123_456_789_010n - BigInt(n)));
      trace.set(2, BigInt(n % 3));
      trace.set(3, BigInt(8 + n));
      trace.edge();
    }
    expect(wave.draw({ to: 4, width: 8 })).toMatchInlineSnapshot(`
      "cycle   0       1       2       3
              ┬───────┬───────┬───────┬───────
      address │0x…9af0│0x…9af1│0x…9af2│0x…9af3
              ┬───────┬───────┬───────┬───────
      delta   │-…89010│-…89011│-…89012│-…89013
              ┬───────┬───────┬───────┬───────
      op      │add    │subtra…│fade   │add
              ┬───────┬───────┬───────┬───────
      small   │8      │9      │0xa    │0xb"
    `);
    expect(wave.draw({ to: 3, width: 3 })).toMatchInlineSnapshot(`
      "cycle   0  1  2
              ┬──┬──┬──
      address │…0│…1│…2
              ┬──┬──┬──
      delta   │…0│…1│…2
              ┬──┬──┬──
      op      │a…│s…│f…
              ┬──┬──┬──
      small   │8 │9 │…a"
    `);
  });

  it('stops, and draws what it has', () => {
    const trace = new HandTrace([signal('top.a', vec(2, uint(1)))]);
    const wave = recordText(trace);
    trace.edge();
    trace.set(0, 2n);
    wave.stop();
    trace.edge();
    trace.set(0, 3n);
    trace.edge();
    expect(wave.draw()).toMatchInlineSnapshot(`
      "cycle 0       1
            ┬───────┬───────
      a     │[0 0]  │[0 1]"
    `);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'an unknown signal',
      () => recordText(smallNpu(), { signals: ['array.summ'] }),
      /^no signal 'array\.summ' in the trace; it has npu\.start, .*, …$/,
    ],
    [
      'no cycles',
      () => recordText(smallNpu()).draw({ from: 3 }),
      /^no cycles to draw from 3 up to 1: those recorded are 0 up to 1$/,
    ],
    ['no width', () => recordText(smallNpu()).draw({ width: 1 }), /^a cycle cannot be 1 columns wide/],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
