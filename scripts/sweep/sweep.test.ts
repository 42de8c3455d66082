import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { candidatesOf, paretoFront, type Candidate } from '../../testbench/sweep/front.ts';
import { pointsOf, planOf, chunksOf } from '../../testbench/sweep/plan.ts';
import { runPoint, toldOf, type Line, type Point } from '../../testbench/sweep/point.ts';
import { Store } from '../../testbench/sweep/store.ts';
import { quickPoint } from '../testing-point.ts';
import { csvOf } from './csv.ts';
import { numberListFlag } from './lists.ts';
import { pointsFrom } from './points.ts';
import { startSweepProgress } from './progress.ts';
import { shapesOf } from './shapes.ts';

describe('lists', () => {
  const { coerce } = numberListFlag('rows', { least: 1, most: 256 }, { describe: 'rows' });
  it('are values, ranges and ranges with steps, each value once', () => {
    expect(coerce('4')).toEqual([4]);
    expect(coerce('4, 8,4')).toEqual([4, 8]);
    expect(coerce('1..3,8..20:4,9')).toEqual([1, 2, 3, 8, 12, 16, 20, 9]);
  });
  it.each(['', '4,', 'x', '0', '257', '8..4', '1..9:0', '1e2', '-1', '4-8'])('refuse %s', (given) => {
    expect(() => coerce(given)).toThrow(/^--rows has .*; (give whole numbers|write it after)/);
  });
  it('keep to powers of two where a parameter does', () => {
    const bus = numberListFlag('bus-bytes', { least: 4, most: 64, powerOfTwo: true }, { describe: 'bytes' });
    expect(bus.coerce('4,64')).toEqual([4, 64]);
    expect(() => bus.coerce('4..8')).toThrow('--bus-bytes has 5; give powers of two from 4 to 64');
  });
});

describe('shapes', () => {
  it('are products, as SCALE-Sim lists them', () => {
    expect(shapesOf('Layer Name, M, N, K,\na, 16, 17, 18,\nb,1,2,3,\n', 'gemm.csv')).toEqual([
      { layer: 'a', m: 16, n: 17, k: 18 },
      { layer: 'b', m: 1, n: 2, k: 3 },
    ]);
  });
  it('are convolutions as products', () => {
    const heading =
      'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,';
    // ResNet-18's first layer, on an input that is padded already: 112 × 112 pixels, 7 · 7 · 3 weights, 64 filters.
    expect(shapesOf(`${heading}\nConv1, 230, 230, 7, 7, 3, 64, 2,\n`, 'conv.csv')).toEqual([
      { layer: 'Conv1', m: 112 * 112, k: 147, n: 64 },
    ]);
    expect(() => shapesOf(`${heading}\nConv1, 3, 3, 7, 7, 3, 64, 2,\n`, 'conv.csv')).toThrow('a filter larger than');
  });
  it('name the line that is none', () => {
    expect(() => shapesOf('M,N,K\n1,2,3\n4,x,6\n', 'a.csv')).toThrow('line 3 of a.csv has x for n');
    expect(() => shapesOf('a,b\n1,2\n', 'a.csv')).toThrow('a.csv has no columns M, K and N');
  });
});

describe('a plan', () => {
  it('has every point once, those of one NPU together, in chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ rows: fc.integer({ min: 1, max: 3 }), m: fc.integer({ min: 1, max: 9 }) }), {
          minLength: 1,
        }),
        fc.integer({ min: 1, max: 5 }),
        (given, chunk) => {
          const points = given.map(({ rows, m }) => quickPoint({ parameters: { rows }, m }));
          const plan = planOf(points, chunk);
          const key = ({ parameters, m }: Point): string => `${parameters.rows} ${m}`;
          expect(plan.points.map(key).toSorted()).toEqual(points.map(key).toSorted());
          const rows = plan.points.map(({ parameters }) => parameters.rows);
          expect(rows.filter((one, i) => one !== rows[i - 1]).length).toBe(new Set(rows).size);
          const all = Array.from({ length: chunksOf(plan) }, (_, number) => pointsOf(plan, number)).flat();
          expect(all.map(([index]) => index)).toEqual(plan.points.map((_, i) => i));
        },
      ),
    );
  });
  it('refuses none, and more than a million', () => {
    expect(() => planOf([], 1)).toThrow('there is no point to run');
    expect(() =>
      planOf(
        Array.from({ length: 1_000_001 }, () => quickPoint()),
        1,
      ),
    ).toThrow('1000001 points');
  });
});

