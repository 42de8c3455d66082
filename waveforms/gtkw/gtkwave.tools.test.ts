import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScalarType } from '../../hdl/ir/types.ts';
import { isHigh } from '../clocks.ts';
import { openWaves } from '../waves.ts';
import { askGtkwave, startDisplay, type Display } from '../testing/gtkwave.ts';
import type { HandTrace } from '../testing/hand-trace.ts';
import { runSmallNpu, smallNpu } from '../testing/small-npu.ts';
import { needs } from '../testing/tools.ts';
import { variablesOf, viewerName } from '../variables.ts';
import { defaultView } from './default-view.ts';
import type { View } from './view.ts';
import { writeGtkw } from './write.ts';

const tools = needs('gtkwave', 'Xvfb', 'vcd2fst');

/** How GTKWave writes a value with automatic format. */
function shown(type: ScalarType, pattern: bigint): string {
  if (type.width === 1) return String(pattern);
  if (type.kind === 'sint') return String(BigInt.asIntN(type.width, pattern));
  const label = type.kind === 'enum' ? type.labels[Number(pattern)] : undefined;
  return label ?? pattern.toString(16).toUpperCase().padStart(Math.ceil(type.width / 4), '0');
}

function valuesAt(trace: HandTrace, variable: { signal: number; low: number; type: ScalarType }, times: readonly number[]): string[] {
  return times.map((time) => {
    const stretch = trace.whole().find((s) => s.time <= time && time < s.end);
    return shown(variable.type, BigInt.asUintN(variable.type.width, (stretch?.values[variable.signal] ?? 0n) >> BigInt(variable.low)));
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
  beforeAll(async () => { display = await startDisplay(); });
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
    const open = defaultView(trace).groups.map((group) => ({ ...group, closed: false }));
    const answer = askGtkwave(on(), wave, writeGtkw(trace, wave, { groups: open, markers: [] }), times);
    const variables = variablesOf(trace);
    expect(answer.signals.toSorted()).toEqual(['npu.clock', ...variables.map(viewerName)].toSorted());

    const lines = answer.traces.filter(({ flags }) => (flags & 0x200) === 0);
    const byDepth = variables.toSorted((a, b) => a.scope.length - b.scope.length);
    expect(lines.map((line) => line.name)).toEqual(['clock', ...byDepth.map((v) => v.name + (v.type.width > 1 ? `[${v.type.width - 1}:0]` : ''))]);
    expect(lines.map((line) => line.values)).toEqual([
      times.map((time) => (trace.clocks[0] !== undefined && isHigh(trace.clocks[0], time) ? '1' : '0')),
      ...byDepth.map((variable) => valuesAt(trace, variable, times)),
    ]);
  });

  it('shows words, formats, labels, folded groups and markers as asked for', async () => {
    const { trace, wave } = await run('view.vcd');
    const view: View = {
      groups: [
        { name: 'control', signals: [{ path: 'npu.clock' }, { path: 'npu.control.state', colour: 'yellow' }, { path: 'npu.control.mode' }, { path: 'npu.control.opcode' }, { path: 'npu.control.count', format: 'decimal' }] },
        { name: 'array', signals: [{ path: 'npu.array.sum', format: 'analog', colour: 'blue' }, { path: 'npu.array.west', label: 'west.data' }, { path: 'npu.array.valid[1]' }, { path: 'npu.control.state', format: 'binary' }] },
        { name: 'cells', closed: true, signals: [0, 1].map((c) => ({ path: `npu.array.pe[1][${c}].psum`, label: `pe[1][${c}].psum`, format: 'hex' as const })) },
      ],
      markers: [{ name: 'load', time: 4 }, { name: 'compute', time: 60 }],
    };
    const answer = askGtkwave(on(), wave, writeGtkw(trace, wave, view), [4, 60]);
    expect(answer.markers).toEqual([4, 60, -1]);
    expect(answer.traces.map(({ name, flags, values }) => [name, flags.toString(16), ...values])).toMatchInlineSnapshot(`
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
          "28",
          "0",
          "0",
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
    expect(answer.traces.filter(({ flags }) => (flags & 0x200) === 0)).toHaveLength(10);
    expect(answer.traces.at(-1)?.name).toMatch(/^\d+ more signals: see the tree on the left$/);
  });
});
