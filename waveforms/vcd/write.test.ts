import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { cycleAt, cycleClock, cycleStart } from '../clocks.ts';
import { readVcd } from '../read/read.ts';
import { HandTrace, signal, sint, uint, vec } from '../testing/hand-trace.ts';
import { randomTrace, runRandom } from '../testing/random-trace.ts';
import { expected, found } from '../testing/compare.ts';
import type { VcdOptions } from './stream.ts';
import { writeVcd } from './write.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-vcd-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function counter(): HandTrace {
  return new HandTrace([
    signal('top.count', uint(8), 'register'),
    signal('top.pe[0][1].valid', vec(2, uint(1))),
    signal('top.pe[0][1].w', vec(2, sint(4))),
  ]);
}

function countTo(trace: HandTrace, cycles: number): void {
  for (let cycle = 0; cycle < cycles; cycle++) {
    trace.set(0, BigInt(cycle));
    trace.set(1, BigInt(cycle & 1));
    trace.edge();
  }
}

describe('writeVcd', () => {
  it('writes this file for this run', () => {
    const trace = counter();
    const writer = writeVcd(trace, at('small.vcd'));
    countTo(trace, 2);
    trace.set(2, 0x2fn);
    const summary = writer.close();
    expect(readFileSync(at('small.vcd'), 'latin1')).toMatchInlineSnapshot(`
      "$version systole $end
      $timescale 1ns $end
      $scope module top $end
       $var wire 1 ! clock $end
       $var reg 48 " cycle [47:0] $end
       $var reg 8 # count [7:0] $end
       $scope module pe[0][1] $end
        $var wire 1 % valid_0 $end
        $var wire 1 & valid_1 $end
        $var wire 4 ' w[0] [3:0] $end
        $var wire 4 ( w[1] [3:0] $end
       $upscope $end
      $upscope $end
      $enddefinitions $end
      #0
      $dumpvars
      0!
      b0 "
      b0 #
      0%
      0&
      b0 '
      b0 (
      $end
      #2
      1!
      b1 "
      b1 #
      1%
      #3
      0!
      #4
      1!
      b10 "
      b1111 '
      b10 (
      #5
      0!
      #6
      "
    `);
    expect(summary).toEqual({
      path: at('small.vcd'),
      bytes: readFileSync(at('small.vcd')).length,
      end: 6,
      start: 0,
      timescale: '1ns',
      stopped: null,
    });
  });

  it('holds, at every time, the values that the signals had', async () => {
    await fc.assert(
      fc.asyncProperty(randomTrace, async (plan) => {
        const trace = runRandom(plan, (source) => writeVcd(source, at('random.vcd')));
        const contents = await readVcd(at('random.vcd'));
        expect(found(contents, trace)).toEqual(expected(trace.whole(), trace));
        expect(contents.end).toBe(trace.whole().at(-1)?.end);
      }),
      { numRuns: runsOf({ few: 15, all: 100 }) },
    );
  });

  it('holds exactly the cycles of a window', async () => {
    const windows: fc.Arbitrary<VcdOptions> = fc.oneof(
      fc
        .record({ start: fc.nat(20), length: fc.integer({ min: 1, max: 20 }) })
        .map(({ start, length }) => ({ start, end: start + length })),
      fc.record({ start: fc.nat(20) }),
      fc.record({ end: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ last: fc.integer({ min: 1, max: 40 }) }),
    );
    await fc.assert(
      fc.asyncProperty(randomTrace, windows, async (plan, window) => {
        const whole = runRandom(plan, () => null).whole();
        const clock = cycleClock(plan);
        const final = cycleAt(clock, whole.at(-1)?.time ?? 0);
        const from = window.last === undefined ? (window.start ?? 0) : final - window.last + 1;
        const kept = whole.filter(
          ({ time }) => cycleAt(clock, time) >= from && cycleAt(clock, time) < (window.end ?? Infinity),
        );
        if (kept.length === 0) {
          expect(() => runRandom(plan, (source) => writeVcd(source, at('window.vcd'), window))).toThrow(
            /the run ended in cycle \d+, before cycle/,
          );
          return;
        }
        const trace = runRandom(plan, (source) => writeVcd(source, at('window.vcd'), window));
        const contents = await readVcd(at('window.vcd'));
        expect(found(contents, trace)).toEqual(expected(kept, trace));
        expect(contents.changes[0]?.time).toBe(kept[0]?.time);
        expect(contents.end).toBe(kept.at(-1)?.end);
      }),
      { numRuns: runsOf({ few: 25, all: 150 }) },
    );
  });

  it('writes each change once and nothing for signals at rest', async () => {
    const trace = new HandTrace([signal('top.a', uint(4)), signal('top.v', vec(3, uint(40)))]);
    const writer = writeVcd(trace, at('once.vcd'));
    trace.edge();
    trace.set(1, 5n << 40n);
    trace.edge();
    trace.edge();
    writer.close();
    const contents = await readVcd(at('once.vcd'));
    const ids = new Set(
      contents.variables.filter(({ path }) => path !== 'top.clock' && path !== 'top.cycle').map(({ id }) => id),
    );
    expect(contents.changes.filter(({ id }) => ids.has(id))).toHaveLength(5);
  });

  it('leaves the last cycle as it was sampled when an error stopped the run there', async () => {
    const trace = counter();
    const writer = writeVcd(trace, at('stopped.vcd'));
    countTo(trace, 3);
    const stopped = trace.history.at(-1);
    // The listener has seen the cycle, but its edge is not taken.
    trace.now = () => ({
      time: stopped?.time ?? 0,
      end: stopped?.end ?? 0,
      changes: () => new Uint32Array(0),
      whole: () => trace.now(),
    });
    writer.close();
    expect((await readVcd(at('stopped.vcd'))).end).toBe(stopped?.end);
  });

  it('uses names that hold every identifier of a wide design', async () => {
    const trace = new HandTrace(Array.from({ length: 10_000 }, (_, i) => signal(`top.s${i}`, uint(1))));
    const writer = writeVcd(trace, at('many.vcd'));
    for (let i = 0; i < 10_000; i += 7) trace.set(i, 1n);
    trace.edge();
    writer.close();
    const contents = await readVcd(at('many.vcd'));
    expect(new Set(contents.variables.map(({ id }) => id)).size).toBe(10_002);
    expect(found(contents, trace)).toEqual(expected(trace.whole(), trace));
  });

  it('makes room for a value wider than its buffer', async () => {
    const width = 40_000;
    const trace = new HandTrace([signal('top.wide', uint(width))]);
    const writer = writeVcd(trace, at('wide.vcd'));
    trace.set(0, (1n << BigInt(width)) - 2n);
    trace.edge();
    writer.close();
    expect(found(await readVcd(at('wide.vcd')), trace)).toEqual(expected(trace.whole(), trace));
  });

  it('leaves a clock out where a signal has its name', async () => {
    const trace = new HandTrace([signal('top.clock', uint(1))]);
    const writer = writeVcd(trace, at('clock.vcd'));
    trace.edge();
    writer.close();
    expect((await readVcd(at('clock.vcd'))).variables.map(({ path }) => path)).toEqual(['top.cycle', 'top.clock']);
  });

  it('counts the cycles of the first clock, under a name that nothing else has', async () => {
    const clocks = [
      { name: 'slow', period: 6, phase: 1 },
      { name: 'fast', period: 2, phase: 0 },
      { name: 'cycle_', period: 4, phase: 0 },
    ];
    for (const [name, of] of Object.entries({ cycle__: clocks, cycle_: [] })) {
      const trace = new HandTrace([signal('top.cycle', uint(1))], of.length === 0 ? undefined : of);
      const { signals, parts, same } = trace;
      const source = {
        signals,
        parts,
        same,
        clocks: of,
        onSample: trace.onSample.bind(trace),
        failed: () => null,
        now: trace.now.bind(trace),
      };
      const writer = writeVcd(source, at('cycle.vcd'));
      for (let n = 0; n < 40; n++) trace.edge();
      const { end } = writer.close();
      const { changes, variables } = await readVcd(at('cycle.vcd'));
      const counted = changes.filter(({ id }) => id === variables.find(({ path }) => path === `top.${name}`)?.id);
      const clock = cycleClock(source);
      const starts = Array.from({ length: end }, (_, cycle) => cycleStart(clock, cycle)).filter((time) => time < end);
      expect(counted.map(({ time, value }) => [time, Number(value)])).toEqual(
        starts.map((time, cycle) => [time, cycle]),
      );
    }
  });

  it('gives one-bit elements names that nothing else has', async () => {
    const trace = new HandTrace([
      signal('top.v', vec(2, uint(1))),
      signal('top.v_1', uint(1)),
      signal('top.m', vec(2, vec(2, uint(1)))),
    ]);
    const writer = writeVcd(trace, at('names.vcd'));
    writer.close();
    expect((await readVcd(at('names.vcd'))).variables.map(({ path }) => path)).toEqual([
      'top.clock',
      'top.cycle',
      'top.v__0',
      'top.v__1',
      'top.v_1',
      'top.m[0]_0',
      'top.m[0]_1',
      'top.m[1]_0',
      'top.m[1]_1',
    ]);
  });
});

