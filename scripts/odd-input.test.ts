/** Whatever stands on a command line or in a case is answered in one line, with 0 or 2, and leaves nothing behind. */
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { npyFile, runHere, type Outcome } from './testing-command-line.ts';
import { drawSeed, runsOf, slow } from '../hdl/testing-runs.ts';

/** Command lines drawn; SYSTOLE_RUNS asks for more. */
const RUNS = runsOf({ few: 15, all: 60 });

const folder = mkdtempSync(join(tmpdir(), 'systole-odd-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  for (const name of ['A.npy', 'B.npy'])
    writeFileSync(join(folder, name), npyFile("'|i1'", '(2, 2)', new Uint8Array(4)));
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'folder', 'file'), '');
});

/** No value lets a run take long: what is small enough to be a size is small. */
const values = [
  '',
  ' ',
  '0',
  '1',
  '2',
  '5',
  '16',
  '-1',
  '-0',
  '+4',
  '00',
  '007',
  '1e3',
  '0x10',
  '1.5',
  '4,5',
  '1_000',
  'NaN',
  'Infinity',
  '-Infinity',
  '9'.repeat(30),
  '٣',
  '４',
  ' 4',
  '4 ',
  '4\n',
  '\t',
  'true',
  'null',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  'ws',
  'os',
  'is',
  'WS',
  'wasm',
  'reference',
  'tiny',
  'edge',
  'folder',
  '.',
  '..',
  '/',
  './',
  'none',
  'none/x',
  'A.npy',
  'B.npy',
  'A.npy/x',
  'folder/x.npy',
  'new.npy',
  'new.vcd',
  'ü ß.vcd',
  'x.vcd.gz',
  '.vcd',
  '.npy',
  '~',
  '*',
  '$HOME',
  '%s',
  '%s; %s',
  'a\nb.vcd',
  `${'x'.repeat(300)}.npy`,
  '/dev/null',
  '/dev/null/x',
  '/proc/self/x',
  '💥',
  '\ud800',
  '--',
  '---',
  '-x',
  '--rows',
  '--rows=3',
  '--no-rows',
  '--a.b',
  '=',
  '-rows',
];
const flags = [
  'rows',
  'cols',
  'bus-bytes',
  'scratchpad-bytes',
  'scratchpad-banks',
  'accumulator-bytes',
  'max-burst',
  'outstanding',
  'queue-depth',
  'matrix',
  'preset',
  'm',
  'k',
  'n',
  'a',
  'b',
  'seed',
  'out',
  'dataflow',
  'latency',
  'stall',
  'engine',
  'json',
  'waves',
  'waves-start',
  'waves-end',
  'waves-last',
  'waves-scope',
  'waves-depth',
  'system',
  'force',
  'liberty',
  'version',
  'help',
  '',
  'row',
  'busBytes',
  '__proto__',
  'constructor',
  '_',
  '$0',
];
const value = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...values) },
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\0', '')),
);
const flag = fc
  .tuple(fc.constantFrom(...flags), value, fc.constantFrom(' ', '=', 'alone'))
  .map(([name, given, how]): readonly string[] =>
    how === 'alone' ? [`--${name}`] : how === '=' ? [`--${name}=${given}`] : [`--${name}`, given],
  );
const small: readonly string[] = ['rows', 'cols', 'm', 'k', 'n'].flatMap((name) => [`--${name}`, '2']);
const command = fc.constantFrom<readonly string[]>(
  ['matmul'],
  ['matmul', ...small],
  ['matmul', ...small],
  ['matmul', '--preset', 'tiny', '--a', 'A.npy', '--b', 'B.npy'],
  ['info'],
  ['info', '--preset', 'tiny'],
  ['verilog', '--rows', '2', '--cols', '2'],
  ['verilog', '--system', ...small],
  ['replay'],
  ['replay', 'none.json'],
  ['synth', '--liberty', 'none.lib'],
  [],
);
const line = fc
  .tuple(command, fc.array(flag, { maxLength: 3 }), fc.option(value))
  .map(([start, more, argument]) => [...start, ...more.flat(), ...(argument === null ? [] : [argument])])
  // Sizes that are not given are large, and nobody types here.
  .filter((args) => !args.includes('-') && !args.some((arg) => arg.endsWith('=-')));

const listed = (): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();

function answered(outcome: Outcome, before: readonly string[]): void {
  const { status, stdout, stderr } = outcome;
  expect(outcome).toMatchObject({
    status: expect.toSatisfy((code: unknown) => code === 0 || code === 2, 'done, or bad input'),
  });
  if (status === 0) {
    expect(stderr).toBe('');
    return;
  }
  expect(stderr).toMatch(/^systole: [^\n]*; [^\n]*\n$/);
  expect(stderr).not.toMatch(/undefined|\[object |\bat .*:\d+:\d+|Error:/);
  expect(stdout).toBe('');
  expect(listed()).toEqual(before);
}

it('any command line', async () => {
  await fc.assert(
    fc.asyncProperty(line, async (args) => {
      const before = listed();
      answered(await runHere(folder, args), before);
      // What it wrote is not to be in the way of the next, or among what that finds.
      for (const name of readdirSync(folder))
        if (!before.includes(name)) rmSync(join(folder, name), { recursive: true });
    }),
    { numRuns: RUNS },
  );
});

const good = {
  parameters: { rows: 2, cols: 3 },
  dataflow: 'os',
  m: 2,
  k: 2,
  n: 1,
  a: [1, 2, 3, 4],
  b: [5, 6],
  aUnsigned: false,
  bUnsigned: true,
  aZero: 1,
  bZero: 0,
  bias: [7, 8],
  requantise: { multiplier: [1 << 30], shift: [-1], zero: 0, low: -128, high: 127 },
  memory: { latency: 9, stall: 40, seed: 3 },
};

/** The texts of cases with one part, however deep, replaced by `odd`, or left out. */
function* spoilt(whole: unknown, odd: unknown): Generator<unknown> {
  yield odd;
  if (typeof whole !== 'object' || whole === null) return;
  for (const [name, part] of Object.entries(whole)) {
    for (const other of spoilt(part, odd)) {
      yield Array.isArray(whole)
        ? whole.map((one: unknown, i) => (String(i) === name ? other : one))
        : { ...whole, [name]: other };
    }
  }
}

/** The slow suite puts every one of them in every place; else each place takes some, other ones for each seed. */
const odds = [undefined, null, true, '', 0, 1.5, 1e99, 2 ** 24, 128, [], {}];
let turn = Math.abs(drawSeed) % odds.length;

it.each(odds)('any case with %j in the place of a part', async (odd) => {
  for (const one of [...spoilt(good, odd)].filter(() => slow || turn++ % 4 === 0)) {
    writeFileSync(join(folder, 'case.json'), one === undefined ? '' : JSON.stringify(one));
    const before = listed();
    answered(await runHere(folder, ['replay', 'case.json']), before);
  }
});
