import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { defaultView } from '../gtkw/default-view.ts';
import { writeGtkw } from '../gtkw/write.ts';
import { smallNpu } from '../testing/small-npu.ts';
import { wordsBeside } from './words.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-words-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['run.vcd', 'run.fst'])('the words of all enumerations are read back from the view beside %s', (name) => {
  const trace = smallNpu();
  const path = join(folder, name);
  writeGtkw(trace, path, defaultView(trace));
  const named = trace.signals.flatMap(({ scope, name: last, type }) =>
    type.kind === 'enum'
      ? [[[...scope, last].join('.'), type.labels.map((word, code) => [BigInt(code), word])] as const]
      : [],
  );
  expect(named.length).toBeGreaterThan(1);
  expect([...wordsBeside(path)].map(([signal, words]) => [signal, [...words]])).toEqual(named);
});
