import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readVcd } from '../waveforms/read/read.ts';
import { expected, found } from '../waveforms/testing/compare.ts';
import { recordSmallRun } from './testing.ts';

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
