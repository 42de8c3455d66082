/** Checks, and contents of memories, in Icarus. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needs } from '../../waveforms/testing/tools.ts';
import { Choices } from '../sim/lockstep/choices.ts';
import { designOf, draft, uint } from '../sim/testing-designs.ts';
import { differences, trial } from './testing/cross.ts';
import { writeVerilog } from './index.ts';

const icarus = needs('iverilog', 'vvp');
describe.skipIf(icarus.skip)(`Icarus${icarus.note}`, () => {
  test('stops at an assertion that fails, with its message and place, and not in reset', () => {
    const module = draft('count', {}, (m) => {
      const count = m.reg('count', uint(4));
      m.assign(count, m.op('add', uint(4), [count, m.constant(uint(4), 1)]));
      m.check('assert', m.op('ne', uint(1), [count, m.constant(uint(4), 5)]), 'never 5: "100%"');
      return { count };
    });
    const bench = `module bench; logic clk = 0, rst = 1; wire [3:0] count; count_ dut (.clk(clk), .rst(rst), .count(count));
      initial begin repeat (10) #1 clk = !clk; rst = 0; repeat (40) begin #1 clk = !clk; end end
      always @(posedge clk) #0 $display("%0d", count); endmodule`;
    const folder = mkdtempSync(join(tmpdir(), 'systole-checks-'));
    try {
      for (const [name, text] of [...writeVerilog(designOf(module)).files, ['bench.sv', bench] as const])
        writeFileSync(join(folder, name), text);
      const { stdout, stderr } = spawnSync(
        'sh',
        ['-c', 'iverilog -g2012 -o bench.vvp count_.sv bench.sv && vvp -n bench.vvp'],
        { cwd: folder, encoding: 'utf8' },
      );
      expect(`${stdout}${stderr}`).toMatch(/FATAL: count_\.sv:\d+: never 5: "100%" \(unit\.ts:7\)/);
      // The failing cycle's edge is not taken any more.
      expect(stdout).toMatch(/^5$/m);
      expect(stdout).not.toMatch(/^6$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([3, 70])('reads a memory that starts with %i words', (count) => {
    const module = draft('rom', { address: uint(7) }, (m, input) => {
      m.memory({
        name: 'words',
        depth: 100,
        word: uint(40),
        init: Array.from({ length: count }, (_, i) => BigInt(i + 1) * 0x1_2345_6789n),
      });
      return {
        now: m.read('words', uint(40), input('address')),
        next: m.read('words', uint(40), input('address'), { clock: 'clk' }),
      };
    });
    const stimulus = Array.from({ length: 400 }, (_, i) => (i * 2_654_435) % 65_536);
    expect([...differences([trial(designOf(module), '', new Choices(stimulus), 40)], 'icarus')]).toEqual([]);
  });
});
