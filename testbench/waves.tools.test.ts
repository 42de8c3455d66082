import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TracedSignal } from '../hdl/sim/index.ts';
import type { ViewSignal } from '../waveforms/index.ts';
import { askGtkwave, startDisplay, type Display } from '../waveforms/testing/gtkwave.ts';
import { needs } from '../waveforms/testing/tools.ts';
import { writeGtkw } from '../waveforms/index.ts';
import { recordSmallRun, smallConfig } from './testing-small-run.ts';
import { npuView } from './view.ts';

const tools = needs('gtkwave', 'Xvfb');

/** How GTKWave writes a pattern in a view's format. */
function shown({ type }: TracedSignal, { format = 'auto' }: ViewSignal, pattern: bigint): string {
  if (type.kind === 'vec') throw new Error('the view has no vectors');
  if (type.width === 1 && type.kind !== 'enum') return String(pattern);
  if (format === 'decimal') return String(pattern);
  if (type.kind === 'enum') return type.labels[Number(pattern)] ?? '';
  if (type.kind === 'sint') return String(BigInt.asIntN(type.width, pattern));
  return pattern
    .toString(16)
    .toUpperCase()
    .padStart(Math.ceil(type.width / 4), '0');
}

describe.skipIf(tools.skip)(`a run of the NPU in real GTKWave${tools.note}`, () => {
  const folder = tools.skip ? '' : mkdtempSync(join(tmpdir(), 'systole-view-'));
  let display: Display | null = null;
  beforeAll(async () => {
    display = await startDisplay();
  });
  afterAll(() => {
    display?.close();
    rmSync(folder, { recursive: true });
  });

  it("shows every signal of the view, with the simulator's values at the phases of the run", async () => {
    if (display === null) throw new Error('no display');
    const path = join(folder, 'run.vcd');
    const { trace, history } = await recordSmallRun(path);
    // Of folded signals GTKWave tells no values.
    const view = npuView(smallConfig, []);
    const open = { ...view, groups: view.groups.map((group) => ({ ...group, closed: false })) };
    const phases = [10, 50, 90, 110, 140, 170, 200]
      .map((cycle) => history[cycle])
      .filter((stretch) => stretch !== undefined);
    expect(phases.length).toBeGreaterThan(3);
    const answer = askGtkwave(
      display,
      path,
      writeGtkw(trace, join(folder, 'open.vcd'), open),
      phases.map((stretch) => stretch.time),
    );

    const indexOf = new Map(trace.signals.map((signal, i) => [[...signal.scope, signal.name].join('.'), i]));
    const asked = open.groups
      .flatMap((group) => group.signals)
      .filter(({ path: name }) => name !== 'system.clk' && name !== 'system.cycle');
    const wanted = asked.map((signal) => {
      const index = indexOf.get(signal.path) ?? -1;
      const traced = trace.signals[index];
      if (traced === undefined) throw new Error(`the view asks for ${signal.path}, which the simulator does not have`);
      return phases.map((stretch) => shown(traced, signal, stretch.values[index] ?? 0n));
    });
    // Neither group names nor the rows that give an analog trace its height.
    const lines = answer.traces.filter(({ flags, name }) => (flags & 0x200) === 0 && name !== '');
    expect(lines.length).toBe(asked.length + 2);
    expect(lines[0]?.values).toEqual(phases.map(({ time }) => String(time / 2)));
    expect(lines.slice(2).map(({ values }) => values)).toEqual(wanted);
    lines.slice(2).forEach(({ name }, i) => {
      const signal = asked[i];
      expect(name.replace(/\[\d+:0\]$/, '')).toBe(signal?.label ?? signal?.path.split('.').at(-1));
    });
  });

  it('groups by unit and marks the phases in the view that is written beside the file', async () => {
    if (display === null) throw new Error('no display');
    const path = join(folder, 'marked.vcd');
    const { view } = await recordSmallRun(path);
    const answer = askGtkwave(display, path, view, [0]);
    expect(answer.traces.filter(({ flags }) => (flags & 0x800000) !== 0).map(({ name }) => name))
      .toMatchInlineSnapshot(`
        [
          "control",
          "commands and semaphores",
          "load DMA",
          "store DMA",
          "matrix engine",
          "array 3 x 5 (its north-west corner)",
          "results",
          "accumulator",
          "vector unit",
          "AXI",
        ]
      `);
    expect(answer.markers.every((time) => time > 0)).toBe(true);
  });
});