describe('the file of writeVcd', () => {
  it('replaces an older one in the first step', () => {
    writeFileSync(at('old.vcd'), 'older');
    const trace = counter();
    const writer = writeVcd(trace, at('old.vcd'));
    expect(readFileSync(at('old.vcd'), 'utf8')).toBe('older');
    countTo(trace, 1);
    expect(readFileSync(at('old.vcd'), 'utf8')).toContain('$enddefinitions');
    writer.discard();
    expect(existsSync(at('old.vcd'))).toBe(false);
  });

  it('leaves an older one where nothing is written', () => {
    writeFileSync(at('kept.vcd'), 'older', { mode: 0o640 });
    const many = Array.from({ length: 10_000 }, (_, i) => signal(`top.a_signal_${i}`, uint(8)));
    writeVcd(new HandTrace(many), at('kept.vcd')).discard();
    const late = new HandTrace(many);
    const writer = writeVcd(late, at('kept.vcd'), { start: 9 });
    late.edge();
    expect(() => writer.close()).toThrow(/the run ended in cycle 1, before cycle 9/);
    expect(() => writeVcd(late, at('kept.vcd'), { start: 5, end: 5 })).toThrow(/is empty/);
    expect([readFileSync(at('kept.vcd'), 'utf8'), statSync(at('kept.vcd')).mode & 0o777]).toEqual(['older', 0o640]);
  });

  it('belongs to one run at a time', () => {
    symlinkSync(at('one.vcd'), at('two.vcd'));
    const writer = writeVcd(counter(), at('one.vcd'));
    expect(() => writeVcd(counter(), at('two.vcd'))).toThrow(
      /^cannot write waves to .*two\.vcd: waves of another run are being written there; choose another path$/,
    );
    writer.close();
    writeVcd(counter(), at('two.vcd')).close();
  });

  it('goes through a symbolic link and leaves it one', () => {
    symlinkSync(at('target.vcd'), at('link.vcd'));
    writeFileSync(at('target.vcd'), '');
    writeVcd(counter(), at('link.vcd')).close();
    expect(lstatSync(at('link.vcd')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('target.vcd'), 'utf8')).toContain('$enddefinitions');
  });

  it('may be a device', () => {
    writeVcd(counter(), '/dev/null').close();
    expect(lstatSync('/dev/null').isFile()).toBe(false);
  });

  it('may be closed twice', () => {
    const writer = writeVcd(counter(), at('twice.vcd'));
    expect(writer.close()).toEqual(writer.close());
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'a missing directory',
      () => writeVcd(counter(), at('no/run.vcd')),
      /^cannot write waves to .*no\/run\.vcd: its directory does not exist; create it or choose another path$/,
    ],
    ['a directory', () => writeVcd(counter(), folder), /it is a directory; name a file in it$/],
    ['a file as directory', () => writeVcd(counter(), at('small.vcd/run.vcd')), /a part of the path is a file/],
    [
      'an empty window',
      () => writeVcd(counter(), at('w.vcd'), { start: 5, end: 5 }),
      /a window from cycle 5 to 5 is empty/,
    ],
    [
      'a window of no cycles',
      () => writeVcd(counter(), at('w.vcd'), { last: 0 }),
      /a window of the last 0 cycles is empty/,
    ],
    [
      'a window past the end',
      () => writeVcd(counter(), at('w.vcd'), { start: 9 }).close(),
      /^no waves written to .*w\.vcd: the run ended in cycle 0, before cycle 9 where they should start$/,
    ],
    [
      'a name with a dot',
      () => writeVcd(new HandTrace([{ scope: ['top'], name: 'a.b', type: uint(1), kind: 'wire' }]), at('w.vcd')),
      /VCD cannot hold the name 'a\.b'/,
    ],
  ])('says in one line what is wrong: %s', (_, run, message) => {
    expect(run).toThrow(message);
    expect(readdirSync(folder).filter((name) => name.startsWith('w.vcd'))).toEqual([]);
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', () => {
    expect(() => writeVcd(counter(), '/dev/full').close()).toThrow(
      /: the disk is full; free some space or ask for fewer signals or cycles$/,
    );
  });

  it('refuses a simulation that goes back in time', async () => {
    const trace = counter();
    const writer = writeVcd(trace, at('back.vcd'));
    trace.edge();
    trace.edge();
    trace.rewind();
    expect(() => trace.edge()).toThrow(
      /^waves cannot go back in time, from 4 to 0: close them before restoring a snapshot; the waves end early, at time 4$/,
    );
    expect(() => writer.close()).toThrow(/at time 4$/);
    expect((await readVcd(at('back.vcd'))).end).toBe(4);
  });
});
