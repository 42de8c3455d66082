import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { matmulCases } from './arbitrary.ts';
import { difference, expectedOf, runCase, type MatmulCase } from './case.ts';
import { readCase } from './case-file.ts';
import { CaseError } from './kit/replay.ts';
import { checkProperty, PropertyError, type PropertyOptions } from './property.ts';

const [product] = fc.sample(matmulCases({ dimension: 4, array: 3 }), { seed: 5, numRuns: 1 });
const sample = (): MatmulCase => {
  if (product === undefined) throw new Error('nothing drawn');
  return product;
};
/** Products that differ in a number. */
const numbered = fc.nat(1000).map((seed): MatmulCase => ({ ...sample(), memory: { ...sample().memory, seed } }));
const checkCases = <C>(
  name: string,
  cases: fc.Arbitrary<C>,
  holds: (drawn: C) => void,
  options: PropertyOptions,
): void => checkProperty({ name, cases, holds }, options);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/**
 * What a property that fails says, and the case that its command replays, if there is one; the case's file is removed.
 */
function messageOf(check: () => void): { readonly message: string; readonly replayed: unknown } {
  try {
    check();
  } catch (error) {
    if (!(error instanceof PropertyError)) throw error;
    // What people paste; the shell says what it makes of it.
    const [, command] = /\n {2}replay: (npm run -s systole -- replay .*)$/.exec(error.message) ?? [];
    if (command === undefined) return { message: error.message, replayed: null };
    const { stdout } = spawnSync('sh', ['-c', `npm() { printf '%s\\n' "$@"; }\n${command}`], { encoding: 'utf8' });
    const [, file = ''] = /^run\n-s\nsystole\n--\nreplay\n(.*)\n--waves\nfailure\.vcd\n$/.exec(stdout) ?? [];
    const replayed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    rmSync(dirname(file), { recursive: true });
    return { message: error.message, replayed };
  }
  throw new Error('the property holds');
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a property', () => {
  it('that fails names its seed, its shrunk case, and the command that replays it', () => {
    const failing = messageOf(() =>
      checkCases(
        'small numbers: all of them',
        numbered,
        ({ memory: { seed } }) => {
          if (seed > 41) throw new RangeError(`${seed} is large`);
        },
        { runs: 100, seed: 7 },
      ),
    );
    expect(failing.message).toContain('small numbers: all of them does not hold');
    expect(failing.message).toContain('RangeError: 42 is large');
    expect(failing.message).toContain('SYSTOLE_SEED=7 SYSTOLE_PATH=');
    expect(failing.message).toContain('"seed":42}');
    expect(failing.replayed).toEqual(plain({ ...sample(), memory: { ...sample().memory, seed: 42 } }));
    // The path leads to the shrunk case at once.
    const path = /SYSTOLE_PATH=(\S*)/.exec(failing.message)?.[1] ?? '';
    const seen: number[] = [];
    messageOf(() =>
      checkCases(
        'again',
        numbered,
        ({ memory }) => {
          seen.push(memory.seed);
          if (memory.seed > 41) throw new RangeError('large');
        },
        { runs: 1, seed: 7, path },
      ),
    );
    expect(seen[0]).toBe(42);
  });

  it('prints a command that can be pasted whatever the folder is called', () => {
    const folder = mkdtempSync(join(tmpdir(), 'systole-'));
    try {
      const odd = join(folder, "my pröj (1) 100% it's $HOME");
      mkdirSync(odd);
      vi.stubEnv('TMPDIR', odd);
      const fail = (): void =>
        checkCases(
          'none',
          fc.constant(sample()),
          () => {
            throw new RangeError('no');
          },
          { runs: 1 },
        );
      expect(messageOf(fail).replayed).toEqual(plain(sample()));
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });

  it('that takes too many cases to shrink says how many it left untried', () => {
    const large = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 20 });
    let ran = 0;
    const check = (shrinks?: number): string =>
      messageOf(() =>
        checkCases(
          'long',
          large,
          (list) => {
            ran++;
            if (list.reduce((sum, one) => sum + one, 0) > 3000) throw new RangeError('large');
          },
          { runs: 100, seed: 1, ...(shrinks === undefined ? {} : { shrinks }) },
        ),
      ).message;
    const [, steps, untried] =
      /\((\d+) steps; (\d+) smaller cases were left untried after 10: SYSTOLE_SHRINKS=100 tries more\)/.exec(
        check(10),
      ) ?? [];
    expect([Number(steps) > 0, Number(untried) > 0]).toEqual([true, true]);
    expect(ran).toBeLessThan(100 + 10);
    vi.stubEnv('SYSTOLE_SHRINKS', '12');
    expect(check()).toContain('untried after 12:');
    expect(check(1_000_000)).not.toContain('untried');
    vi.stubEnv('SYSTOLE_SHRINKS', 'many');
    expect(() => checkCases('long', large, () => undefined, { runs: 1 })).toThrow(
      'SYSTOLE_SHRINKS is many; give the whole number that a failure printed, or leave it out',
    );
  });

  it('that fails on a full disk, or with a long name, says so all the same', () => {
    const always = (): void => {
      throw new RangeError('always');
    };
    const fail = (name: string) => () => checkCases(name, fc.constant(sample()), always, { runs: 1, seed: 1 });
    expect(messageOf(fail('x'.repeat(1000))).replayed).toEqual(plain(sample()));
    vi.stubEnv('TMPDIR', '/nowhere/at/all');
    expect(fail('lost')).toThrow(
      /RangeError: always\n {2}seed: +SYSTOLE_SEED=1 .*\n.*\n {2}replay: cannot write the case to .*: its directory does not exist; /,
    );
  });

  it('of what only its test can run prints no command', () => {
    const no = (): void => {
      throw new RangeError('no');
    };
    const { message, replayed } = messageOf(() => checkCases('own', fc.constant({ x: 1 }), no, { runs: 1 }));
    expect([message.includes('SYSTOLE_SEED='), message.includes('replay'), replayed]).toEqual([true, false, null]);
  });

  it('that holds says nothing', () => {
    expect(() => checkCases('true', fc.integer(), () => {}, { runs: 10 })).not.toThrow();
  });
});

