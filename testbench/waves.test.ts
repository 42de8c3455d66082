import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readVcd } from '../waveforms/read/read.ts';
import { expected, found } from '../waveforms/testing/compare.ts';
import { runMatmul } from './run.ts';
import { recordSmallRun, smallConfig } from './testing-small-run.ts';
import { recordRun, type RunWaveOptions, type RunWaves } from './waves.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-waves-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('holds every signal of a run of the NPU as the simulator had it', async () => {
  const path = join(folder, 'run.vcd');
  const { trace, history } = await recordSmallRun(path);
  const contents = await readVcd(path);
  const values = found(contents, trace);
  const wanted = expected(history, trace);
  expect(Object.keys(values).toSorted()).toEqual(Object.keys(wanted).toSorted());
  // One by one: a difference in one of thousands should be readable.
  for (const [name, changes] of Object.entries(wanted)) expect(values[name], name).toEqual(changes);
});

it.each<[string, RunWaveOptions, readonly string[]]>([
  [
    'a unit',
    { scope: 'system.npu.matrix' },
    ['control', 'matrix engine', 'array 3 x 5 (its north-west corner)', 'results', 'system.npu.matrix'],
  ],
  ['the levels near the top', { depth: 2 }, ['control', 'AXI', 'system', 'system.npu']],
])('keeps the groups of the NPU whose signals are traced: %s', async (_, options, wanted) => {
  const path = join(folder, 'part.vcd');
  const opened: RunWaves[] = [];
  runMatmul(
    smallConfig,
    { m: 1, k: 1, n: 1, dataflow: 'ws', a: Int8Array.of(2), b: Int8Array.of(3) },
    {
      onStart: (sim) => void opened.push(recordRun(sim, smallConfig, path, options)),
    },
  );
  await opened[0]?.close();
  const view = readFileSync(join(folder, 'part.gtkw'), 'utf8');
  const groups = [...view.matchAll(/^@[8c]00200\n-(.*)$/gm)].map(([, name]) => name);
  expect(groups.filter((name) => wanted.includes(name ?? ''))).toEqual(wanted);
});
