import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ScalarType } from '../../hdl/ir/types.ts';
import { assert, bit, elaborate, module, reg, uint } from '../../hdl/language/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { isHigh } from '../clocks.ts';
import { openWaves, type WaveOptions } from '../waves.ts';
import { askGtkwave, startDisplay, type Display } from '../testing/gtkwave.ts';
import type { HandTrace } from '../testing/hand-trace.ts';
import { runSmallNpu, smallNpu } from '../testing/small-npu.ts';
import { HANG, needs } from '../testing/tools.ts';
import { pathOf, variablesOf, viewerName } from '../variables.ts';
import { defaultView } from './default-view.ts';
import type { View } from './view.ts';
import { writeGtkw } from './write.ts';

const tools = needs('gtkwave', 'Xvfb', 'vcd2fst');

/** How GTKWave writes a value with automatic format. */
function shown(type: ScalarType, pattern: bigint): string {
  if (type.width === 1 && type.kind !== 'enum') return String(pattern);
  if (type.kind === 'sint') return String(BigInt.asIntN(type.width, pattern));
  const label = type.kind === 'enum' ? type.labels[Number(pattern)] : undefined;
  return (
    label ??
    pattern
      .toString(16)
      .toUpperCase()
      .padStart(Math.ceil(type.width / 4), '0')
  );
}

function valuesAt(
  trace: HandTrace,
  variable: { signal: number; low: number; type: ScalarType },
  times: readonly number[],
): string[] {
  return times.map((time) => {
    const stretch = trace.whole().find((s) => s.time <= time && time < s.end);
    return shown(
      variable.type,
      BigInt.asUintN(variable.type.width, (stretch?.values[variable.signal] ?? 0n) >> BigInt(variable.low)),
    );
  });
}

