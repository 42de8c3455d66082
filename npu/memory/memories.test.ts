import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { accumulatorLines, scratchpadBank } from '../../testbench/local-lines.ts';
import { Bench, type Levels } from '../../testbench/kit/bench.ts';
import { npuConfig } from '../config.ts';
import { Accumulator } from './accumulator.ts';
import { Scratchpad } from './scratchpad.ts';

const config = npuConfig({ rows: 6, cols: 3, busBytes: 4, scratchpadBytes: 1024, accumulatorBytes: 256 });
/** One whose groups have two beats. */
const wide = npuConfig({ rows: 8, cols: 8, busBytes: 4, scratchpadBytes: 2048, accumulatorBytes: 512 });
const bank = 2 ** 16;

function start(design: ReturnType<typeof elaborate>) {
  const bench = new Bench(design);
  bench.begin();
  return { sim: bench.sim, set: (levels: Levels): void => bench.set(levels) };
}

describe('the accumulator', () => {
  const lanes = (...values: number[]): bigint =>
    values.reduce((all, value, i) => all | (BigInt.asUintN(32, BigInt(value)) << BigInt(32 * i)), 0n);
  const update = (line: number, data: bigint, accumulate: boolean, count = 3) => ({
    update_enable: 1,
    update_line: line,
    update_data: data,
    update_lanes: count,
    update_accumulate: accumulate,
  });

  it('adds in place, back to back on one line too, and leaves lanes past the edge alone', () => {
    const { sim, set } = start(elaborate(Accumulator(config)));
    const memory = accumulatorLines(sim, config, '');
    memory.write(5, lanes(7, 7, 7));
    set(update(5, lanes(1, -2, 3), false, 2));
    sim.step();
    set(update(5, lanes(10, 20, 30), true, 2));
    sim.step();
    set(update(5, lanes(100, 200, 300), true));
    sim.step();
    set({ update_enable: 0 });
    sim.step(2);
    expect(memory.read(5)).toBe(lanes(111, 218, 307));
    expect(sim.peek('overflow')).toBe(0n);
  });

  it('wraps, and says so in the cycle after', () => {
    const { sim, set } = start(elaborate(Accumulator(config)));
    accumulatorLines(sim, config, '').write(0, lanes(0, 2 ** 31 - 1, 0));
    set(update(0, lanes(0, 1, 0), true));
    sim.step();
    set({ update_enable: 0 });
    sim.step();
    expect([sim.peek('overflow'), accumulatorLines(sim, config, '').read(0)]).toEqual([1n, lanes(0, -(2 ** 31), 0)]);
    sim.step();
    expect(sim.peek('overflow')).toBe(0n);
  });

  it('tells of an addition that wraps, upwards or downwards, in lanes of the matrix, and of no other', () => {
    const { sim, set } = start(elaborate(Accumulator(config)));
    const [most, least] = [2 ** 31 - 1, -(2 ** 31)];
    const told = (old: number, data: number, lane: number, accumulate = true): bigint => {
      const at = (value: number): bigint => lanes(...Array.from({ length: 3 }, (_, i) => (i === lane ? value : 0)));
      accumulatorLines(sim, config, '').write(4, at(old));
      set(update(4, at(data), accumulate, 2));
      sim.step();
      set({ update_enable: 0 });
      sim.step();
      return sim.peek('overflow');
    };
    const cases = [
      [most, 1, 1n],
      [most - 1, 1, 0n],
      [1, most, 1n],
      [most, most, 1n],
      [least, most, 0n],
      [least, -1, 1n],
      [least + 1, -1, 0n],
      [-1, least, 1n],
      [least, least, 1n],
      [0, least, 0n],
    ] as const;
    for (const [old, data, wraps] of cases) {
      for (const lane of [0, 1]) expect([old, data, told(old, data, lane)]).toEqual([old, data, wraps]);
      expect([told(old, data, 2), told(old, data, 0, false)]).toEqual([0n, 0n]);
    }
  });

  it('makes loads wait for updates of their bank, and groups for lines of theirs', () => {
    const { sim, set } = start(elaborate(Accumulator(config)));
    set({
      ...update(1, lanes(4, 5, 6), false),
      load_valid: 1,
      load_payload_address: 3,
      load_payload_beat: 1,
      load_payload_data: 99,
      load_payload_bytes: 4,
    });
    expect(sim.peek('load_ready')).toBe(1n);
    sim.step();
    set({ update_enable: 0 });
    expect(sim.peek('load_ready')).toBe(0n);
    set({ load_payload_address: 2 });
    expect(sim.peek('load_ready')).toBe(1n);
    sim.step();
    set({ load_valid: 0 });
    set({ line_enable: 1, line_address: 1, group_valid: 1, group_payload_address: 3, group_payload_beat: 1 });
    expect(sim.peek('group_ready')).toBe(0n);
    set({ group_payload_address: 2 });
    expect(sim.peek('group_ready')).toBe(1n);
    sim.step();
    expect([sim.peek('lineData'), sim.peek('data')]).toEqual([lanes(4, 5, 6), 99n]);
  });

  it.each([4, 5, 21, 22])('holds what was written, whoever asks for what at once: %i lines', (accLines) => {
    const few = { ...config, accLines };
    const design = elaborate(Accumulator(few));
    expect(['even', 'odd'].map((name) => start(design).sim.memory(name).depth)).toEqual([
      Math.ceil(accLines / 2),
      Math.floor(accLines / 2),
    ]);
    const at = fc.record({ on: fc.boolean(), line: fc.nat(accLines - 1), group: fc.nat(2), value: fc.nat(0xffff) });
    const cycle = fc.record({ update: at, load: at, line: at, group: at, accumulate: fc.boolean() });
    fc.assert(
      fc.property(fc.array(cycle, { minLength: 1, maxLength: 60 }), (cycles) => {
        const { sim, set } = start(design);
        const held = Array.from({ length: accLines }, () => [0, 0, 0]);
        const laneOf = (line: number, lane: number): number => held[line]?.[lane] ?? NaN;
        /** The update of the cycle before, which lands in this one. */
        let landing: { readonly line: number; readonly sums: readonly number[] } | null = null;
        let expected: Record<string, bigint> = {};
        for (const { accumulate, ...asked } of cycles) {
          set({
            ...update(asked.update.line, lanes(asked.update.value, 1, 2), accumulate),
            update_enable: asked.update.on,
            load_valid: asked.load.on,
            load_payload_address: asked.load.line,
            load_payload_beat: asked.load.group,
            load_payload_data: asked.load.value,
            load_payload_bytes: 4,
            line_enable: asked.line.on,
            line_address: asked.line.line,
            group_valid: asked.group.on,
            group_payload_address: asked.group.line,
            group_payload_beat: asked.group.group,
          });
          for (const [name, value] of Object.entries(expected)) expect([name, sim.peek(name)]).toEqual([name, value]);
          const clash = (one: number, other: number): boolean => (one - other) % 2 === 0;
          const loads = asked.load.on && !(landing !== null && clash(landing.line, asked.load.line));
          const groups = asked.group.on && !(asked.line.on && clash(asked.line.line, asked.group.line));
          if (asked.load.on) expect(sim.peek('load_ready')).toBe(loads ? 1n : 0n);
          if (asked.group.on) expect(sim.peek('group_ready')).toBe(groups ? 1n : 0n);
          if (landing !== null) held[landing.line] = [...landing.sums];
          const loaded = held[asked.load.line];
          if (loads && loaded !== undefined) loaded[asked.load.group] = asked.load.value;
          expected = {
            ...(asked.line.on ? { lineData: lanes(...(held[asked.line.line] ?? [])) } : {}),
            ...(groups ? { data: BigInt(laneOf(asked.group.line, asked.group.group)) } : {}),
          };
          const { line } = asked.update;
          const sums = [asked.update.value, 1, 2].map((value, lane) => value + (accumulate ? laneOf(line, lane) : 0));
          landing = asked.update.on ? { line, sums } : null;
          sim.step();
        }
      }),
    );
  });

  it.each<[string, Levels]>([
    ['update', update(config.accLines, lanes(1, 1, 1), false)],
    ['load', { load_valid: 1, load_payload_address: config.accLines, load_payload_bytes: 4 }],
    ['load', { load_valid: 1, load_payload_address: 2 ** 16, load_payload_bytes: 4 }],
    ['load', { load_valid: 1, load_payload_beat: 3, load_payload_bytes: 4 }],
    ['line', { line_enable: 1, line_address: config.accLines }],
    ['group', { group_valid: 1, group_payload_address: config.accLines }],
    ['group', { group_valid: 1, group_payload_beat: 3 }],
  ])('is never asked for what it does not have: %s %o', (port, asked) => {
    const { sim, set } = start(elaborate(Accumulator(config)));
    set(asked);
    expect(() => sim.step()).toThrow(new RegExp(`${port}: a (line|group) that the accumulator does not have`));
  });
});

