/** What is wrong with parameters is said in flags, with figures: what was asked, and what would do. */
import { expect, it } from 'vitest';
import { ConfigError, npuConfig } from '../npu/config.ts';
import { numberNames, parameters, wordNames } from '../npu/parameters.ts';
import { JobError, ShapeError } from '../npu/compiler/errors.ts';
import { matmulProgram } from '../npu/compiler/matmul.ts';
import { flagOf, inFlags, npuConfigOf, npuFlags } from './npu-flags.ts';

const names = numberNames;
/** Words of two parts are ours; `rows` and `m` are also words of English and of formulas. */
const internal = names.filter((name) => flagOf(name) !== name);

/** What is said of flags; null where they are taken. */
function saidOf(run: () => unknown): string | null {
  try {
    inFlags(run);
    return null;
  } catch (error) {
    expect([ConfigError, ShapeError, JobError]).toContainEqual(error instanceof Error ? error.constructor : null);
    return error instanceof Error ? error.message : '';
  }
}

function inWordsOfFlags(said: string, asked: number): void {
  expect(said).toMatch(/^--[a-z-]+ is [^;]+; (give it at least \d+|it must be .* from \d+ to \d+)/);
  expect(said).toContain(String(asked));
  for (const name of internal) expect(said).not.toContain(name);
}

it('has a flag for every parameter', () => {
  expect(Object.keys(npuFlags).toSorted()).toEqual(
    [...names.map(flagOf), ...wordNames.map(flagOf), 'preset'].toSorted(),
  );
});

it.each(names)('says in flags that %s is out of its range', (name) => {
  for (const value of [parameters[name].least - 1, parameters[name].most + 1]) {
    const said = saidOf(() => npuConfigOf({ [flagOf(name)]: value }));
    expect(said).toMatch(new RegExp(`^--${flagOf(name)} is ${value}; `));
    inWordsOfFlags(said ?? '', value);
  }
});

it('says in flags which of any two parameters do not fit each other, and what would', () => {
  const extremes = names.flatMap((name) =>
    [parameters[name].least, parameters[name].most].map((value) => ({ [flagOf(name)]: value })),
  );
  let refused = 0;
  for (const one of extremes) {
    for (const other of extremes) {
      const flags = { ...one, ...other };
      const said = saidOf(() => npuConfigOf(flags));
      if (said === null) continue;
      refused++;
      const [, flag = '', least = ''] = /^--([a-z-]+) is .*; give it at least (\d+)$/.exec(said) ?? [];
      inWordsOfFlags(said, Number(least));
      // The remedy is one; where something else is wrong as well, that is told next.
      expect(saidOf(() => npuConfigOf({ ...flags, [flag]: Number(least) })) ?? '').not.toContain(`--${flag} is`);
      expect(saidOf(() => npuConfigOf({ ...flags, [flag]: Number(least) - 1 })) ?? '').toContain(`--${flag} is`);
    }
  }
  expect(refused).toBeGreaterThan(3);
});

it('says in flags what is wrong with a product', () => {
  const config = npuConfig({ rows: 1, cols: 1, accumulatorBytes: 256 });
  const job = { m: 1, k: 1, n: 1, dataflow: 'ws', a: new Int8Array(1), b: new Int8Array(1) } as const;
  expect(saidOf(() => matmulProgram(config, { ...job, k: 0 }))).toMatch(/^--k is 0; /);
  expect(saidOf(() => matmulProgram(config, { ...job, aZero: 999 }))).toMatch(
    /^aZero is 999; give a whole number from -128 to 127/,
  );
  expect(saidOf(() => matmulProgram(config, { ...job, tile: { m: 2, k: 1, n: 1 } }))).toBe(
    'm of --tile is 2; give a whole number from 1 to 1',
  );
  expect(saidOf(() => matmulProgram(config, { ...job, a: new Int8Array(2) }))).toMatch(/^--a has 2 elements/);
});

it('leaves other errors alone', () => {
  expect(() =>
    inFlags(() => {
      throw new TypeError('mine');
    }),
  ).toThrow(TypeError);
});
