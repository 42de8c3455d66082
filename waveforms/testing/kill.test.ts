import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { endProcess } from '../../testbench/end-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where a text signals a process, by whatever name. */
const uses = (text: string): readonly string[] =>
  text.match(/[.'"`]kill\b|\bkill\s*[(,}]|\bkill\s+-|\b(pkill|killall)\b/g) ?? [];

it('is done in one place of the tree', () => {
  const files = ['hdl', 'npu', 'testbench', 'waveforms', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(root, folder, file)),
  );
  const found = files.filter((file) => uses(readFileSync(file, 'utf8')).length > 0);
  expect(found.map((file) => relative(root, file)).toSorted()).toEqual([
    'testbench/end-process.ts',
    'waveforms/testing/kill.test.ts',
    'waveforms/testing/kill.ts',
  ]);
});

it('finds signals in every form', () => {
  const forms = [
    'child.kill()',
    'child?.kill("SIGKILL")',
    "child['kill']()",
    'const { kill } = process;',
    'process.kill (0)',
    "exec('pkill -f x')",
    'kill(pid)',
    'spawn("kill", [pid])',
    'exec("kill -9 -1")',
  ];
  expect(forms.filter((form) => uses(form).length === 0)).toEqual([]);
  expect(uses("{ killSignal: 'SIGKILL' } // whatever kills it is killed")).toEqual([]);
});

it('signals nothing that has no pid', () => {
  const signalled: unknown[] = [];
  const kill = (signal: unknown): boolean => signalled.push(signal) > 0;
  endProcess({ pid: undefined, kill });
  expect(signalled).toEqual([]);
  endProcess({ pid: 4711, kill }, 'SIGKILL');
  expect(signalled).toEqual(['SIGKILL']);
});
