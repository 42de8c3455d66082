import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runHere } from '../testing-command-line.ts';
import { quickPoint } from '../testing-point.ts';
import { sumOf } from '../../testbench/timeline/timeline.ts';
import { runPoint, toldOf, type Line } from '../../testbench/sweep/point.ts';
import { keptIn } from '../kept.ts';
import { chartLibrary } from './assets.ts';
import { Points } from './client/points.ts';
import { unpacked } from './client/runs.ts';
import { html, json } from './html.ts';
import { sweepPage } from './sweep-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-page-'));
afterAll(() => rmSync(folder, { recursive: true }));
const here = async (...args: readonly string[]) => runHere(folder, args);

const hostile = `</script><script>alert(1)</script><img src=x onerror="alert('2')">&`;

describe('HTML', () => {
  it('takes whatever is put into it for text', () => {
    expect(html`<p title="${hostile}">${[hostile, null, 3]}</p>`.text).toBe(
      '<p title="&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;&amp;">' +
        '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;&amp;3</p>',
    );
  });
  it('holds data that cannot end their element', () => {
    expect(json({ hostile }).text).not.toContain('<');
    expect(JSON.parse(json({ hostile }).text)).toEqual({ hostile });
  });
});

it('says what to install where the chart library is missing', () => {
  const find = (): string => {
    throw new Error('nothing there');
  };
  expect(() => chartLibrary(find)).toThrow('uplot is not installed, which only pages need; npm install uplot');
});

const size = ['--rows', '3', '--cols', '4', '--m', '7', '--k', '5', '--n', '6', '--seed', '9'];

describe('a run', () => {
  it('has its timeline where it is asked for, and the page of it is the same one', async () => {
    const alone = await here('matmul', ...size, '--json', '--html', 'run.html');
    expect(alone).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(alone.stdout)).not.toHaveProperty('timeline');
    const { stdout } = await here('matmul', ...size, '--json', '--timeline');
    const kept = keptIn(stdout, 'run.json');
    if (!('run' in kept) || !('cycles' in kept.run)) throw new Error('no run');
    expect(sumOf(kept.run.timeline?.active ?? [])).toBe(kept.run.cycles);
    writeFileSync(join(folder, 'run.json'), stdout);
    expect(await here('report', 'run.json', '--html', 'again.html')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(readFileSync(join(folder, 'run.html'), 'utf8'));
    expect((await here('report', 'run.json')).stdout).toMatch(/cycles +\d+\n[^]*semaphore/);
  });

  it('without one says how to get it, with the command that repeats it', async () => {
    writeFileSync(join(folder, 'bare.json'), (await here('matmul', ...size, '--json')).stdout);
    await here('report', 'bare.json', '--html', 'bare.html');
    const command = 'systole matmul --rows 3 --cols 4 --m 7 --k 5 --n 6 --seed 9';
    expect(readFileSync(join(folder, 'bare.html'), 'utf8')).toContain(`${command} --html run.html`);
    expect((await here('report', 'bare.json')).stdout).toContain(command);
  });
});

it.each([
  [['matmul', ...size, '--timeline'], '--timeline is given without --json; add it'],
  [['matmul', ...size, '--html', 'none/run.html'], 'cannot write none/run.html: '],
  [['matmul', ...size, '--html', 'run.pdf'], 'end it with .html'],
  [['report', 'none.json'], 'cannot read none.json: no such file'],
  [
    ['report', 'text.txt'],
    'line 1 of text.txt is no point of a sweep; give what systole matmul or systole run --json printed',
  ],
  [['report', 'empty.txt'], 'empty.txt is empty'],
  [['report', 'object.json'], 'object.json is no run'],
  [['report', 'newer.json'], 'newer.json is of version 2, not 1; run it again'],
  [['sweep', 'status', '--out', 's.jsonl', '--html', 's.html'], '--html is given with a step'],
] as const)('%j is refused in one line', async (args, message) => {
  for (const [name, text] of [
    ['text.txt', 'hello\n'],
    ['empty.txt', '\n'],
    ['object.json', '{"version":1}'],
    ['newer.json', '{"version":2}'],
  ] as const)
    writeFileSync(join(folder, name), text);
  const { status, stderr } = await here(...args);
  expect({ status, lines: stderr.trim().split('\n').length }).toEqual({ status: 2, lines: 1 });
  expect(stderr).toContain(message);
});

describe('a sweep', () => {
  const asked = [
    quickPoint(),
    quickPoint({ parameters: { rows: 3, cols: 2, busBytes: 8 }, dataflow: 'os' }),
    quickPoint({ parameters: { rows: 999, cols: 2 } }),
  ];
  const lines: readonly Line[] = asked.map(runPoint);
  const { charts, body } = sweepPage(lines, hostile);
  const { sweep } = charts;
  if (sweep?.kind !== 'sweep') throw new Error('no chart');
  const points = new Points(sweep);

  it('links each point to the command that repeats it, also one that cannot be', () => {
    expect(lines.map((_, i) => points.command(i))).toEqual([
      'systole matmul --cols 2 --m 3 --k 4 --n 5 --seed 1 --rows 2 --bus-bytes 16 --dataflow ws',
      'systole matmul --cols 2 --m 3 --k 4 --n 5 --seed 1 --rows 3 --bus-bytes 8 --dataflow os',
      'systole matmul --cols 2 --m 3 --k 4 --n 5 --seed 1 --rows 999 --bus-bytes 16 --dataflow ws',
    ]);
    expect(points.told(2)).toContain('rows is 999');
  });
  it('sorts by numbers and words, those without a value last', () => {
    const [cycles, status] = ['cycles', 'status'].map((name) => points.column(name));
    if (cycles === undefined || status === undefined) throw new Error('no columns');
    const [up, down] = [points.sorted(cycles, false), points.sorted(cycles, true)];
    expect([up.at(-1), down.at(-1)]).toEqual([2, 2]);
    expect(up.slice(0, 2)).toEqual(down.slice(0, 2).toReversed());
    expect(points.sorted(status, true)[0]).toBe(2);
  });
  it('is text, whatever its name', () => {
    expect(body.text).not.toContain('<script>alert');
  });
  it('of ten thousand NPUs has no more in its text than a table of the best', () => {
    const first = lines[0];
    if (first === undefined || !('cycles' in first)) throw new Error('no run');
    const many = Array.from({ length: 10_000 }, (_, i): Line => {
      const parameters = { ...first.parameters, rows: 1 + (i % 250), cols: 1 + Math.floor(i / 250) };
      return { ...first, parameters, cycles: 1_000_000 - i, point: i };
    });
    const page = sweepPage(many, 'many.jsonl');
    expect(page.charts['sweep']).toMatchObject({ kind: 'sweep', columns: expect.any(Array) });
    expect(page.body.text.length).toBeLessThan(100_000);
  });
  it('says in a line what its process said of a point that it lost', () => {
    const lost: Line = { ...toldOf(quickPoint()), status: 'error', error: hostile, point: 0, layer: hostile };
    const page = sweepPage([lost], 'a.jsonl');
    expect(page.body.text).toContain('1 point failed or cannot be');
  });
});

it('runs are unpacked to as many numbers as there are bins', () => {
  expect([...unpacked([0, 2, 7, 1], 4)]).toEqual([0, 0, 7, 0]);
});
