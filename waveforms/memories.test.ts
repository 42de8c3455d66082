import { expect, it } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elaborate, fifo, module, stream, uint } from '../hdl/index.ts';
import { simulate } from '../hdl/sim/index.ts';
import { withMemories } from './memories.ts';
import { readVcd } from './read/read.ts';
import { writeVcd } from './vcd/write.ts';

const Queue = module('queue', { in: { words: stream(uint(40)) }, out: { out: stream(uint(40)) } }, ({ words }) => ({
  out: fifo('places', words, 3),
}));

it('are in the file as they were in each cycle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'systole-memories-'));
  try {
    const sim = simulate(elaborate(Queue));
    const memory = sim.memory('places');
    const trace = withMemories(sim.trace(), [{ memory, from: 1 }]);
    const writer = writeVcd(trace, join(folder, 'run.vcd'));
    const words: bigint[][] = [];
    sim.poke('out_ready', 1);
    for (let n = 0; n < 20; n++) {
      sim.poke('words_valid', n % 3 === 0 ? 0 : 1);
      sim.poke('words_payload', BigInt(n) * 0x12_3456_789n);
      words.push([memory.read(1), memory.read(2)]);
      sim.step();
    }
    words.push([memory.read(1), memory.read(2)]);
    writer.close();
    const { changes, variables } = await readVcd(join(folder, 'run.vcd'));
    expect(new Set(words.map(String)).size).toBeGreaterThan(8);
    for (const [i, path] of ['queue.places[1]', 'queue.places[2]'].entries()) {
      const id = variables.find((variable) => variable.path.startsWith(path))?.id;
      const mine = changes.filter((change) => change.id === id);
      // Only changes are written.
      expect(mine).toHaveLength(words.filter((now, n) => now[i] !== words[n - 1]?.[i]).length);
      words.forEach((now, n) => expect(mine.findLast(({ time }) => time <= 2 * n)?.value).toBe(now[i]));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('are all in the first sample of a listener that comes later', () => {
  const sim = simulate(elaborate(Queue));
  const trace = withMemories(sim.trace(), [{ memory: sim.memory('places') }]);
  trace.onSample(() => undefined);
  sim.step(3);
  const told: (readonly [changes: number[], whole: number[]])[] = [];
  trace.onSample((sample) => told.push([[...sample.changes()], [...sample.whole().changes()]]));
  sim.step(2);
  const [[first, whole] = [[], []], [second] = [[]]] = told;
  expect(first).toEqual(whole);
  expect(second).toEqual([]);
});

it('are refused where there are no such words, or too many', () => {
  const sim = simulate(elaborate(Queue));
  const memory = sim.memory('places');
  for (const range of [{ from: 2, to: 3 }, { from: -1 }, { from: 2, to: 1 }])
    expect(() => withMemories(sim.trace(), [{ memory, ...range }])).toThrow(
      /^queue\.places has no words .*; it has 3, 0 to 2$/,
    );
  const large = { path: 'a.b', depth: 2 ** 30, width: 8, read: () => 0n };
  expect(() => withMemories(sim.trace(), [{ memory: large }])).toThrow(
    'at most 4096 words of memories, not 1073741824',
  );
});
