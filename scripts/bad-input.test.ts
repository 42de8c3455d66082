/** Whatever is wrong with a command line, it says so in one line with a remedy, exits with 2 and leaves no file. */
import { chmodSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { npyFile, runHere, type Outcome } from './testing-command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-bad-'));
const run = async (...args: readonly string[]): Promise<Outcome> => runHere(folder, args);
const small = ['matmul', '--rows', '1', '--cols', '1', '--m', '1', '--k', '1', '--n', '1'];
let before: string[] = [];

beforeAll(() => {
  const file = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);
  file('A.npy', npyFile("'|i1'", '(2, 3)', new Uint8Array(6)));
  file('B.npy', npyFile("'|i1'", '(3, 2)', new Uint8Array(6)));
  file('float.npy', npyFile("'<f8'", '(2, 3)', new Uint8Array(48)));
  file('short.npy', npyFile("'|i1'", '(2, 3)', new Uint8Array(5)));
  file('case.json', Buffer.from('{}'));
  symlinkSync('A.npy', join(folder, 'soft.npy'));
  linkSync(join(folder, 'B.npy'), join(folder, 'hard.npy'));
  file('wave', npyFile("'|i1'", '(2, 3)', new Uint8Array(6)));
  mkdirSync(join(folder, 'source'));
  for (const name of ['a', 'b', 'c', 'd']) file(`source/${name}.ts`, Buffer.from(name));
  mkdirSync(join(folder, 'closed'));
  chmodSync(join(folder, 'closed'), 0o500);
  before = readdirSync(folder, { recursive: true, encoding: 'utf8' });
});
afterAll(() => rmSync(folder, { recursive: true }));

const from = (a: string, b: string, ...more: readonly string[]): string[] => ['matmul', '--a', a, '--b', b, ...more];

