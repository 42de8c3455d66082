import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPoint, toldOf, type Line, type Point } from '../../testbench/sweep/point.ts';
import { runHere } from '../testing-command-line.ts';
import { quickPoint } from '../testing-point.ts';
import type { ComparisonJson } from './json.ts';
import { changeOf, compare } from './peers.ts';
import type { Plain, Run } from './runs.ts';

const lostLine = (own: Point, index: number, status: 'hung' | 'refused', error: string): Line => ({
  ...toldOf(own),
  status,
  error,
  point: index,
  layer: own.layer,
});
/** So small that it is one part, whatever the latency. */
const smallPoint: typeof quickPoint = (own) => quickPoint({ n: 2, ...own });
const folder = mkdtempSync(join(tmpdir(), 'systole-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

const save = (name: string, ...lines: readonly Line[]): void =>
  writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
const said = async (...files: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await runHere(folder, ['compare', ...files]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
};
const json = async (...files: readonly string[]): Promise<ComparisonJson> => JSON.parse(await said(...files, '--json'));

/** Runs at a latency, with wall times that do not change from day to day. */
const runs = (latency: number, ...sizes: readonly number[]): readonly Line[] =>
  sizes.map((m, i) => ({
    ...runPoint(smallPoint({ m, latency }), i),
    seconds: 1,
    cyclesPerSecond: 1,
  }));
const refused = lostLine(smallPoint({ m: 999, latency: 40 }), 9, 'refused', 'm is 999; too many\nmore');

beforeAll(() => {
  save('fast.json', ...runs(2, 2));
  save('slow.json', ...runs(40, 2));
  save('fast.jsonl', ...runs(2, 2, 3, 4));
  save('slow.jsonl', ...runs(40, 3, 4, 5), refused);
});

describe('systole compare', () => {
  it('says of single runs what was run otherwise, and what came of it', async () => {
    const text = await said('fast.json', 'slow.json');
    expect(text).toMatch(/what was run +fast\.json +slow\.json\n +latency +2 +40\n/);
    expect(text).toMatch(/\n +cycles +\d+ +\d+ +(× |\+)[\d.]+( %)?\n/);
    expect(text).toMatch(/\n +overall +[\d.]+ % +[\d.]+ % +−[\d.]+ points\n/);
    expect(text).not.toMatch(/rows|bytesRead|counters/);
    const same = await said('fast.json', 'fast.json');
    expect(same).toContain('What was run is the same.');
    expect(same).toMatch(/What came of it is the same\.\n$/);
    save('later.json', ...runs(2, 2).map((line) => ({ ...line, seconds: 2 })));
    expect(await said('fast.json', 'later.json')).toContain('What came of it is the same, but for the time it took.');
  });

  it('takes as many files as are given, and runs on several lines', async () => {
    writeFileSync(join(folder, 'laid-out.json'), JSON.stringify(runs(2, 2)[0], null, 2));
    const found = await json('fast.json', 'slow.json', 'laid-out.json');
    expect(found.differs).toEqual({ latency: [2, 40, 2] });
    const cycles = found.points[0]?.results['cycles'];
    expect(cycles?.values[2]).toBe(cycles?.values[0]);
    expect(cycles?.change).toEqual([Number(cycles?.values[1]) / Number(cycles?.values[0]) - 1, 0]);
  });

  it('matches the runs of sweeps by their parameters, and says what is only in one, and what failed', async () => {
    const text = await said('fast.jsonl', 'slow.jsonl');
    expect(text).toContain('2 runs of fast.jsonl and slow.jsonl belong together');
    expect(text).toMatch(/1 run only in fast\.jsonl:\n +m 2\n/);
    expect(text).toMatch(/2 runs only in slow\.jsonl:\n +m 5\n +m 999\n/);
    expect(text).not.toContain('What was run is the same');
    const { points } = await json('fast.jsonl', 'slow.jsonl');
    expect(points.map(({ at, status }) => [at['m'], ...status])).toEqual([
      [2, 'equal', null],
      [3, 'equal', 'equal'],
      [4, 'equal', 'equal'],
      [5, null, 'equal'],
      [999, null, 'refused'],
    ]);
  });

  it('tells failures of runs that belong together', async () => {
    save('good.json', ...runs(2, 2));
    save('bad.json', lostLine(smallPoint({ m: 2 }), 0, 'hung', 'no end\nof it'));
    const text = await said('good.json', 'bad.json');
    expect(text).toContain('bad.json: hung: no end\n');
    expect(text).not.toContain('What came of it is the same');
    const both = await said('bad.json', 'good.json', 'good.json');
    expect(both).toContain('What came of the others is the same.');
    save('good.jsonl', ...runs(2, 2, 3));
    save('bad.jsonl', lostLine(smallPoint({ m: 2 }), 0, 'hung', 'no end\nof it'), ...runs(2, 3));
    expect(await said('good.jsonl', 'bad.jsonl')).toContain('m 2: in bad.jsonl hung: no end\n');
  });

  it.each([
    ['nothing', '', 'x.json is empty'],
    ['words', 'hello\n', 'line 1 of x.json is no point of a sweep'],
    ['a number', '4\n', 'line 1 of x.json is no point of a sweep'],
    ['another object', '{"a":1}\n', 'x.json is no run'],
    ['a run of another version', '{"version":9,"status":"equal","parameters":{}}\n', 'x.json is of version 9'],
    ['a point of another version', '{"version":9,"point":0}\n{"version":1}\n', 'line 1 of x.json is of version 9'],
  ])('refuses %s in one line', async (_, text, message) => {
    writeFileSync(join(folder, 'x.json'), text);
    const { status, stderr } = await runHere(folder, ['compare', 'fast.json', 'x.json']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^systole: [^\n]*; [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  it('names the line of a sweep that is none, and wants two files', async () => {
    writeFileSync(join(folder, 'y.jsonl'), `${JSON.stringify(runs(2, 2)[0])}\n\nhello\n`);
    expect((await runHere(folder, ['compare', 'fast.json', 'y.jsonl'])).stderr).toContain(
      'line 3 of y.jsonl is no point',
    );
    expect((await runHere(folder, ['compare', 'fast.json'])).stderr).toContain(
      'there is one file to compare; give two or more',
    );
    expect((await runHere(folder, ['compare', 'fast.json', 'none.json'])).stderr).toContain('cannot read none.json');
  });
});

it('every run belongs to one group, whatever the files hold', () => {
  const setting = fc.record({ rows: fc.integer({ min: 1, max: 3 }), m: fc.integer({ min: 1, max: 3 }) });
  const file = fc.array(setting, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(file, { minLength: 2, maxLength: 4 }), (given) => {
      const files = given.map((points, i) => ({
        name: String(i),
        runs: points.map((one): Run => {
          const results = new Map<string, Plain>([['cycles', one.rows * one.m]]);
          return { status: 'equal', error: null, setting: new Map(Object.entries(one)), results };
        }),
      }));
      const { peers, differs } = compare(files);
      files.forEach(({ runs: mine }, i) => {
        const matched = peers.flatMap(({ runs: each }) => each[i] ?? []);
        expect(new Set(matched)).toEqual(new Set(mine));
        expect(matched.length).toBe(mine.length);
      });
      for (const { runs: each } of peers)
        for (const name of ['rows', 'm'])
          if (!differs.has(name)) expect(new Set(each.flatMap((run) => run?.setting.get(name) ?? [])).size).toBe(1);
    }),
  );
});

it('a change is a part of what was before, where there is one', () => {
  expect([changeOf(4, 5), changeOf(4, 4), changeOf(0, 0), changeOf(0, 1), changeOf('a', 1)]).toEqual([
    0.25,
    0,
    0,
    null,
    null,
  ]);
});
