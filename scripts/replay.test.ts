/** Whatever property prints a command that replays its case: the command runs that very case again, with waves. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { matmulCases } from '../testbench/arbitrary.ts';
import { properties } from '../testbench/properties/all.ts';
import { anyCommands } from '../testbench/properties/any-commands.ts';
import { DifferenceError } from '../testbench/kit/property.ts';
import { drawnAgain } from '../testbench/kit/replay.ts';
import { gemmCommands } from '../testbench/properties/gemm-commands.ts';
import { randomChains } from '../testbench/properties/random-chains.ts';
import { randomPrograms } from '../testbench/properties/random-programs.ts';
import { checkProperty as checkOwn, type Property } from '../testbench/kit/property.ts';
import { count, early, echoes } from '../testbench/kit/testing/echo.ts';
import { checkProperty } from '../testbench/property.ts';
import { describeFailure } from './describe-failure.ts';
import { exitStatus, RunError } from './failure.ts';
import { replayProperty } from './replay-property.ts';
import { runHere } from './testing-command-line.ts';
import { Waves } from './wave-flags.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-replay-'));
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The file that a property writes which fails on the cases that have more than so many characters. */
function fileOf<C>(name: string, cases: fc.Arbitrary<C>): { readonly file: string; readonly text: string } {
  const lengths: number[] = [];
  const fail = (drawn: C): void => {
    lengths.push(JSON.stringify(drawn).length);
    if (lengths.length > 2 && JSON.stringify(drawn).length > 300) throw new RangeError('long');
  };
  try {
    checkProperty({ name, cases, holds: fail }, { runs: 20, seed: 11, shrinks: 30 });
  } catch (error) {
    const [, file = ''] = /replay: .* replay (\S+) --waves failure\.vcd$/.exec(String(error)) ?? [];
    const text = readFileSync(file, 'utf8');
    rmSync(dirname(file), { recursive: true });
    writeFileSync(join(folder, 'case.json'), text);
    return { file: 'case.json', text };
  }
  throw new Error('the property holds');
}

const drawn = [randomPrograms, randomChains, gemmCommands, anyCommands] as const;
const cases: readonly (readonly [string, () => ReturnType<typeof fileOf>])[] = [
  ['a product', () => fileOf('a product', matmulCases({ dimension: 4, array: 3 }))],
  ...drawn.map(({ name, cases: of }) => [name, () => fileOf<unknown>(name, of)] as const),
];

it('every property that is drawn again is tried here', () => {
  expect(properties.map(({ name }) => name).toSorted()).toEqual(drawn.map(({ name }) => name).toSorted());
});

it.each(cases)('%s', async (name, write) => {
  const { file, text } = write();
  const again = drawnAgain(text, file, properties);
  // What is run is what the file shows.
  if (again !== null) expect(JSON.stringify(again.case)).toBe(JSON.stringify(Object(JSON.parse(text)).case));
  expect(again?.name ?? 'a product').toBe(name);
  const { status, stdout } = await runHere(folder, ['replay', file, '--waves', 'failure.vcd']);
  const holds = new RegExp(`^${name}: holds, after [\\d,]+ cycles\\n  waves +gtkwave failure`);
  expect(stdout).toMatch(again === null ? /equal to the reference/ : holds);
  expect([status, existsSync(join(folder, 'failure.vcd'))]).toEqual([0, true]);
  const told: unknown = JSON.parse((await runHere(folder, ['replay', file, '--json'])).stdout);
  expect(told).toMatchObject(again === null ? { match: true } : { status: 'holds', property: name, seed: 11 });
});

describe('a case that still fails', () => {
  const again = drawnAgain(fileOf<unknown>(gemmCommands.name, gemmCommands.cases).text, 'case.json', properties);
  const [start, end, last] = [undefined, undefined, undefined];
  const flags = {
    waves: join(folder, 'wrong.vcd'),
    'waves-start': start,
    'waves-end': end,
    'waves-last': last,
    'waves-scope': undefined,
    'waves-depth': undefined,
    'waves-memory': undefined,
  };

  it('is told with its cycle, and keeps its waves', async () => {
    if (again === null) throw new Error('no case');
    const wrong = {
      ...again,
      run: (watched: Parameters<typeof again.run>[0]) => {
        again.run(watched);
        throw new DifferenceError('line 0 is wrong');
      },
    };
    const written = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const error: unknown = await replayProperty(wrong, new Waves(flags), 'wasm', true).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RunError);
    const { status, text } = describeFailure(error);
    expect(status).toBe(exitStatus.failed);
    const [first, second, third] = text.split('\n');
    expect(first).toBe('systole: line 0 is wrong');
    expect(second).toMatch(/^in cycle [\d,]+ of a case of: gemm commands$/);
    expect(third).toMatch(/^waves until then: gtkwave \S*wrong\.vcd/);
    const told: unknown = JSON.parse(String(written.mock.calls[0]?.[0]));
    expect(told).toMatchObject({ status: 'differs', error: 'line 0 is wrong', property: 'gemm commands' });
  });
});

