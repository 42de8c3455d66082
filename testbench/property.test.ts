import fc from 'fast-check';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matmulCases } from './arbitrary.ts';
import { CaseError, difference, expectedOf, readCase, runCase, type MatmulCase } from './case.ts';
import { checkProperty, PropertyError } from './property.ts';

describe('a property', () => {
  it('that fails names its seed, its shrunk case, and the command that replays it', () => {
    const failing = (): void => checkProperty('small numbers: all of them', fc.record({ x: fc.integer({ min: 0, max: 1000 }) }), ({ x }) => {
      if (x > 41) throw new RangeError(`${x} is large`);
    }, { runs: 100, seed: 7 });
    expect(failing).toThrow(PropertyError);
    let message = '';
    try { failing(); } catch (error) { message = error instanceof Error ? error.message : ''; }
    expect(message).toContain('small numbers: all of them does not hold');
    expect(message).toContain('RangeError: 42 is large');
    expect(message).toContain('SYSTOLE_SEED=7 SYSTOLE_PATH=');
    expect(message).toContain('shrunk: {"x":42}');
    const [, file = ''] = /npm run -s systole -- replay (\S+) --waves failure\.vcd/.exec(message) ?? [];
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ x: 42 });
    rmSync(dirname(file), { recursive: true });
    // The path leads to the shrunk case at once.
    const path = /SYSTOLE_PATH=(\S*)/.exec(message)?.[1] ?? '';
    const seen: number[] = [];
    expect(() => checkProperty('again', fc.record({ x: fc.integer({ min: 0, max: 1000 }) }), ({ x }) => {
      seen.push(x);
      if (x > 41) throw new RangeError('large');
    }, { runs: 1, seed: 7, path })).toThrow(PropertyError);
    expect(seen[0]).toBe(42);
  });

  it('that holds says nothing', () => {
    expect(() => checkProperty('true', fc.integer(), () => {}, { runs: 10 })).not.toThrow();
  });
});

describe('a case', () => {
  const [drawn] = fc.sample(matmulCases({ dimension: 4, array: 3 }), { seed: 5, numRuns: 1 });
  const sample = (): MatmulCase => { if (drawn === undefined) throw new Error('nothing drawn'); return drawn; };

  it('survives JSON, and says where a result is wrong', () => {
    const again: MatmulCase = JSON.parse(JSON.stringify(sample()));
    expect(again).toEqual({ ...sample(), memory: { ...sample().memory } });
    const { result } = runCase(again);
    expect(difference(again, result)).toBeNull();
    const expected = expectedOf(again);
    const wrong = expected.map((value, i) => (i === expected.length - 1 ? value + 1 : value));
    expect(difference(again, wrong)).toBe(`C[${again.m - 1}][${again.n - 1}] is ${(expected.at(-1) ?? 0) + 1}, not ${expected.at(-1)}`);
  });

  it('is read from a file, or refused', () => {
    expect(() => readCase('/nowhere.json')).toThrow(CaseError);
    expect(() => readCase(new URL('../package.json', import.meta.url).pathname)).toThrow('is not a case');
  });
});
