import { describe, expect, it } from 'vitest';
import { HandTrace, signal, sint, uint, vec } from '../testing/hand-trace.ts';
import { runSmallNpu, smallNpu } from '../testing/small-npu.ts';
import { recordText } from './record.ts';

describe('recordText', () => {
  it('draws lines, words, numbers and vectors', () => {
    const trace = smallNpu();
    const wave = recordText(trace, { signals: ['start', 'control.state', 'control.count', 'npu.array.valid', 'array.west', 'npu.array.sum'] });
    runSmallNpu(trace, 12);
    expect(wave.draw({ to: 8 })).toMatchInlineSnapshot(`
      "cycle         0         1         2         3         4         5         6         7
                                        ┌─────────┐
      start         ────────────────────┘         └─────────────────────────────────────────────────
                    ┬─────────────────────────────┬─────────────────────────────┬───────────────────
      control.state │IDLE                         │LOAD                         │COMPUTE
                    ┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────┬─────────
      control.count │0        │101      │202      │303      │404      │505      │606      │707
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
      "cycle 95  96  97  98  99  100
            ┬───┬───┬───┬───┬───┬───
      n     │5f │60 │61 │62 │63 │ff
                ┌───┐       ┌───────
      busy  ────┘   └───────┘"
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
      [{ name: 'clock', period: 2, phase: 0 }, { name: 'other', period: 6, phase: 1 }],
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
      "cycle 1998    2000
            ┬───┬───────
      a     │ce │cf
            ┬───────────
      still │0"
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
    ['an unknown signal', () => recordText(smallNpu(), { signals: ['array.summ'] }), /^no signal 'array\.summ' in the trace; it has npu\.start, .*, …$/],
    ['no cycles', () => recordText(smallNpu()).draw({ from: 3 }), /^no cycles to draw from 3 up to 1: those recorded are 0 up to 1$/],
    ['no width', () => recordText(smallNpu()).draw({ width: 1 }), /^a cycle cannot be 1 columns wide/],
  ])('refuses %s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