it.each<[string, (good: object) => object]>([
  ['is of no property that can be replayed', (good) => ({ ...good, property: 'none' })],
  ['its seed or path is damaged', (good) => ({ ...good, seed: 'x' })],
  ['its seed or path is damaged', (good) => ({ ...good, path: '1:x' })],
  ['was written by another version', (good) => ({ ...good, seed: 12 })],
  ['was written by another version', (good) => ({ ...good, case: 5 })],
])('a file that %s is refused', async (message, change) => {
  const { text } = fileOf<unknown>(gemmCommands.name, gemmCommands.cases);
  writeFileSync(join(folder, 'case.json'), JSON.stringify(change(Object(JSON.parse(text)))));
  const { status, stderr } = await runHere(folder, ['replay', 'case.json']);
  expect([status, stderr]).toEqual([exitStatus.usage, expect.stringContaining(message)]);
});

describe("a property of a user's own module", () => {
  const from = fileURLToPath(new URL('../testbench/kit/testing/echo.ts', import.meta.url));
  /** The file of a case of the property, whether it holds or not. */
  function fileOfOwn<C>(property: Property<C>): void {
    const fails = { ...property, holds: () => expect.fail('no') };
    try {
      checkOwn(fails, { runs: 1, seed: 3 });
    } catch (error) {
      const [, file = ''] = /replay: .* replay (\S+) --from/.exec(String(error)) ?? [];
      writeFileSync(join(folder, 'own.json'), readFileSync(file));
      rmSync(dirname(file), { recursive: true });
    }
  }
  const again = (...flags: readonly string[]) => runHere(folder, ['replay', 'own.json', '--from', from, ...flags]);

  it('that holds says so, with waves', async () => {
    fileOfOwn(count);
    const { status, stdout } = await again('--waves', 'own.vcd');
    expect(stdout).toMatch(/^as many words come out as went in: holds, after \d+ cycles\n  waves +gtkwave own/);
    expect([status, existsSync(join(folder, 'own.vcd')), existsSync(join(folder, 'own.gtkw'))]).toEqual([
      0,
      true,
      true,
    ]);
    const told: unknown = JSON.parse((await again('--json')).stdout);
    expect(told).toMatchObject({ status: 'holds', property: count.name, seed: 3, engine: 'wasm' });
  });

  it('that does not says why, in which cycle, and keeps its waves', async () => {
    try {
      checkOwn(echoes, { runs: 200, seed: 3 });
    } catch (error) {
      const [, file = ''] = /replay: .* replay (\S+) --from/.exec(String(error)) ?? [];
      writeFileSync(join(folder, 'own.json'), readFileSync(file));
      rmSync(dirname(file), { recursive: true });
    }
    const { status, stderr } = await again('--waves', 'failure.vcd');
    expect(stderr).toMatch(
      /^systole: words: number 0 is 0, not 200\nin cycle \d+ of a case of: a unit passes on what it gets\nwaves until then: gtkwave failure/,
    );
    expect(status).toBe(exitStatus.failed);
  });

  it('that shows no simulation, or is not there, is told', async () => {
    fileOfOwn(early);
    const { status, stderr } = await again();
    expect([status, stderr]).toEqual([exitStatus.failed, 'systole: a mistake of the property\n']);
    const told = async (path: string): Promise<string> =>
      (await runHere(folder, ['replay', 'own.json', '--from', path])).stderr;
    expect(await told(fileURLToPath(new URL('text.ts', import.meta.url)))).toMatch(
      /text\.ts exports no property; export the one that failed: an object of name, cases, holds\n$/,
    );
    expect(await told('./none.ts')).toMatch(/^systole: cannot load \.\/none\.ts: .*; give the module that exports/);
    expect((await runHere(folder, ['replay', 'own.json'])).stderr).toContain('is of no property that can be replayed');
  });
});