it.each<[string, string[]]>([
  ['no command is given; see systole --help', []],
  ['there is no command matmull; did you mean matmul?', ['matmull']],
  [
    'there is no command walk; the commands are matmul, run, compile, sweep, report, compare, info, replay, verilog, synth, test, wave',
    ['walk'],
  ],
  ['there is no step x; it is one of all, plan, run, merge, status', ['sweep', 'x', '--out', 'x.jsonl']],
  ['there is no step mrge; did you mean merge?', ['sweep', 'mrge', '--out', 'x.jsonl']],
  ['unknown argument: --rowz; did you mean --rows?', ['matmul', '--rowz', '4']],
  ['unknown argument: --row; did you mean --rows?', ['matmul', '--row=4']],
  ['unknown argument: --m; see systole info --help', ['info', '--m', '4']],
  ['unknown arguments: --foo, --wave; did you mean --waves?', ['matmul', '--foo', '4', '--wave', 'x.vcd']],
  ['-rows has one dash; did you mean --rows?', ['matmul', '-rows', '4']],
  ['-wave has one dash; did you mean --waves?', ['matmul', '-wave=x.vcd']],
  ['-zzzz has one dash; flags have two; see systole matmul --help', ['matmul', '-zzzz']],
  ['unknown argument: -r; see systole matmul --help', ['matmul', '-r', '4']],
  ['unknown argument: --no-rows; see systole matmul --help', ['matmul', '--no-rows']],
  ['unknown argument: --busBytes; did you mean --bus-bytes?', ['matmul', '--busBytes', '8']],
  ['unknown argument: more; see systole matmul --help', ['matmul', 'more']],
  ['--out is C.csv, and .csv is no format that it can be written in; end it with .npy', ['matmul', '--out', 'C.csv']],
  [
    '--waves is run.txt, and .txt is no format that it can be written in; end it with .vcd or .fst',
    ['matmul', '--waves', 'run.txt'],
  ],
  [
    '--waves is run.vcd.gz, and .gz is no format that it can be written in; end it with .vcd or .fst',
    ['replay', 'case.json', '--waves', 'run.vcd.gz'],
  ],
  [
    'case.json is not a NumPy .npy file; only .npy files of int8 or uint8 can be read: write it with numpy.save',
    from('case.json', 'B.npy'),
  ],
  ['there is no argument --rows 4; see systole matmul --help', ['matmul', '--', '--rows', '4']],
  ['--rows has no value; write it after the flag', ['matmul', '--rows']],
  ['--rows has no value; write it after the flag', ['matmul', '--rows', '--cols', '4']],
  ['--rows has no value; write it after the flag', ['matmul', '--rows=']],
  ['--rows is given 2 times; give it once', ['matmul', '--rows', '4', '--rows', '5']],
  ['--rows is 0; give a whole number from 1 to 256 (rows of the matrix engine)', ['info', '--rows', '0']],
  ['--rows is 1.5; give a whole number from 1 to 256 (rows of the matrix engine)', ['matmul', '--rows', '1.5']],
  ['--rows is -3; give a whole number from 1 to 256 (rows of the matrix engine)', ['matmul', '--rows', '-3']],
  ['--rows is 1e1; give a whole number from 1 to 256 (rows of the matrix engine)', ['matmul', '--rows', '1e1']],
  ['--rows is 0x10; give a whole number from 1 to 256 (rows of the matrix engine)', ['matmul', '--rows', '0x10']],
  ['--bus-bytes is 12; give a power of two from 4 to 64 (bytes of an AXI beat)', ['matmul', '--bus-bytes', '12']],
  [
    '--seed is 12345678901234567890; give a whole number from 0 to 4294967295 (chooses random operands and stalls)',
    ['matmul', '--seed', '12345678901234567890'],
  ],
  ['--engine is verilator; give one of reference, wasm', ['matmul', '--engine', 'verilator']],
  ['--dataflow is rs; give one of ws, os, is, best', ['matmul', '--dataflow', 'rs']],
  ['--preset is tpu; give one of tiny, edge, gemmini, tesla-fsd, tpu-v3', ['matmul', '--preset', 'tpu']],
  [
    '--accumulator-bytes is 256, which is 0 lines of 1024 bytes; give it at least 4096',
    ['matmul', '--cols', '256', '--accumulator-bytes', '256'],
  ],
  [
    'a product of 16777216 × 16777216 × 1 takes 281475060596736 bytes, more than the 2147483648 of DRAM; make --m, --k or --n smaller',
    ['matmul', '--m', '16777216', '--k', '16777216', '--n', '1'],
  ],
  ['--a is given without --b; give both files, or neither for random operands', ['matmul', '--a', 'A.npy']],
  ['--b is given without --a; give both files, or neither for random operands', ['matmul', '--b', 'B.npy']],
  [
    '--m is 7 where the files have 2; leave --m out: the files say how large they are',
    from('A.npy', 'B.npy', '--m', '7'),
  ],
  ['cannot read none.npy: no such file or directory; check the path', from('none.npy', 'B.npy')],
  ['cannot read closed: it is a directory; name a file in it', from('A.npy', 'closed')],
  [
    'A.npy (2 × 3) and A.npy (2 × 3) cannot be multiplied; A needs as many columns as B has rows',
    from('A.npy', 'A.npy'),
  ],
  [
    'float.npy holds float64 elements; the NPU multiplies int8 or uint8: quantise it, as numpy.clip(numpy.round(x / scale) + zero, -128, 127).astype("int8")',
    from('float.npy', 'B.npy'),
  ],
  [
    'short.npy has 5 bytes of data where its 2 × 3 elements take 6; it is cut short: write it again with numpy.save',
    from('short.npy', 'B.npy'),
  ],
  [
    'cannot write none/C.npy: its directory does not exist; create it or choose another path',
    ['matmul', '--out', 'none/C.npy'],
  ],
  ['cannot write closed: it is a directory; name a file in it', ['matmul', '--out', 'closed']],
  [
    'cannot write A.npy/C.npy: a part of the path is a file, not a directory; check the path',
    ['matmul', '--out', 'A.npy/C.npy'],
  ],
  [
    '--waves x is what --out writes, and would destroy it; give --waves a file of its own',
    ['matmul', '--out', 'x', '--waves', 'x'],
  ],
  [
    '--waves ./X is what --out writes, and would destroy it; give --waves a file of its own',
    ['matmul', '--out', 'x', '--waves', './X'],
  ],
  [
    '--out A.npy is what --a reads, and would destroy it; give --out a file of its own',
    from('A.npy', 'B.npy', '--out', 'A.npy'),
  ],
  [
    '--out closed/../B.npy is what --b reads, and would destroy it; give --out a file of its own',
    from('A.npy', 'B.npy', '--out', 'closed/../B.npy'),
  ],
  [
    '--out soft.npy is what --a reads, and would destroy it; give --out a file of its own',
    from('A.npy', 'B.npy', '--out', 'soft.npy'),
  ],
  [
    '--out hard.npy is what --b reads, and would destroy it; give --out a file of its own',
    from('A.npy', 'B.npy', '--out', 'hard.npy'),
  ],
  [
    '--waves wave is what --a reads, and would destroy it; give --waves a file of its own',
    from('wave', 'B.npy', '--waves', 'wave'),
  ],
  [
    '--waves ./wave is what FILE reads, and would destroy it; give --waves a file of its own',
    ['replay', 'wave', '--waves', './wave'],
  ],
  ['--out is -, and the report goes to stdout; name a file, ./- for one called so', ['matmul', '--out', '-']],
  ['--waves is -, and the report goes to stdout; name a file, ./- for one called so', ['matmul', '--waves', '-']],
  ['--a and --b are both stdin; name a file for one of them', from('-', '-')],
  ['cannot read none.json: no such file or directory; check the path', ['replay', 'none.json']],
  ['cannot read closed: it is a directory; name a file in it', ['replay', 'closed']],
  ['the name of a file is empty; give the path of one', ['replay', '']],
  ['the name of a file is empty; give the path of one', ['compare', 'a.json', '']],
  ['stdin is given more than once; name a file for each of the others', ['compare', '-', 'a.json', '-']],
  ['cannot read waves from -: no such file or directory; check the path', ['wave', '--diff', '-', 'a.vcd']],
  ['there is no argument -; see systole matmul --help', ['matmul', '--', '-']],
  [
    'there is no command -; the commands are matmul, run, compile, sweep, report, compare, info, replay, verilog, synth, test, wave',
    ['-'],
  ],
  ['A.npy is a file; name a folder', ['verilog', '--out', 'A.npy']],
  [
    'cannot write A.npy/rtl: a part of the path is a file, not a directory; check the path',
    ['verilog', '--out', 'A.npy/rtl'],
  ],
  [
    'the folder source has files that systole did not write (a.ts, b.ts, c.ts and 1 more); name another folder, or give --force to write among them',
    ['verilog', '--out', 'source'],
  ],
  [
    'cannot write waves to none/run.vcd: its directory does not exist; create it or choose another path',
    [...small, '--out', 'C.npy', '--waves', 'none/run.vcd'],
  ],
  ['--waves-last is given without --waves; name the file with --waves FILE.vcd', ['matmul', '--waves-last', '5']],
  [
    '--waves-last is given with --waves-start or --waves-end; choose the last cycles or a stretch',
    ['matmul', '--waves', 'run.vcd', '--waves-last', '5', '--waves-start', '0'],
  ],
  [
    '--waves-end 5 is not after --waves-start 5; make the end larger',
    ['matmul', '--waves', 'run.vcd', '--waves-start', '5', '--waves-end', '5'],
  ],
  [
    'case.json is not a case: parameters is missing; give the file that a failed property wrote',
    ['replay', 'case.json'],
  ],
])('%s', async (line, args) => {
  expect(await run(...args)).toEqual({ status: 2, stdout: '', stderr: `systole: ${line}\n` });
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' })).toEqual(before);
});

it('a scope that the design does not have', async () => {
  const { status, stderr } = await run(...small, '--waves', 'run.vcd', '--waves-scope', 'system.nqu');
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(
      /^systole: --waves-scope: .*nearest names are.*; systole info shows the hierarchy\n$/,
    ),
  });
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' })).toEqual(before);
});

it('waves that start after the end', async () => {
  const { status, stderr } = await run(...small, '--waves', 'run.vcd', '--waves-start', '999999');
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(
      /^systole: no waves written to run\.vcd: the run ended in cycle \d+, before cycle 999999 where they should start\n$/,
    ),
  });
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' })).toEqual(before);
});

// Root may write anywhere.
it.skipIf(process.getuid?.() === 0)('a folder that is closed', async () => {
  expect(await run('matmul', '--out', 'closed/C.npy')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'systole: cannot write closed/C.npy: permission denied; choose another path or change the permissions\n',
  });
});