describe.skipIf(tools.skip)(`real GTKWave${tools.note}`, () => {
  const folder = tools.skip ? '' : mkdtempSync(join(tmpdir(), 'systole-gtkw-'));
  const times = [0, 1, 2, 5, 22, 63, 88, 118];
  let display: Display | null = null;
  const on = (): Display => {
    if (display === null) throw new Error('no display');
    return display;
  };
  beforeAll(async () => {
    display = await startDisplay();
  });
  afterAll(() => {
    display?.close();
    rmSync(folder, { recursive: true });
  });

  async function run(name: string): Promise<{ trace: HandTrace; wave: string }> {
    const trace = smallNpu();
    const wave = join(folder, name);
    const writer = openWaves(trace, wave);
    runSmallNpu(trace, 60);
    await writer.close();
    return { trace, wave };
  }

  it.each(['run.vcd', 'run.fst'])('shows every signal of %s by its name and value', async (name) => {
    const { trace, wave } = await run(name);
    // Of folded signals GTKWave tells no values.
    const open = defaultView(trace).groups.map((group) => ({
      ...group,
      closed: false,
      signals: group.signals.map((shownSignal) => ({ ...shownSignal, folded: false })),
    }));
    const answer = askGtkwave(on(), wave, writeGtkw(trace, wave, { groups: open, markers: [] }), times);
    const variables = variablesOf(trace);
    expect(answer.signals.toSorted()).toEqual(
      ['npu.clock', 'npu.cycle[47:0]', ...variables.map(viewerName)].toSorted(),
    );

    const lines = answer.traces.filter(({ flags }) => (flags & 0x200) === 0);
    const byDepth = open
      .slice(1)
      .flatMap((group) =>
        group.signals.flatMap(({ path }) =>
          variables.filter((v) =>
            [path, path.replace(/(\[\d+\])+$/, '')].includes(pathOf(trace.signals[v.signal] ?? v)),
          ),
        ),
      );
    expect(byDepth).toHaveLength(variables.length);
    expect(lines.map((line) => line.name)).toEqual([
      'cycle[47:0]',
      'clock',
      ...byDepth.map((v) => v.name + (v.type.width > 1 ? `[${v.type.width - 1}:0]` : '')),
    ]);
    expect(lines.map((line) => line.values)).toEqual([
      times.map((time) => String(Math.floor(time / 2))),
      times.map((time) => (trace.clocks[0] !== undefined && isHigh(trace.clocks[0], time) ? '1' : '0')),
      ...byDepth.map((variable) => valuesAt(trace, variable, times)),
    ]);
  });

  it('shows words of FST files by itself, for whoever picks signals from the tree', async () => {
    const { wave } = await run('alone.fst');
    const { traces } = askGtkwave(
      on(),
      wave,
      ['npu.control.state', 'npu.control.opcode', 'npu.control.count'],
      [4, 60],
    );
    expect(traces.map(({ name, values }) => [name, ...values])).toEqual([
      ['state[2:0]', 'IDLE', 'COMPUTE'],
      ['opcode[4:0]', 'OP_2', 'OP_10'],
      ['count[15:0]', '0202', '1E1E'],
    ]);
  });

  it('shows words, formats, labels, folded groups and markers as asked for', async () => {
    const { trace, wave } = await run('view.vcd');
    const view: View = {
      groups: [
        {
          name: 'control',
          signals: [
            { path: 'npu.clock' },
            { path: 'npu.control.state', colour: 'yellow' },
            { path: 'npu.control.mode' },
            { path: 'npu.control.opcode' },
            { path: 'npu.control.count', format: 'decimal' },
          ],
        },
        {
          name: 'array',
          signals: [
            { path: 'npu.array.sum', format: 'analog', colour: 'blue' },
            { path: 'npu.array.west', label: 'west.data' },
            { path: 'npu.array.valid[1]' },
            { path: 'npu.control.state', format: 'binary' },
          ],
        },
        {
          name: 'cells',
          closed: true,
          signals: [0, 1].map((c) => ({
            path: `npu.array.pe[1][${c}].psum`,
            label: `pe[1][${c}].psum`,
            format: 'hex' as const,
          })),
        },
      ],
      markers: [
        { name: 'load', time: 4 },
        { name: 'compute', time: 60 },
      ],
    };
    const answer = askGtkwave(on(), wave, writeGtkw(trace, wave, view), [4, 60]);
    expect(answer.markers).toEqual([4, 60, -1]);
    expect(answer.traces.map(({ name, flags, values }) => [name, flags.toString(16), ...values]))
      .toMatchInlineSnapshot(`
      [
        [
          "control",
          "800200",
          "",
          "",
        ],
        [
          "clock",
          "28",
          "1",
          "1",
        ],
        [
          "state[2:0]",
          "2022",
          "IDLE",
          "COMPUTE",
        ],
        [
          "mode",
          "2022",
          "WEIGHTS",
          "WEIGHTS",
        ],
        [
          "opcode[4:0]",
          "2022",
          "OP_2",
          "OP_10",
        ],
        [
          "count[15:0]",
          "24",
          "514",
          "7710",
        ],
        [
          "control",
          "1000200",
          "",
          "",
        ],
        [
          "array",
          "800200",
          "",
          "",
        ],
        [
          "sum[31:0]",
          "8424",
          "1438",
          "2814",
        ],
        [
          "",
          "20000",
          "",
          "",
        ],
        [
          "",
          "20000",
          "",
          "",
        ],
        [
          "west/data[0]",
          "424",
          "-7",
          "21",
        ],
        [
          "west/data[1]",
          "424",
          "-2",
          "-30",
        ],
        [
          "valid_1",
          "28",
          "0",
          "1",
        ],
        [
          "state[2:0]",
          "28",
          "000",
          "010",
        ],
        [
          "array",
          "1000200",
          "",
          "",
        ],
        [
          "cells",
          "c00200",
          "",
          "",
        ],
        [
          "pe[1][0]/psum",
          "22",
          "",
          "",
        ],
        [
          "pe[1][1]/psum",
          "22",
          "",
          "",
        ],
        [
          "cells",
          "1401200",
          "",
          "",
        ],
      ]
    `);
  });

  it('leaves no signal out of the default view without a word', async () => {
    const { trace, wave } = await run('limit.vcd');
    const view = defaultView(trace, 10);
    const answer = askGtkwave(on(), wave, writeGtkw(trace, wave, view), [0]);
    expect(answer.traces.filter(({ flags }) => (flags & 0x200) === 0).length).toBeLessThanOrEqual(10);
    expect(answer.traces.at(-1)?.name).toMatch(/^\d+ more signals: see the tree on the left$/);
  });

  const named = (wave: string): string => join(folder, wave).replace(/\.\w+$/, '.gtkw');

  it.each(['1ns', '10ps', '100us'] as const)(
    'has markers and the screen where they belong, in units of %s',
    async (timescale) => {
      const unit = Number.parseInt(timescale, 10);
      for (const name of ['units.vcd', 'units.fst']) {
        const trace = smallNpu();
        const view = { ...defaultView(trace), markers: [{ name: 'here', time: 200 }], visible: { from: 180, to: 260 } };
        const writer = openWaves(trace, join(folder, name), { timescale, view });
        runSmallNpu(trace, 200);
        await writer.close();
        const { markers, traces, window } = askGtkwave(on(), join(folder, name), named(name), [200 * unit, 201 * unit]);
        expect(markers[0]).toBe(200 * unit);
        expect(traces.find((line) => line.name === 'clock')?.values).toEqual(['1', '0']);
        expect(traces.find((line) => line.name.startsWith('cycle['))?.values).toEqual(['100', '100']);
        expect(window[0]).toBe(180 * unit);
        expect(window[1]).toBeGreaterThan(240 * unit);
      }
    },
  );

  it.each<[string, WaveOptions, number]>([
    ['a stretch', { start: 150, end: 170 }, 300],
    ['the last cycles', { last: 100 }, 341],
    ['few last cycles', { last: 10 }, 2 * 191],
  ])('shows what the file holds: %s', async (_, options, from) => {
    const trace = smallNpu();
    const view = {
      ...defaultView(trace),
      markers: [
        { name: 'before', time: 20 },
        { name: 'in', time: 320 },
      ],
    };
    const writer = openWaves(trace, join(folder, 'window.vcd'), { ...options, view });
    runSmallNpu(trace, 200);
    const { start, end } = await writer.close();
    const { markers, window } = askGtkwave(on(), join(folder, 'window.vcd'), named('window.vcd'), []);
    expect(markers.slice(0, 2)).toEqual(start <= 320 && end >= 320 ? [320, -1] : [-1, -1]);
    expect(window[0]).toBe(from);
  });

  it('shows words when the folder has moved', async () => {
    const [before, after] = [join(folder, 'before'), join(folder, 'after it möved')];
    mkdirSync(before);
    const trace = smallNpu();
    const writer = openWaves(trace, join(before, 'run.vcd'), {
      view: {
        groups: [{ name: 'g', signals: [{ path: 'npu.control.state' }, { path: 'npu.control.mode' }] }],
        markers: [],
      },
    });
    runSmallNpu(trace, 60);
    await writer.close();
    renameSync(before, after);
    // A file of the old name misleads nobody.
    mkdirSync(before);
    for (const wave of [null, join(after, 'run.vcd')]) {
      const { traces } = askGtkwave(on(), wave, join(after, 'run.gtkw'), [4, 60]);
      expect(traces.map(({ name, values }) => [name, ...values])).toEqual([
        ['g', '', ''],
        ['state[2:0]', 'IDLE', 'COMPUTE'],
        ['mode', 'WEIGHTS', 'WEIGHTS'],
        ['g', '', ''],
      ]);
    }
  });

  it('opens where an assertion failed, with a marker, closed or not', async () => {
    const Watched = module('watched', { in: { go: bit }, out: { n: uint(8) } }, ({ go }) => {
      const n = reg('n', uint(8));
      n.next = n.add(1);
      assert(n.ne(55).or(go), 'n is never 55');
      return { n };
    });
    for (const isClosed of [true, false]) {
      const sim = simulate(elaborate(Watched));
      const wave = join(folder, `failed-${isClosed}.vcd`);
      const writer = openWaves(sim.trace(), wave);
      expect(() => sim.step(100)).toThrow(/n is never 55/);
      if (isClosed) await writer.close();
      else
        await vi.waitFor(
          () => expect(readFileSync(named(`failed-${isClosed}.vcd`), 'utf8')).toMatch(/^\[markername\] \wfailed$/m),
          {
            timeout: HANG,
          },
        );
      const answer = askGtkwave(on(), wave, named(`failed-${isClosed}.vcd`), [110]);
      expect(answer.markers).toEqual([110, -1, -1]);
      // Up to the end of the file, and what came before.
      expect(answer.window[0]).toBeGreaterThan(112 - 2 * 26);
      expect(answer.window[0]).toBeLessThan(112 - 2 * 20);
      expect(answer.window[1]).toBeGreaterThanOrEqual(110);
      expect(answer.traces.map(({ name, values }) => [name, ...values])).toEqual([
        ['cycle and clocks', ''],
        ['cycle[47:0]', '55'],
        ['clk', '1'],
        ['cycle and clocks', ''],
        ['failed: n is never 55', ''],
        ['rst', '0'],
        ['go', '0'],
        ['n', '37'],
        ['failed: n is never 55', ''],
        ['watched', ''],
        ['rst', '0'],
        ['go', '0'],
        ['n[7:0]', '37'],
        ['watched', ''],
      ]);
    }
  });
});
