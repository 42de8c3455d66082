import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { openParser } from '../waveforms/read/parser.ts';
import { runHere, type Outcome } from './testing-command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-wave-'));
afterAll(() => rmSync(folder, { recursive: true }));
const wave = async (...args: readonly string[]): Promise<Outcome> => runHere(folder, ['wave', ...args]);

const head = (timescale: string, more = ''): string =>
  `$timescale ${timescale} $end\n$scope module top $end\n$var wire 1 ! clk $end\n$var wire 8 " d [7:0] $end\n$scope module sub $end\n$var wire 2 # state [1:0] $end\n$var wire 1 % on $end\n${more}$upscope $end\n$upscope $end\n$enddefinitions $end\n`;
/** Five cycles of `tick` time units; `state` of cycle 3 is `third`. */
const body = (tick: number, third = '11'): string =>
  ['b0 "\nb00 #\nx%', 'b1001 "\n1%', 'b1 #\nbz "', `b${third} #\nb1x "\n0%`, 'bx "']
    .map((changes, i) => `#${i * tick}\n1!\n${changes}\n#${i * tick + tick / 2}\n0!\n`)
    .join('');
const save = (name: string, text: string): void => writeFileSync(join(folder, name), text);
save('a.vcd', head('1ns') + body(10));
save('a.gtkw', '[*]\n@2022\n^1 /elsewhere/a.state.words\n+{state} top.sub.state[1:0]\n@22\ntop.d[7:0]\n');
save('a.state.words', '# words\n0 idle\n1 ?DarkGreen?load\n3 ?Purple4?done\n');

