import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HandTrace, signal, uint } from '../testing/hand-trace.ts';
import { writeVcd } from '../vcd/write.ts';
import { readVcd } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-read-'));
const path = join(folder, 'run.vcd');
let whole = '';
const CYCLES = 5000;

beforeAll(() => {
  const trace = new HandTrace([signal('top.count', uint(8)), signal('top.flag', uint(1))]);
  const writer = writeVcd(trace, path);
  for (let i = 0; i < CYCLES; i++) {
    trace.set(0, BigInt(i & 255));
    trace.set(1, BigInt(i & 1));
    trace.edge();
  }
  writer.close();
  whole = readFileSync(path, 'latin1');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function reading(text: string, end?: number): Promise<string> {
  writeFileSync(path, text, 'latin1');
  return readVcd(path, end).then(
    () => 'read',
    (error: unknown) => String(error),
  );
}

const head = '$timescale 1ns $end\n$scope module top $end\n';

describe('readVcd', () => {
  it('reads files longer than a piece', async () => {
    writeFileSync(path, whole, 'latin1');
    expect(whole.length).toBeGreaterThan(3 * 65_536);
    const { changes, end, timescale, variables } = await readVcd(path);
    expect({ end, timescale, changes: changes.length, paths: variables.map((v) => v.path) }).toEqual({
      end: 2 * CYCLES + 2,
      timescale: '1ns',
      changes: CYCLES + CYCLES + (CYCLES + 1) + (2 * CYCLES + 2) - 1,
      paths: ['top.clock', 'top.cycle', 'top.count', 'top.flag'],
    });
  });

  it('tells unknown bits from known ones', async () => {
    writeFileSync(
      path,
      `${head}$var wire 4 ! a $end\n$var wire 1 " b $end\n$upscope $end\n$enddefinitions $end\n#0\nb1x0z !\nx"\n#1\nz"\n#2\n1"\n#3\n`,
    );
    expect((await readVcd(path)).changes).toEqual([
      { id: '!', time: 0, value: 0b1001n, unknown: 0b0101n },
      { id: '"', time: 0, value: 0n, unknown: 1n },
      { id: '"', time: 1, value: 1n, unknown: 1n },
      { id: '"', time: 2, value: 1n, unknown: 0n },
    ]);
  });

  it('refuses every file that was cut', async () => {
    const cuts = Array.from({ length: 24 }, (_, i) => Math.floor(((whole.length - 1) * i) / 23));
    for (const cut of cuts) {
      expect(await reading(whole.slice(0, cut), 2 * CYCLES + 2), `cut at ${cut}`).toMatch(
        /^WaveformError: cannot read waves from .*: it.* (declarations never end|was cut)/,
      );
    }
  });

  it.each([
    ['text', 'hello\n', /its declarations never end/],
    ['nothing', '', /its declarations never end/],
    ['one long line', 'x'.repeat(70_000), /a line of more than 65536 bytes/],
    [
      'reals',
      `${head}$var real 64 ! r $end\n$upscope $end\n$enddefinitions $end\n#0\nr1.5 !\n#1\n`,
      /variable top\.r is a real, whose values the reader garbles/,
    ],
    [
      'strings',
      `${head}$var string 8 ! s $end\n$upscope $end\n$enddefinitions $end\n#0\n#1\n`,
      /variable top\.s is a string/,
    ],
    [
      'late times',
      `${head}$var wire 1 ! a $end\n$upscope $end\n$enddefinitions $end\n#0\n0!\n#5000000000\n1!\n#5000000001\n`,
      /times past 4294967294/,
    ],
    [
      'a late end',
      `${head}$var wire 1 ! a $end\n$upscope $end\n$enddefinitions $end\n#0\n0!\n#5000000001\n`,
      /times past 4294967294/,
    ],
  ])('refuses %s in one line', async (_, text, message) => {
    const answer = await reading(text);
    expect(answer).toMatch(message);
    expect(answer).not.toContain('\n');
  });

  it('refuses a file with garbage in the middle, and prints nothing', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const middle = whole.indexOf(`\n#${CYCLES}\n`) + 1;
    for (const garbage of ['hello world\n', '%%%\n', '1Q\n', '#5\n1!\n']) {
      expect(await reading(`${whole.slice(0, middle)}${garbage}${whole.slice(middle)}`), garbage).toMatch(
        new RegExp(`it is damaged after time ${CYCLES - 1}`),
      );
    }
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it('says where there is no file', async () => {
    await expect(readVcd(join(folder, 'none', 'run.vcd'))).rejects.toThrow(/^cannot read waves from .*run\.vcd: /);
  });
});
