/** Pages in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPoint, toldOf, type Line, type Point } from '../../testbench/sweep/point.ts';
import { programOnPath } from '../../waveforms/program.ts';
import { needs } from '../../waveforms/testing/tools.ts';
import { commandLine } from '../testing-command-line.ts';
import { quickPoint } from '../testing-point.ts';
import { documentOf } from './document.ts';
import { sweepPage } from './sweep-page.ts';

const tool = needs('chromium');
const hostile = `</script><script>document.title='broken'</script><img src=x onerror="document.title='broken'">`;

describe.skipIf(tool.skip)(`pages${tool.note}`, () => {
  const cli = commandLine();
  const pages = mkdtempSync(join(tmpdir(), 'systole-pages-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: programOnPath('chromium') ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    cli.remove();
    rmSync(pages, { recursive: true });
  });

  /** Opens a page, which must say nothing to the console and ask the network for nothing, now and later. */
  async function open(path: string, colorScheme: 'light' | 'dark' = 'light', width = 1200): Promise<Page> {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const url = pathToFileURL(path).href;
    const wrong: string[] = [];
    page.on('console', (message) => wrong.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) wrong.push(`asks for ${request.url()}`);
    });
    await page.goto(url);
    await page.waitForFunction("[...document.querySelectorAll('[data-chart]')].every((one) => one.dataset.drawn)");
    expect(wrong).toEqual([]);
    complaints.set(page, wrong);
    expect(await page.title()).not.toBe('broken');
    return page;
  }
  const complaints = new WeakMap<Page, readonly string[]>();
  /** Closes it, unless it has said something since. */
  async function shut(page: Page): Promise<void> {
    expect(complaints.get(page)).toEqual([]);
    await page.close();
  }
  /** How many colours a chart is drawn in: an empty one has few. */
  const coloursOf = async (page: Page, id: string): Promise<number> =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector('#${id} canvas');
      // A copy: to read the chart's own canvas often is what the browser warns of.
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })()`);
  const text = async (page: Page, selector: string): Promise<string> => (await page.textContent(selector)) ?? '';
  const overflow = async (page: Page): Promise<number> =>
    page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

  describe('of a run', () => {
    const args = ['matmul', '--rows', '4', '--cols', '6', '--m', '30', '--k', '10', '--n', '20', '--seed', '5'];
    const path = join(cli.folder, 'run.html');
    const told = cli.run(...args, '--json', '--html', 'run.html');

    it.each(['light', 'dark'] as const)('draws its charts, with their values in tables, %s', async (scheme) => {
      expect(told).toMatchObject({ status: 0, stderr: '' });
      const run: unknown = JSON.parse(told.stdout);
      const [, cycles = ''] = /"cycles":(\d+)/.exec(JSON.stringify(run)) ?? [];
      const page = await open(path, scheme);
      expect(await text(page, '.tiles')).toContain(Number(cycles).toLocaleString('en-US'));
      for (const chart of ['timeline', 'array', 'roofline']) expect(await coloursOf(page, chart)).toBeGreaterThan(5);
      for (const section of ['timeline', 'array', 'roofline', 'traffic'])
        expect(await page.locator(`#${section}-section table tbody tr`).count()).toBeGreaterThan(1);
      expect(await text(page, '#command')).toBe(`systole ${args.join(' ')}`);
      await shut(page);
    });

    it('is zoomed by keys and buttons, and says where it is', async () => {
      const page = await open(path);
      await page.focus('#timeline');
      await page.keyboard.press('+');
      const shown = async (): Promise<readonly number[]> =>
        ((await page.getAttribute('#timeline', 'data-shown')) ?? '').split('-').map(Number);
      const [from = 0, to = 0] = await shown();
      await page.keyboard.press('ArrowRight');
      const [later = 0] = await shown();
      expect(later).toBeGreaterThan(from);
      await page.click('[data-zoom=all]');
      const [first = 0, last = 0] = await shown();
      expect(last - first).toBeGreaterThanOrEqual(2 * (to - from) - 2);
      await page.hover('#timeline .u-over');
      expect(await text(page, '#timeline-readout')).toMatch(/^Cycle [\d,]+\. load DMA: /);
      await page.focus('#array');
      await page.keyboard.press('ArrowDown');
      expect(await text(page, '#array-readout')).toMatch(/^Row 0, column 0: [\d,]+ multiplications/);
      await shut(page);
    });

    it('fits a phone', async () => {
      const page = await open(path, 'dark', 390);
      expect(await overflow(page)).toBe(0);
      await shut(page);
    });
  });

  it('of a run that failed says how', async () => {
    const what = ['--rows', '4', '--cols', '4', '--json', '--seed', '5'];
    const bare = cli.run('matmul', ...what, '--timeline').stdout;
    const failure = { ...(JSON.parse(bare) as object), status: 'hung', error: hostile, cycle: 77, cycles: undefined };
    writeFileSync(join(cli.folder, 'failed.json'), JSON.stringify(failure));
    expect(cli.run('report', 'failed.json', '--html', 'failed.html')).toMatchObject({ status: 0, stderr: '' });
    const page = await open(join(cli.folder, 'failed.html'));
    expect(await text(page, '.status.bad')).toContain('hung, in cycle 77, seed 5');
    expect(await text(page, 'pre.error')).toBe(hostile);
    expect(await coloursOf(page, 'timeline')).toBeGreaterThan(5);
    await shut(page);
  });

  describe('of a network', () => {
    const path = join(cli.folder, 'network.html');
    const model = fileURLToPath(new URL('../../examples/models/kws_ref_model.tflite', import.meta.url));
    const told = cli.run('run', model, '--seed', '5', '--html', 'network.html');

    it.each([
      ['light', 1200],
      ['dark', 390],
    ] as const)('draws what each unit worked on, %s, %d wide', async (scheme, width) => {
      expect(told).toMatchObject({ status: 0, stderr: '' });
      const page = await open(path, scheme, width);
      expect(await coloursOf(page, 'timeline')).toBeGreaterThan(8);
      for (const section of ['timeline', 'bars', 'layers'])
        expect(await page.locator(`#${section}-section table`).first().locator('tbody tr').count()).toBeGreaterThan(10);
      expect(await overflow(page)).toBe(0);
      await page.focus('#timeline');
      await page.keyboard.press('+');
      await page.hover('#timeline .u-over');
      expect(await text(page, '#timeline-readout')).toMatch(/matrix engine: (\d+ [A-Z_0-9]+|nothing); /);
      await shut(page);
    });
  });

  describe('of a sweep', () => {
    const point = (own: Partial<Point>): Point => quickPoint({ m: 8, k: 8, n: 8, ...own });
    const flows = ['ws', 'os'] as const;
    const lines: readonly Line[] = [2, 3, 4].flatMap((rows, r) =>
      flows.map((dataflow, i) =>
        runPoint(point({ parameters: { rows, cols: 2 }, dataflow, layer: hostile }), 2 * r + i),
      ),
    );
    const lost: Line = { ...toldOf(point({})), status: 'error', error: hostile, point: 6, layer: null };
    const path = join(pages, 'sweep.html');
    const column = async (page: Page, at: number): Promise<readonly number[]> =>
      (await page.locator(`#sweep-table tbody td:nth-child(${at})`).allTextContents()).map((one) =>
        Number(one.replaceAll(',', '')),
      );

    it('draws, sorts by the keyboard, and shows the command of a point', async () => {
      writeFileSync(path, await documentOf(sweepPage([...lines, lost], hostile)));
      const page = await open(path);
      expect(await text(page, 'h1')).toBe(`Sweep: ${hostile}`);
      expect(await coloursOf(page, 'sweep')).toBeGreaterThan(5);
      expect(await page.locator('#sweep-table tbody tr').count()).toBe(7);
      await page.focus('#sweep-table th:first-child button');
      await page.keyboard.press('Enter');
      expect(await column(page, 1)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      await page.keyboard.press('Enter');
      expect(await column(page, 1)).toEqual([6, 5, 4, 3, 2, 1, 0]);
      expect(await page.getAttribute('#sweep-table th:first-child', 'aria-sort')).toBe('descending');
      await page.focus('#sweep-table tbody tr:nth-child(2)');
      await page.keyboard.press('Enter');
      expect(await text(page, '#chosen-command')).toMatch(/^systole matmul --cols 2 .*--rows 4 --dataflow os$/);
      await page.selectOption('#sweep-x', 'rows');
      await page.selectOption('#sweep-y', 'utilisation');
      await page.selectOption('#sweep-colour', 'cycles');
      for (const axis of ['x', 'y']) await page.check(`#sweep-log-${axis}`);
      expect(await coloursOf(page, 'sweep')).toBeGreaterThan(5);
      expect(await page.locator('#sweep .uplot').count()).toBe(1);
      await page.focus('#sweep');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      expect(await text(page, '#chosen-command')).toContain('--rows 2');
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await coloursOf(page, 'sweep')).toBeGreaterThan(5);
      await shut(page);
    });

    it('fits a phone', async () => {
      const page = await open(path, 'light', 390);
      expect(await overflow(page)).toBe(0);
      await shut(page);
    });

    it('of ten thousand points has a hundred rows at a time', async () => {
      const [first] = lines;
      if (first === undefined || !('cycles' in first)) throw new Error('no run');
      const many = Array.from({ length: 10_000 }, (_, i): Line => {
        const parameters = { ...first.parameters, rows: 1 + (i % 100), cols: 1 + Math.floor(i / 100) };
        return { ...first, parameters, cycles: 1000 + ((i * 7919) % 100_000), point: i };
      });
      const large = join(pages, 'large.html');
      writeFileSync(large, await documentOf(sweepPage(many, 'large.jsonl')));
      expect(readFileSync(large).length).toBeLessThan(2_000_000);
      const page = await open(large);
      expect(await page.locator('#sweep-table tbody tr').count()).toBe(100);
      expect(await text(page, '#sweep-range')).toBe('1 to 100 of 10,000');
      await page.click('#sweep-after');
      expect(await text(page, '#sweep-range')).toBe('101 to 200 of 10,000');
      expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(5000);
      await shut(page);
    });
  });
});
