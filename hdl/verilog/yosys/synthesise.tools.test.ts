import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { needs } from '../../../waveforms/testing/tools.ts';
import { designOf, draft, uint } from '../../sim/testing-designs.ts';
import { designs } from '../testing/designs.ts';
import { liberty } from '../testing/liberty.ts';
import { synthesise, type Synthesised } from './synthesise.ts';
import { YOSYS_PACKAGE } from './tool.ts';

const figures = async (name: string, library?: string): Promise<Record<string, Synthesised>> => {
  const design = designs.get(name);
  if (design === undefined) throw new RangeError(`no design ${name}`);
  return Object.fromEntries((await synthesise(design, library === undefined ? {} : { liberty: library })).modules);
};

test('a user is told to install the version that CI installs', () => {
  expect(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).toContain(
    `npm install --no-save --no-audit --no-fund ${YOSYS_PACKAGE}"`,
  );
});

const yosys = needs('@yowasp/yosys');
describe.skipIf(yosys.skip)(`Yosys counts${yosys.note}`, () => {
  test('the cell of an array once, and no array', async () => {
    const { array, cell } = await figures('array');
    expect(cell).toMatchObject({ flipFlops: 8 + 8 + 32, memoryBits: 0, area: null, delay: null });
    expect(cell?.cells).toBeGreaterThan(500);
    expect(array).toEqual({ cells: 0, flipFlops: 0, memoryBits: 0, area: null, delay: null });
  });

  test('memories as bits, not as flip-flops', async () => {
    const memory = draft('store', { address: uint(5), data: uint(12) }, (m, input) => {
      m.memory({ name: 'words', depth: 20, word: uint(12) });
      m.body.push({
        kind: 'write',
        memory: 'words',
        clock: 'clk',
        address: input('address'),
        data: input('data'),
        mask: null,
        place: null,
      });
      return { word: m.read('words', uint(12), input('address'), { clock: 'clk' }) };
    });
    const { modules } = await synthesise(designOf(memory));
    expect(modules.get('store')).toMatchObject({ memoryBits: 240 });
  });

  test('area and delay with the cells of a library', async () => {
    const { counter } = await figures('counter', liberty);
    expect(counter?.flipFlops).toBe(8);
    // 8 of 8, and gates of 1 or 2.
    const { area, cells } = counter ?? { area: 0, cells: 0 };
    expect(area).toBeGreaterThanOrEqual(8 * 8 + (cells - 8));
    expect(area).toBeLessThanOrEqual(8 * 8 + 2 * (cells - 8));
    // At least two gates in a row, and at most all of them.
    expect(counter?.delay).toBeGreaterThan(200);
    expect(counter?.delay).toBeLessThan(200 * cells);
  });

  test('nothing where the tool itself breaks off, and says in what', async () => {
    const counter = designs.get('counter');
    if (counter === undefined) throw new RangeError('no counter');
    const aborts = liberty
      .replaceAll('"0.01, 0.1, 1.0"', '"0.01, 1.0"')
      .replaceAll(/"([\d.]+), [\d.]+, ([\d.]+)"/g, '"$1, $2"')
      .replaceAll(/values \((.*?), .*?, (".*?")\)/g, 'values ($1, $2)');
    await expect(synthesise(counter, { liberty: aborts })).rejects.toThrow(/^it broke off \(.*\) in ABC pass$/);
  });

  test('nothing with a library that is none, and says so before it works', async () => {
    const passes: string[] = [];
    const counter = designs.get('counter');
    if (counter === undefined) throw new RangeError('no counter');
    await expect(synthesise(counter, { liberty: 'library {', onPass: (pass) => passes.push(pass) })).rejects.toThrow(
      /liberty/i,
    );
    expect(passes).not.toContain('PROC');
  });
});