describe('points from lines', () => {
  it('are those of a sweep’s own file', () => {
    const line = runPoint(quickPoint({ latency: 5, stall: 3, seed: 9 }), 0);
    const [again] = pointsFrom(JSON.stringify(line), 'a.jsonl');
    expect(again).toMatchObject({ m: 3, k: 4, n: 5, latency: 5, stall: 3, seed: 9, dataflow: 'ws' });
    expect(again?.parameters).toMatchObject({ rows: 2, cols: 2, busBytes: 16 });
    expect({ ...runPoint(again ?? quickPoint(), 0), seconds: 0, cyclesPerSecond: 0 }).toEqual({
      ...line,
      seconds: 0,
      cyclesPerSecond: 0,
    });
  });
  it.each([
    ['4', 'line 1 of a.jsonl is no JSON object'],
    ['{', 'line 1 of a.jsonl is no JSON object'],
    ['{"m":0}', 'm is 0; give a whole number from 1 on'],
    ['{"dataflow":"rs"}', 'dataflow is "rs"; give one of ws, os, is'],
    ['{"parameters":{"row":4}}', 'there is no parameter row'],
    ['{"parameters":{"rows":"4"}}', 'rows is "4"; give a whole number'],
  ])('refuse %s', (line, message) => {
    expect(() => pointsFrom(line, 'a.jsonl')).toThrow(message);
  });
});

it('what cannot be is a line that says so, and nothing is thrown', () => {
  expect(runPoint(quickPoint({ parameters: { rows: 999 } }), 7)).toMatchObject({
    status: 'refused',
    error: expect.stringContaining('rows is 999'),
    point: 7,
  });
});

it('the front is what no other beats', () => {
  const cost = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(fc.array(fc.record({ cycles: cost, multipliers: cost, memory: cost })), (costs) => {
      const all = costs.map((one): Candidate => ({ ...one, choice: {}, overall: 0, ratio: 1, products: 1 }));
      const front = paretoFront(all);
      for (const one of all) {
        const beaten = all.some(
          (other) =>
            other.cycles <= one.cycles &&
            other.multipliers <= one.multipliers &&
            other.memory <= one.memory &&
            other.cycles + other.multipliers + other.memory < one.cycles + one.multipliers + one.memory,
        );
        expect(front.includes(one)).toBe(!beaten);
      }
    }),
  );
});

it('NPUs are compared over the products that all of them ran', () => {
  const lines = [2, 3].flatMap((rows) =>
    [3, 6].map((m, i) => runPoint(quickPoint({ parameters: { rows, cols: 2 }, m }), i)),
  );
  const [best, other] = candidatesOf(lines);
  expect(best?.products).toBe(2);
  expect([best?.choice, other?.choice]).toEqual(expect.arrayContaining([{ rows: 2 }, { rows: 3 }]));
  expect(best?.cycles).toBeLessThanOrEqual(other?.cycles ?? 0);
  expect(candidatesOf(lines.slice(1)).length).toBe(1);
});

it('a table has a column for each field, and cells with commas in quotes', () => {
  const lost: Line = { ...toldOf(quickPoint()), point: 1, layer: 'a, "b"', status: 'error', error: 'x' };
  const [heading = '', row = ''] = csvOf([lost]).split('\n');
  expect(heading).toMatch(
    /^version,rows,cols,dataflow,m,k,n,seed,engine,parameters\.matrix,.*,parameters\.preset,point,layer,status,error$/,
  );
  expect(row).toMatch(/,1,"a, ""b""",error,x$/);
  expect(csvOf([runPoint(quickPoint(), 0)])).toMatch(/^status,match,.*parameters\.rows,.*bound\.ratio/);
});

it('progress is a bar and the time left', () => {
  const written: string[] = [];
  let now = 0;
  const progress = startSweepProgress(10, 2, { isTTY: true, write: (text) => written.push(text) }, () => now);
  now = 100;
  progress.next();
  now = 1000;
  progress.next();
  progress.end();
  expect(written).toEqual(['\r\x1b[K██████████░░░░░░░░░░░░░░ 4 of 10 points, 3 s left', '\r\x1b[K']);
});

describe('a sweep that is kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'systole-sweep-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('knows what is done, and refuses another plan', () => {
    const store = new Store(join(folder, 'a.jsonl'));
    expect(() => store.plan()).toThrow('there is no plan');
    const plan = planOf(
      [1, 2, 3].map((m) => quickPoint({ m })),
      2,
    );
    store.begin(plan);
    store.begin(plan);
    expect(store.missing(plan)).toEqual([0, 1]);
    store.finish(1, [runPoint(quickPoint({ m: 3 }), 2)]);
    expect(store.missing(plan)).toEqual([0]);
    expect(store.lines(plan).map(({ point: index }) => index)).toEqual([2]);
    expect(() => store.begin(planOf([quickPoint()], 2))).toThrow('holds another sweep');
    store.remove();
    expect(existsSync(store.folder)).toBe(false);
  });
});
