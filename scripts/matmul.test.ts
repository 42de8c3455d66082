import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { firstDifference } from './matmul.ts';
import { npyFile as npyOf, readNpyArray, readNpyWords } from './npy.ts';
import { commandLine, npyFile } from './testing-command-line.ts';

const { folder, here, run, runWith, remove } = commandLine();
afterAll(remove);
const inFolder = (name: string): string => join(folder, name);

describe('systole matmul', () => {
  it('chooses the dataflow that takes the fewest cycles', async () => {
    const product = ['matmul', '--rows', '4', '--cols', '8', '--m', '37', '--k', '64', '--n', '20', '--json'];
    const taken = async (dataflow: string) => {
      const { stdout } = await here(...product, '--dataflow', dataflow);
      const [, own = ''] = /"dataflow":"(\w+)"/.exec(stdout) ?? [];
      const [, cycles = ''] = /"cycles":(\d+)/.exec(stdout) ?? [];
      return { dataflow: own, cycles: Number(cycles) };
    };
    const [best, ...all] = [await taken('best'), await taken('ws'), await taken('os'), await taken('is')];
    expect(all).toContainEqual(best);
    expect(best.cycles).toBe(Math.min(...all.map(({ cycles }) => cycles)));
    expect(new Set(all.map(({ cycles }) => cycles)).size).toBeGreaterThan(1);
    expect(await here(...product, '--dataflow', 'best', '--tile', '4,4,8')).toMatchObject({
      status: 2,
      stderr: 'systole: --tile is given with --dataflow best; a tile is one of a dataflow: give that\n',
    });
  });

  it.each([
    ['3', '5', 'ws'],
    ['1', '1', 'os'],
    ['1', '16', 'ws'],
    ['7', '13', 'os'],
    ['7', '13', 'is'],
  ] as const)('multiplies on an array of %s × %s, %s', async (rows, cols, dataflow) => {
    const { status, stdout, stderr } = await here(
      'matmul',
      '--rows',
      rows,
      '--cols',
      cols,
      '--dataflow',
      dataflow,
      '--m',
      '5',
      '--k',
      '9',
      '--n',
      '14',
      '--seed',
      '4294967295',
      '--json',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const printed: unknown = JSON.parse(stdout);
    const number: unknown = expect.any(Number);
    expect(printed).toMatchObject({
      version: 1,
      parameters: { rows: Number(rows), cols: Number(cols), busBytes: 16, latency: 2, stall: 0, preset: null },
      status: 'equal',
      match: true,
      wrapped: false,
      cycles: number,
      macs: 5 * 9 * 14,
      utilisation: number,
      arrayCycles: number,
      bytesRead: number,
      bytesWritten: number,
      rows: Number(rows),
      cols: Number(cols),
      dataflow,
      m: 5,
      k: 9,
      n: 14,
      seed: 4294967295,
      engine: 'wasm',
      seconds: number,
      cyclesPerSecond: number,
    });
    const { utilisation, arrayCycles, macs } = printed as Record<'utilisation' | 'arrayCycles' | 'macs', number>;
    expect(utilisation).toBeCloseTo(macs / (arrayCycles * Number(rows) * Number(cols)), 12);
  });

  it('multiplies matrices from files into a file, int8 by uint8, in either order of elements', async () => {
    const [m, k, n] = [100, 70, 33];
    const a = Int8Array.from({ length: m * k }, (_, i) => (i * 73 + (i >> 5)) % 256);
    const b = Uint8Array.from({ length: k * n }, (_, i) => i * 31 + (i >> 3));
    const byColumns = Uint8Array.from({ length: k * n }, (_, i) => b[(i % k) * n + Math.floor(i / k)] ?? 0);
    writeFileSync(inFolder('A.npy'), npyFile("'|i1'", `(${m}, ${k})`, new Uint8Array(a.buffer)));
    writeFileSync(inFolder('B.npy'), npyFile("'|u1'", `(${k}, ${n})`, byColumns, { fortran: true, version: 2 }));
    const { status, stdout, stderr } = await here(
      'matmul',
      '--rows',
      '5',
      '--cols',
      '3',
      '--a',
      'A.npy',
      '--b',
      'B.npy',
      '--k',
      '70',
      '--out',
      'C.npy',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('equal to the reference, element by element');

    const c = readFileSync(inFolder('C.npy'));
    expect(c.toString('latin1', 10, 128).trim()).toBe("{'descr': '<i4', 'fortran_order': False, 'shape': (100, 33), }");
    const found = Array.from({ length: m * n }, (_, i) => c.readInt32LE(128 + 4 * i));
    const product = Array.from({ length: m * n }, (_, i) =>
      Array.from({ length: k }, (__, x) => (a[Math.floor(i / n) * k + x] ?? 0) * (b[x * n + (i % n)] ?? 0)).reduce(
        (x, y) => x + y,
      ),
    );
    expect(found).toEqual(product);
    expect(c.length).toBe(128 + 4 * m * n);
  });

  it.each(['A', 'B'])('reads %s from stdin', (operand) => {
    writeFileSync(inFolder('stdin.npy'), npyFile("'|i1'", '(1, 1)', Uint8Array.of(7)));
    writeFileSync(inFolder('other.npy'), npyFile("'|i1'", '(1, 1)', Uint8Array.of(6)));
    const files = operand === 'A' ? ['--a', '-', '--b', 'other.npy'] : ['--a', 'other.npy', '--b', '-'];
    const { status, stdout, stderr } = runWith(
      { stdin: 'stdin.npy' },
      'matmul',
      '--rows',
      '1',
      '--cols',
      '1',
      ...files,
      '--out',
      'product.npy',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(operand === 'A' ? 'stdin · other.npy' : 'other.npy · stdin');
    expect(readFileSync(inFolder('product.npy')).readInt32LE(128)).toBe(42);
  });

  it('reads no matrix from an empty stdin', () => {
    expect(runWith({ stdin: '/dev/null' }, 'matmul', '--a', '-', '--b', 'other.npy')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^systole: stdin is not a NumPy .npy file; [^\n]+\n$/),
    });
  });

  it('keeps files that the shell reads and writes', () => {
    const size = ['matmul', '--rows', '1', '--cols', '1'];
    const destroys = (use: string): object => ({
      status: 2,
      stderr: `systole: --out stdin.npy is ${use}, and would destroy it; give --out a file of its own\n`,
    });
    const before = readFileSync(inFolder('stdin.npy'));
    expect(
      runWith({ stdin: 'stdin.npy' }, ...size, '--a', '-', '--b', 'other.npy', '--out', 'stdin.npy'),
    ).toMatchObject(destroys('what --a reads'));
    expect(readFileSync(inFolder('stdin.npy'))).toEqual(before);
    expect(runWith({ stdout: 'stdin.npy' }, ...size, '--out', 'stdin.npy')).toMatchObject(
      destroys('where stdout goes'),
    );
  });

  it('reports what ran, and writes waves with a view that the last line opens', () => {
    mkdirSync(inFolder('waves'));
    const { status, stdout, stderr } = run(
      'matmul',
      '--preset',
      'tiny',
      '--rows',
      '3',
      '--m',
      '4',
      '--k',
      '5',
      '--n',
      '6',
      '--seed',
      '7',
      '--latency',
      '9',
      '--stall',
      '20',
      '--waves',
      'waves/run.vcd',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.replaceAll(/[\d,.]+ s\b|[\d,.]+ cycles\/s|[\d.]+ [kM]B/g, '#')).toMatchInlineSnapshot(`
      "C[4 × 6] = A[4 × 5] · B[5 × 6]
        operands     random int8, seed 7
        matrix       systolic array of 3 × 4 processing elements
        scratchpad   16 KiB: 6 banks of 341 lines of 8 bytes
        accumulator  4 KiB: 256 lines of 4 sums of 32 bits
        bus          AXI4, 8 bytes a beat, bursts of up to 16 beats, 64 in flight each way
        commands     4 can wait for each unit
        memory       9 cycles of latency, each channel stalls in 20 of 256 cycles, seed 7
        dataflow     weight-stationary
        tiles        1 tile of at most 4 × 5 × 6 (m × k × n), 6 commands

        cycles     117: cycles in which a command was queued, running or being fetched
        MACs       120
        array      41.7 % of 12 multipliers in use over the 24 cycles with operands in the array
        overall    8.5 % over all 117 cycles
        busy       load 36, store 26, matrix 31, vector 0 cycles
        bound      load-bound, 9.75 × the least: multiplies 10, bus 12 cycles; reads are 8.8 × the operands
        read       440 bytes in 55 beats, commands included
        written    96 bytes in 12 beats
        simulated  160 cycles in #, # (wasm engine, built in #)
        result     equal to the reference, element by element
        waves      waves/run.vcd, #, a cycle is 2 ns; open it with gtkwave waves/run.vcd waves/run.gtkw
      "
    `);
    expect(readdirSync(inFolder('waves'))).toEqual(expect.arrayContaining(['run.gtkw', 'run.vcd']));
    expect(readdirSync(inFolder('waves')).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('counts the same cycles on the reference engine', async () => {
    const size = ['--rows', '2', '--cols', '3', '--m', '4', '--k', '5', '--n', '6', '--seed', '1', '--stall', '60'];
    const inEngine = async (engine: string): Promise<unknown> =>
      JSON.parse((await here('matmul', ...size, '--engine', engine, '--json')).stdout);
    const varying = { engine: '', seconds: 0, cyclesPerSecond: 0 };
    const [reference, wasm] = [await inEngine('reference'), await inEngine('wasm')];
    expect({ ...Object(reference), ...varying }).toEqual({ ...Object(wasm), ...varying });
  });

  it('runs a stored case again', async () => {
    const stored = {
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
      requantise: null,
      memory: { latency: 9, stall: 40, seed: 3 },
    };
    writeFileSync(inFolder('case.json'), JSON.stringify(stored));
    const { status, stdout } = await here('replay', 'case.json', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ match: true, rows: 2, cols: 3, m: 2, k: 2, n: 1, seed: 3 });
  });
});

describe('systole matmul --explain', () => {
  const given = ['matmul', '--rows', '4', '--cols', '4', '--m', '40', '--k', '5', '--n', '30', '--tile', '4,5,4'];

  it('lists the jobs of the matrix engine, of many the first and the last', async () => {
    const { status, stdout } = await here(...given, '--explain');
    expect(status).toBe(0);
    const lines = stdout.slice(stdout.indexOf('Jobs of the matrix engine')).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 1 + 12 + 1 + 12);
    expect(lines[2]).toMatch(/^ +0–3 +0–4 +0–3 +5 +\d+–\d+ +\d+–\d+ +\d+$/);
    expect(lines[14]).toMatch(/^ {2}… \d+ jobs more, which --json has$/);
  });

  it('gives all of them to programs', async () => {
    const { stdout } = await here(...given, '--explain', '--json');
    const parsed: unknown = JSON.parse(stdout);
    expect(parsed).toMatchObject({ match: true, tileTimes: expect.arrayContaining([expect.anything()]) });
    const plain: unknown = JSON.parse((await here(...given, '--json')).stdout);
    expect(plain).not.toHaveProperty('tileTimes');
  });
});

describe('firstDifference', () => {
  const expected = Int32Array.of(1, 2, 3, 4, 5, 6);
  it('is null where results agree', () => {
    expect(firstDifference(expected.slice(), expected, 3)).toBeNull();
  });
  it('names the first element and counts all', () => {
    expect(firstDifference(Int32Array.of(1, 2, 3, 4, 9, 9), expected, 3)).toEqual({
      row: 1,
      column: 1,
      text: 'C[1][1] is 9, not 5; 2 of 6 elements differ',
    });
  });
});

describe('a bias and 8-bit results', () => {
  const words = (shape: readonly number[], values: readonly number[]): Uint8Array =>
    npyOf(new Uint8Array(Int32Array.from(values).buffer), 'int32', shape);
  const given = ['matmul', '--rows', '4', '--cols', '4', '--m', '3', '--k', '5', '--n', '6', '--seed', '7'];

  it.each([
    ['a bias for every row', [6], 6],
    ['a bias for each element', [3, 6], 18],
  ] as const)('%s, and int8 out', async (_, shape, length) => {
    const bias = Array.from({ length }, (__, i) => i * 100 - 500);
    writeFileSync(inFolder('bias.npy'), words(shape, bias));
    const scale = ['--requantise', '1583594044,-6,3,-100,90'];
    const ran = await here(...given, '--bias', 'bias.npy', ...scale, '--out', 'c.npy', '--json');
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    const sums = await here(...given, '--bias', 'bias.npy', '--out', 'sums.npy', '--json');
    expect(sums).toMatchObject({ status: 0, stderr: '' });
    const { data } = readNpyWords(readFileSync(inFolder('sums.npy')), 'sums.npy');
    const expected = [...data].map((sum) => {
      const scaled = (sum * 1583594044) / 2 ** 37;
      return Math.min(90, Math.max(-100, Math.round(scaled) + 3));
    });
    const made = readNpyArray(readFileSync(inFolder('c.npy')), 'c.npy');
    expect(made.shape).toEqual([3, 6]);
    // Two roundings one after the other may be off by one.
    [...made.data].forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThanOrEqual(1));
  });

  it.each([
    ['float', (sum: number) => Math.fround(sum * Math.fround(0.0123)), (low: number) => low % 2 !== 0],
    ['even', (sum: number) => sum * 0.0123, (low: number) => low % 2 !== 0],
    ['up', (sum: number) => sum * 0.0123, () => true],
    ['away', (sum: number) => sum * 0.0123, (low: number) => low >= 0],
    ['down', (sum: number) => Math.floor(sum * 0.0123), () => false],
  ] as const)('a real factor, rounded as --rounding %s says', async (rounding, times, tieIsUp) => {
    const size = ['matmul', '--rows', '4', '--cols', '4', '--m', '9', '--k', '5', '--n', '6', '--seed', '7'];
    const ran = await here(...size, '--requantise', '0.0123,3', '--rounding', rounding, '--out', 'c.npy');
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    await here(...size, '--out', 'sums.npy');
    const { data } = readNpyWords(readFileSync(inFolder('sums.npy')), 'sums.npy');
    const expected = [...data].map((sum) => {
      const low = Math.floor(times(sum));
      const rest = times(sum) - low;
      const rounded = rest > 0.5 || (rest === 0.5 && tieIsUp(low)) ? low + 1 : low;
      return Math.min(127, Math.max(-128, rounded + 3));
    });
    expect([...readNpyArray(readFileSync(inFolder('c.npy')), 'c.npy').data]).toEqual(expected);
  });

  it.each<[readonly string[], RegExp]>([
    [['--requantise', '1'], /^systole: --requantise is 1; give two numbers, FACTOR,ZERO, with a factor from 0 to /],
    [['--requantise', '0.5,1,2'], /^systole: --requantise is 0\.5,1,2; give two numbers, FACTOR,ZERO, .* three whole/],
    [['--requantise', '2e9,0'], /^systole: --requantise is 2e9,0; /],
    [['--requantise', '0x3,0'], /^systole: --requantise is 0x3,0; /],
    [['--requantise', '.5,0', '--rounding', 'half'], /^systole: --rounding is half; give one of double, up, away, /],
    [['--rounding', 'up'], /^systole: --rounding is up without --requantise; give both, or neither$/],
    [['--requantise', '1,-90,0'], /^systole: shift of --requantise is -90; give a whole number from -31 to 31$/],
    [['--bias', 'short.npy'], /^systole: short\.npy is 4; give 3 × 6, or 6 for every row$/],
    [['--bias', 'c.npy'], /^systole: c\.npy holds int8 elements; give int32: /],
  ])('%j is told in one line', async (flags, line) => {
    writeFileSync(inFolder('short.npy'), words([4], [1, 2, 3, 4]));
    const { status, stdout, stderr } = await here(...given, ...flags);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.trim()).toMatch(line);
  });
});