describe('systole wave', () => {
  it('draws words, radixes and unknown bits by the cycles of a clock', async () => {
    const { status, stdout } = await wave('a.vcd', '--signals', '**.state,sub.on,d', '--to', '5');
    expect(status).toBe(0);
    expect(`\n${stdout}`).toMatchInlineSnapshot(`
      "
      cycle     0           1           2           3           4
                ┬───────────────────────┬───────────┬───────────────────────
      sub.state │idle                   │load       │done
                            ────────────────────────┐
      sub.on    xxxxxxxxxxxx                        └───────────────────────
                ┬───────────┬───────────┬───────────┬───────────┬───────────
      d         │0          │9          │z          │0b0000001x │x
      "
    `);
  });

  it('draws a window', async () => {
    expect((await wave('a.vcd', '--signals', 'top.d', '--from', '1', '--to', '3')).stdout).toMatchInlineSnapshot(`
      "cycle 1   2
            ┬───┬───
      d     │9  │z
      "
    `);
  });

  it('draws the top scope and says how to see more', async () => {
    const { stdout } = await wave('a.vcd');
    expect(stdout).toContain('1 of 4 signals: others with --signals, all paths with --list');
    expect(stdout).toContain('cycles 0 up to 5');
  });

  it('draws by time where there is no clock', async () => {
    save('t.vcd', (head('10ps') + body(10)).replace(' clk ', ' tick '));
    expect((await wave('t.vcd', '--signals', 'd,tick', '--from', '10', '--to', '40')).stdout).toMatchInlineSnapshot(`
      "10ps 10      15      20      25      30      35
           ┬───────────────┬───────────────┬───────────────
      d    │9              │z              │0b0000001x
           ────────┐       ┌───────┐       ┌───────┐
      tick         └───────┘       └───────┘       └───────
      "
    `);
  });

  it('draws a cycle in which a signal changes very often', async () => {
    const changes = Array.from({ length: 150_000 }, (_, i) => `#${i + 1}\n${i % 2}%\n`);
    save('often.vcd', `${head('1ns')}#0\n1!\n${changes.join('')}`);
    expect((await wave('often.vcd', '--signals', 'sub.on', '--to', '1')).stdout).toBe('cycle 0\n       ───\non\n');
  });

  it('lists paths, also of what has no bits', async () => {
    save('r.vcd', head('1ns', '$var real 64 r r $end\n') + body(10).replace('b0 "', 'b0 "\nr1.5 r'));
    expect((await wave('r.vcd', '--list')).stdout).toBe(
      'top.clk\ntop.d[7:0]\ntop.sub.state[1:0]\ntop.sub.on\ntop.sub.r (real)\n',
    );
    expect((await wave('r.vcd', '--list', '--signals', 'top.*')).stdout).toBe('top.clk\ntop.d[7:0]\n');
    expect((await wave('--diff', 'r.vcd', 'a.vcd')).status).toBe(0);
  });

  it('reads what simulators write among the changes, and times past 32 bits', async () => {
    const late = 5_000_000_000;
    const odd = body(10).replace('#20\n', '#20\n$comment of\nnothing $end\n$dumpoff\n$end\n$dumpall $end\n\n');
    save('o.vcd', `${head('1ns')}${odd}#${late}\n1%\n`);
    save('o2.vcd', `${head('1ns')}${odd}#${late + 1}\n1%\n`);
    expect(await wave('--diff', 'o.vcd', 'o2.vcd')).toMatchObject({
      status: 1,
      stdout: `top.sub.on @ ${late} (in 1ns): 1 in o.vcd, 0 in o2.vcd\n`,
    });
  });

  it('names the first difference, in the finer unit', async () => {
    save('b.vcd', head('1ps') + body(10_000, '10'));
    expect(await wave('--diff', 'a.vcd', 'b.vcd')).toEqual({
      status: 1,
      stdout: 'top.sub.state @ 30000 (in 1ps): done in a.vcd, ?2 in b.vcd\n',
      stderr: '',
    });
    save('c.vcd', head('1ps') + body(10_000));
    expect(await wave('--diff', 'a.vcd', 'c.vcd')).toMatchObject({
      status: 0,
      stdout: '4 signals have the same values at all times\n',
    });
  });

  it('tells signals that only one file has, and other widths', async () => {
    const more = head('1ns', '$var wire 1 & extra $end\n').replace('wire 2 #', 'wire 3 #').replace('[1:0]', '[2:0]');
    save('d.vcd', more + body(10));
    expect(await wave('--diff', 'a.vcd', 'd.vcd')).toMatchObject({
      status: 1,
      stdout:
        'only in d.vcd: top.sub.extra\ntop.sub.state has 2 bits in a.vcd, 3 in d.vcd\n3 signals of both files have the same values at all times\n',
    });
    expect((await wave('--diff', 'a.vcd', 'd.vcd', '--signals', 'top.*')).status).toBe(0);
  });

  const file = head('1ns') + body(10);
  it.each([
    ['nothing', '', /declarations never end/],
    ['text', 'hello\n', /declarations never end/],
    ['cut declarations', file.slice(0, 90), /declarations never end|was cut/],
    ['scopes that end too often', `$upscope $end\n$upscope $end\n${head('1ns')}`, /declarations never end/],
    ['a cut line', file.slice(0, -1), /it was cut: its last line has no end/],
    ['a cut file of our own', `$version systole $end\n${file}`, /a whole file ends with a lone #time/],
    ['garbage', file.replace('b1001 "', 'b1021 "'), /damaged after time 10: 'b1021 "' is neither/],
    ['an unknown identifier', file.replace('1%', '1&'), /damaged after time 10: '1&' is neither/],
    ['time that goes back', `${file}#3\n`, /the time goes back to 3/],
    ['a wrong timescale', file.replace('1ns', '3ns'), /its timescale is 3ns/],
  ])('refuses %s in one line', async (_, text, message) => {
    save('wrong.vcd', text);
    const { status, stderr, stdout } = await wave('wrong.vcd', '--signals', '**');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
  });

  it.each([
    [['none.vcd'], /cannot read waves from none\.vcd: no such file/],
    [['none.fst'], /cannot read waves from none\.fst/],
    [['a.vcd', '--signals', 'top.stat'], /no signal of the file is called top\.stat/],
    [['a.vcd', '--signals', 'sub'], /did you mean sub\.\*\?/],
    [['a.vcd', '--from', '7'], /there is no cycle 7 in a\.vcd: its last is 4/],
    [['a.vcd', '--from', '3', '--to', '3'], /nothing from 3 up to 3/],
    [['a.vcd', '--to', '20000'], /20000 cycles are too many/],
    [['a.vcd', 'b.vcd'], /compare them with --diff/],
    [['--diff', 'a.vcd'], /--diff has one file/],
    [['--diff', 'a.vcd', 'a.vcd', '--from', '2'], /--from is not for --diff/],
  ])('%j is refused', async (args, message) => {
    const { status, stderr } = await wave(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
  });

  it('says how to get what it reads with', async () => {
    const missing = async () => Promise.reject(Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(openParser(missing)).rejects.toThrow(/^vcd-stream is not installed.*; npm install .*vcd-stream@1/);
  });
});
