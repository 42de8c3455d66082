import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bit, elaborate, module, reg, select, uint } from '../../../hdl/index.ts';
import { simulate } from '../../../hdl/sim/index.ts';
import { readVcd } from '../../../waveforms/read/read.ts';
import { recordLast } from './record-last.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-last-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Counter = module('counter', { in: { go: bit }, out: { n: uint(16) } }, ({ go }) => {
  const n = reg('n', uint(16));
  n.next = select(go, n.add(1), n);
  return { n };
});
const started = () => {
  const sim = simulate(elaborate(Counter));
  sim.poke('go', 1);
  return sim;
};
/** By time what a signal became. */
async function changesOf(path: string, name: string): Promise<(readonly [time: number, value: number])[]> {
  const { changes, variables } = await readVcd(path);
  const id = variables.find((variable) => variable.path === name)?.id;
  return changes.filter((change) => change.id === id).map(({ time, value }) => [time, Number(value)] as const);
}

it('leaves the last cycles with the current one, and nothing before it is asked', async () => {
  const sim = started();
  const kept = recordLast(sim, { last: 10 });
  sim.step(300);
  const path = join(folder, 'last.vcd');
  expect(existsSync(path)).toBe(false);
  const { drawing, files, command } = kept.leave(path, new Error('wrong'));
  const cycles = Array.from({ length: 10 }, (_, i) => 291 + i);
  expect(await changesOf(path, 'counter.n')).toEqual(cycles.map((cycle) => [2 * cycle, cycle]));
  expect(drawing.split('\n')[0]).toMatch(/ 299 +300$/);
  expect(command).toBe(`gtkwave ${path} ${join(folder, 'last.gtkw')}`);
  expect(readFileSync(files.view ?? '', 'utf8')).toMatch(/^\[markername\] Afailed$/m);
});

it('leaves a run of no step, and one that goes on afterwards', async () => {
  const sim = started();
  const kept = recordLast(sim);
  const path = join(folder, 'none.vcd');
  kept.leave(path, new Error('wrong'));
  expect(await changesOf(path, 'counter.n')).toEqual([[0, 0]]);
  sim.step(3);
  kept.leave(path, new Error('wrong'));
  expect(await changesOf(path, 'counter.n')).toEqual([0, 1, 2, 3].map((cycle) => [2 * cycle, cycle]));
});

it('begins anew where the simulation is set back', async () => {
  const sim = started();
  const kept = recordLast(sim);
  const snapshot = sim.save();
  sim.step(20);
  sim.restore(snapshot);
  sim.poke('go', 0);
  sim.step(2);
  const path = join(folder, 'back.vcd');
  kept.leave(path, new Error('wrong'));
  expect(await changesOf(path, 'counter.n')).toEqual([[0, 0]]);
  expect(await changesOf(path, 'counter.go')).toEqual([[0, 0]]);
});
