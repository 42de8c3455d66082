/** What other people's tools say of the Verilog's style and meaning, before anything runs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs } from '../../waveforms/testing/tools.ts';
import { designs } from './testing/designs.ts';
import { writeVerilog, type Verilog } from './index.ts';

/** What a tool prints about a design's files. */
function complaints(verilog: Verilog, program: string, args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'systole-lint-'));
  try {
    for (const [name, text] of verilog.files) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr } = spawnSync(program, [...args, ...verilog.sources], {
      cwd: folder,
      encoding: 'utf8',
    });
    return `${status === 0 ? '' : `status ${status}\n`}${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const verilator = needs('verilator');
test.skipIf(verilator.skip).each([...designs])(
  `Verilator finds nothing to say about %s with all warnings on${verilator.note}`,
  (_, design) => {
    const verilog = writeVerilog(design);
    expect(complaints(verilog, 'verilator', ['--lint-only', '-Wall', '--top-module', verilog.top])).toBe('');
  },
);

const icarus = needs('iverilog');
describe.skipIf(icarus.skip)(`Icarus${icarus.note}`, () => {
  test.each([...designs])('finds nothing to say about %s with all warnings on', (_, design) => {
    const verilog = writeVerilog(design);
    expect(complaints(verilog, 'iverilog', ['-g2012', '-Wall', '-t', 'null', '-s', verilog.top])).toBe('');
  });
});