describe('a case', () => {
  it('survives JSON, and says where a result is wrong', () => {
    const again: MatmulCase = JSON.parse(JSON.stringify(sample()));
    expect(again).toEqual({ ...sample(), memory: { ...sample().memory } });
    const { result } = runCase(again);
    expect(difference(again, result)).toBeNull();
    const expected = expectedOf(again);
    const wrong = expected.map((value, i) => (i === expected.length - 1 ? value + 1 : value));
    expect(difference(again, wrong)).toBe(
      `C[${again.m - 1}][${again.n - 1}] is ${(expected.at(-1) ?? 0) + 1}, not ${expected.at(-1)}`,
    );
  });

  it('is read from a file, or refused', () => {
    expect(() => readCase('/nowhere.json')).toThrow(CaseError);
    expect(() => readCase(fileURLToPath(new URL('../package.json', import.meta.url)))).toThrow(
      'is not a case: parameters is missing; give the file that a failed property wrote',
    );
  });

  it.each<[string, (good: MatmulCase) => unknown]>([
    ['the file is [], not an object', () => []],
    ['dataflow is "rs", not ws or os or is', (good) => ({ ...good, dataflow: 'rs' })],
    ['m is 0, not a whole number from 1 to 16777216', (good) => ({ ...good, m: 0 })],
    ['a[1] is "7", not a whole number from -128 to 255', (good) => ({ ...good, a: [1, '7'] })],
    ['bias is 3, not a list or null', (good) => ({ ...good, bias: 3 })],
    ['requantise is missing', (good) => ({ ...good, requantise: undefined })],
    ['requantise is 5, not an object or null', (good) => ({ ...good, requantise: 5 })],
    ['requantise.rounding is missing', (good) => ({ ...good, requantise: {} })],
    [
      'requantise.rounding is "half", not double or up or away or even or down or float',
      (good) => ({ ...good, requantise: { rounding: 'half' } }),
    ],
    ['requantise.multiplier is missing', (good) => ({ ...good, requantise: { rounding: 'float' } })],
    [
      'requantise.shift[0] is 99, not a whole number from -31 to 31',
      (good) => ({ ...good, requantise: { rounding: 'up', multiplier: [1], shift: [99], zero: 0, low: 0, high: 0 } }),
    ],
    ['memory is null, not an object', (good) => ({ ...good, memory: null })],
    [
      'memory.stall is 256, not a whole number from 0 to 255',
      (good) => ({ ...good, memory: { ...good.memory, stall: 256 } }),
    ],
    [
      'parameters is {"rows":[4]}, not an object of numbers and words',
      (good) => ({ ...good, parameters: { rows: [4] } }),
    ],
    [
      "rows is '4'; it must be a whole number from 1 to 256 (rows of the matrix engine)",
      (good) => ({ ...good, parameters: { rows: '4' } }),
    ],
    ["matrix is 'cube'; give one of systolic, single", (good) => ({ ...good, parameters: { matrix: 'cube' } })],
    [
      'there is no parameter colums; the parameters are matrix, rows, cols',
      (good) => ({ ...good, parameters: { colums: 4 } }),
    ],
    ['rows is 0; it must be a whole number from 1 to 256', (good) => ({ ...good, parameters: { rows: 0 } })],
  ])('is refused where %s', (line, change) => {
    const folder = mkdtempSync(join(tmpdir(), 'systole-case-'));
    try {
      const file = join(folder, 'case.json');
      writeFileSync(file, JSON.stringify(sample()));
      expect(readCase(file)).toEqual(JSON.parse(JSON.stringify(sample())));
      writeFileSync(file, JSON.stringify(change(sample())));
      let found: unknown;
      try {
        readCase(file);
      } catch (error) {
        found = error;
      }
      expect(found).toBeInstanceOf(CaseError);
      expect(String(found)).toContain(`case.json is not a case: ${line}`);
      expect(String(found)).not.toContain('\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
