/** What is loaded before the command line knows which command it is given. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files that `file` loads, with it, but for those that it loads later. */
function loadedBy(file: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, path = ''] of text.matchAll(/^(?:import|export) (?!type)(?:[^;]*? from )?'(\.[^']*)';$/gm))
    loadedBy(posix.join(posix.dirname(file), path), known);
  return known;
}

it('is nothing of the simulator, nor of any command', () => {
  const first = [...loadedBy('scripts/systole.ts'), ...loadedBy('scripts/cli.ts')];
  expect(first).toContain('scripts/commands.ts');
  expect(first.filter((file) => /^(npu|testbench|waveforms|hdl\/(sim|language|verilog))\b/.test(file))).toEqual([]);
  expect(first).not.toContain('scripts/matmul.ts');
  // Found where it is.
  expect(loadedBy('scripts/matmul.ts')).toContain('hdl/sim/index.ts');
});
