/** Waves that other programs write are drawn, and compared with each other. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../waveforms/testing/tools.ts';
import { runHere } from './testing-command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-wave-tools-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
const wave = async (...args: readonly string[]) => runHere(folder, ['wave', ...args]);

const icarus = needs('iverilog', 'vvp', 'vcd2fst', 'fst2vcd');
describe.skipIf(icarus.skip)(`files of Icarus and fst2vcd${icarus.note}`, () => {
  beforeAll(() => {
    const bench = `\`timescale 1ns/1ps
module sub #(parameter W = 8)(input clk, input [W-1:0] d, output reg [W-1:0] q); always @(posedge clk) q <= d; endmodule
module t; reg clk = 0; reg [7:0] d = 0; wire [7:0] q; real r = 0.5; integer i = -2; sub #(8) s(clk, d, q);
always #5 clk = ~clk; always @(posedge clk) begin d <= d + 3; r = r * 1.5; i = i + 1; end
initial begin $dumpfile("icarus.vcd"); $dumpvars(0, t); #30 $dumpoff; #20 $dumpon; #20 $dumpall; #25 $finish; end endmodule`;
    writeFileSync(join(folder, 't.v'), bench);
    run('iverilog', '-g2012', '-o', 't.vvp', 't.v');
    run('vvp', 't.vvp');
    run('vcd2fst', 'icarus.vcd', 'i.fst');
    writeFileSync(join(folder, 'f.vcd'), run('fst2vcd', 'i.fst'));
  });

  it.each(['icarus.vcd', 'f.vcd', 'i.fst'])('%s is drawn', async (file) => {
    const { stdout, stderr } = await wave(file, '--signals', 't.q,d,t.i', '--to', '3');
    expect(stderr).toBe('');
    expect(stdout).toBe(
      [
        'cycle 0   1   2',
        '      ┬───┬───┬───',
        'q     │x  │0  │3',
        '      ┬───┬───┬───',
        'd     │0  │3  │6',
        '      ┬───┬───┬───',
        'i     │-2 │-1 │0\n',
      ].join('\n'),
    );
  });

  it('they hold the same', async () => {
    for (const other of ['f.vcd', 'i.fst'])
      expect(await wave('--diff', 'icarus.vcd', other)).toMatchObject({
        status: 0,
        stdout: '7 signals have the same values at all times\n',
      });
  });

  it('what is no FST is one line', async () => {
    writeFileSync(join(folder, 'bad.fst'), 'no waves');
    const { status, stderr } = await wave('bad.fst');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'systole: cannot read waves from bad.fst: fst2vcd cannot; is it a whole FST file?\n',
    });
  });
});

const verilator = needs('verilator');
describe.skipIf(verilator.skip)(`files of Verilator${verilator.note}`, () => {
  beforeAll(() => {
    const design = `typedef struct packed {logic [3:0] a; logic b;} pair;
interface link; logic x; endinterface
module v(input clk, input [7:0] d, output logic [7:0] q); pair s; link l(); logic [3:0] m[2]; real r;
always_ff @(posedge clk) begin q <= d; s <= s + 1; l.x <= ~l.x; m[0] <= q[3:0]; r <= r + 1; end endmodule`;
    const main = `#include "Vv.h"
#include "verilated_vcd_c.h"
int main() { Verilated::traceEverOn(true); Vv t; VerilatedVcdC w; t.trace(&w, 99); w.open("verilator.vcd");
for (int i = 0; i < 20; i++) { t.clk = i & 1; t.d = i / 2 * 7; t.eval(); w.dump(i * 5); } w.close(); }`;
    writeFileSync(join(folder, 'v.sv'), design);
    writeFileSync(join(folder, 'main.cpp'), main);
    run('verilator', '-Wno-fatal', '--cc', '--exe', '--build', '--trace', '--trace-structs', 'v.sv', 'main.cpp');
    run('./obj_dir/Vv');
  });

  it('are drawn', async () => {
    const { stdout, stderr } = await wave(
      'verilator.vcd',
      '--signals',
      'v.q,v.m[0],v.s.a,v.l.x',
      '--from',
      '2',
      '--to',
      '6',
    );
    expect(stderr).toBe('');
    expect(`\n${stdout}`).toMatchInlineSnapshot(`
      "
      cycle 2     3     4     5
            ┬─────┬─────┬─────┬─────
      q     │7    │0xe  │0x15 │0x1c
            ┬─────┬─────┬─────┬─────
      m[0]  │0    │7    │0xe  │5
            ┬───────────┬───────────
      s.a   │1          │2
                  ┌─────┐     ┌─────
      l.x   ──────┘     └─────┘
      "
    `);
  });
});