describe('the scratchpad', () => {
  it('writes groups and results, and reads lines of two banks and a group of a third at once', () => {
    const { sim, set } = start(elaborate(Scratchpad(config)));
    set({
      load_valid: 1,
      load_payload_address: 2,
      load_payload_beat: 1,
      load_payload_data: 0x44332211,
      load_payload_bytes: 3,
      load_payload_lines: 1,
    });
    set({ results_enable: 1, results_address: 4 * bank + 3, results_data: 0xefcdab, results_bytes: 2 });
    expect(sim.peek('load_ready')).toBe(1n);
    sim.step();
    set({
      load_valid: 0,
      results_enable: 0,
      a_enable: 1,
      a_address: 2,
      b_enable: 1,
      b_address: 4 * bank + 3,
      read_valid: 1,
      read_payload_address: 5 * bank,
    });
    expect(sim.peek('read_ready')).toBe(1n);
    sim.step();
    expect([sim.peek('aData'), sim.peek('bData'), sim.peek('data')]).toEqual([0x332211n << 32n, 0xcdabn, 0n]);
  });

  it.each([
    ['of a beat', config],
    ['of two beats', wide],
  ])('writes lines next to each other at once, wherever in a row they begin: groups %s', (_, sizes) => {
    const { sim, set } = start(elaborate(Scratchpad(sizes)));
    const { lineBytes, busBytes, groupBytes } = sizes;
    const held = new Map<number, number>();
    const writes = fc.record({
      address: fc.nat(8),
      beat: fc.nat(lineBytes / busBytes - 1),
      shape: fc.constantFrom([1, 1], [2, 1], [4, 1], [1, 2], [2, 2], [1, 3], [1, 4], [4, 2], [2, 4], [1, 7], [1, 8]),
      data: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    });
    fc.assert(
      fc.property(fc.array(writes, { minLength: 1, maxLength: 5 }), (drawn) => {
        for (const { address: near, beat, shape, data: word } of drawn) {
          const [lines = 0, bytes = 0] = shape;
          // No more than a group, or what is left of it.
          const skipped = (beat * busBytes) % groupBytes;
          fc.pre(lines * bytes + skipped <= groupBytes);
          const data = skipped === 0 ? word : (word % 2n ** 32n) | (word << 32n);
          const address = near - (near % lines);
          set({ load_valid: 1, load_payload_address: bank + address, load_payload_beat: beat });
          set({
            load_payload_data: BigInt.asUintN(8 * groupBytes, data),
            load_payload_bytes: bytes,
            load_payload_lines: lines,
          });
          sim.step();
          for (let at = 0; at < lines * bytes; at++) {
            const place = (address + Math.floor(at / bytes)) * lineBytes + beat * busBytes + (at % bytes);
            held.set(place, Number((data >> BigInt(8 * at)) & 0xffn));
          }
        }
        set({ load_valid: 0, a_enable: 1 });
        for (let line = 0; line < 12; line++) {
          set({ a_address: bank + line });
          sim.step();
          const bytes = Array.from({ length: lineBytes }, (_, at) => BigInt(held.get(line * lineBytes + at) ?? 0));
          expect(sim.peek('aData')).toBe(bytes.reduce((all, byte, at) => all | (byte << BigInt(8 * at)), 0n));
        }
        set({ a_enable: 0 });
      }),
    );
  });

  it('reads a line where the matrix engine does not, and a group where neither does', () => {
    const { sim, set } = start(elaborate(Scratchpad(config)));
    scratchpadBank(sim, config, 2, '').write(5, 0x99_0000_0003_0201n);
    const ready = (): bigint[] => [sim.peek('line_ready'), sim.peek('read_ready')];
    set({ line_valid: 1, line_payload: 2 * bank + 5, read_valid: 1, read_payload_address: 2 * bank + 1 });
    expect(ready()).toEqual([1n, 0n]);
    set({ read_payload_address: bank + 1 });
    expect(ready()).toEqual([1n, 1n]);
    for (const port of ['a', 'b']) {
      set({ [`${port}_enable`]: 1, [`${port}_address`]: 2 * bank });
      expect(ready()).toEqual([0n, 1n]);
      set({ [`${port}_enable`]: 0 });
    }
    set({ a_enable: 1, a_address: 3 * bank, b_enable: 1, b_address: 4 * bank });
    expect(ready()).toEqual([1n, 1n]);
    sim.step();
    // The columns of the line; nothing where none was taken.
    expect(sim.peek('lineData')).toBe(0x03_0201n);
    set({ a_address: 2 * bank });
    sim.step();
    expect(sim.peek('lineData')).toBe(0n);
  });

  it('makes readers wait for the matrix engine, and loads for results, in the same bank only', () => {
    const { sim, set } = start(elaborate(Scratchpad(config)));
    set({ a_enable: 1, a_address: bank + 1, read_valid: 1, read_payload_address: bank + 5 });
    expect(sim.peek('read_ready')).toBe(0n);
    set({ read_payload_address: 2 * bank + 5 });
    expect(sim.peek('read_ready')).toBe(1n);
    set({ results_enable: 1, results_address: 0, load_valid: 1, load_payload_address: 7 });
    expect(sim.peek('load_ready')).toBe(0n);
    set({ load_payload_address: bank });
    expect(sim.peek('load_ready')).toBe(1n);
  });

  it.each<[string, Levels]>([
    ['load', { load_valid: 1, load_payload_address: config.bankLines, load_payload_bytes: 4 }],
    ['load', { load_valid: 1, load_payload_address: config.scratchpadBanks * bank, load_payload_bytes: 4 }],
    ['load', { load_valid: 1, load_payload_beat: 2, load_payload_bytes: 4 }],
    ['line', { line_valid: 1, line_payload: 6 * bank }],
    ['read', { read_valid: 1, read_payload_beat: 2 }],
    ['results', { results_enable: 1, results_address: config.bankLines }],
    ['A', { a_enable: 1, a_address: config.bankLines }],
    ['B', { b_enable: 1, b_address: config.scratchpadBanks * bank }],
  ])('is never asked for what it does not have: %s %o', (port, asked) => {
    const { sim, set } = start(elaborate(Scratchpad(config)));
    set(asked);
    expect(() => sim.step()).toThrow(new RegExp(`${port}: a (line|group) that the scratchpad does not have`));
  });
});
