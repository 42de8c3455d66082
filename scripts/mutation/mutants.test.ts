import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeOf, equivalents } from './equivalent.ts';
import { mutantsOf, mutated } from './mutants.ts';
import type { Kind } from './operators.ts';
import { nearestTests } from './nearest.ts';
import { describe as describeMutant, idOf, report, score, type Judged, type Verdict } from './results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The texts that a line becomes, by kind. */
function changed(text: string, words: readonly (readonly string[])[] = []): Partial<Record<Kind, string[]>> {
  const found: Partial<Record<Kind, string[]>> = {};
  // As a value: a statement could be left out.
  const whole = text.endsWith(';') ? text : `v = ${text}`;
  for (const mutant of mutantsOf('a.ts', whole, words))
    (found[mutant.kind] ??= []).push(mutated(whole, mutant).replace('v = ', ''));
  return found;
}

describe('mutants', () => {
  it.each<[string, Partial<Record<Kind, readonly string[]>>]>([
    ['a.add(b)', { operator: ['a.sub(b)'] }],
    ['a.lt(b)', { operator: ['a.le(b)', 'a.ge(b)'] }],
    ['a.and(b)', { operator: ['a.or(b)'], term: ['a', 'b'] }],
    ['a.not()', { operator: ['a'] }],
    ['x(a * 2 + b)', { operator: ['x(a / 2 + b)', 'x(a * 2 - b)'], constant: ['x(a * 3 + b)', 'x(a * 1 + b)'] }],
    ['when(c, f)', { condition: ['when((c).not(), f)', 'when((c).or(1), f)', 'when((c).and(0), f)'] }],
    ['s.goto(x);', { assignment: [';'] }],
    [
      'select(c, a, b)',
      {
        condition: ['select((c).not(), a, b)', 'select((c).or(1), a, b)', 'select((c).and(0), a, b)'],
        arguments: ['select(c, b, a)'],
      },
    ],
    ['cat(a, b, c)', { arguments: ['cat(c, b, a)'] }],
    ['uint(8)', { width: ['uint(9)', 'uint(7)'] }],
    ['a.slice(0, W)', { constant: ['a.slice(1, W)'], width: ['a.slice(0, W + 1)', 'a.slice(0, W - 1)'] }],
    ['r.next = v;', { assignment: [';'] }],
    ['({ a: x, b: y })', { wiring: ['({ a: y, b: x })'] }],
    ['({ a, b })', { wiring: ['({ a: b, b: a })'] }],
    ["s.goto('one')", { state: ["s.goto('two')"] }],
    ["delay('q', v)", { delay: ['(v)'] }],
    ["assert(a.and(b), 'both')", {}],
    ["import { a } from './b.ts'; type T = 8;", {}],
  ])('of %s', (text, expected) => {
    expect(changed(text, [['one', 'two']])).toEqual(expected);
  });

  it('of a file know their place', () => {
    const [first] = mutantsOf('npu/a.ts', 'x;\n  y = a.add(b);');
    expect(first === undefined ? '' : describeMutant(first)).toBe('npu/a.ts:2:9 operator: add → sub');
  });
});

it('the nearest tests are those beside a file, then the quickest, and none that does not load it', () => {
  const texts: Readonly<Record<string, string>> = {
    'n/a.test.ts': "from './a.ts'",
    'n/b.test.ts': "from './b.ts'",
    'n/b.ts': "from './a.ts'",
    't/slow.test.ts': "from '../n/b.ts'",
    't/quick.test.ts': "from '../n/b.ts'",
    't/other.test.ts': '',
  };
  const seconds = new Map([
    ['t/slow.test.ts', 9],
    ['t/quick.test.ts', 2],
    ['n/a.test.ts', 5],
  ]);
  const tests = Object.keys(texts).filter((path) => path.endsWith('.test.ts'));
  expect(nearestTests('n/a.ts', tests, seconds, (path) => texts[path] ?? '')).toEqual([
    'n/a.test.ts',
    'n/b.test.ts',
    't/quick.test.ts',
    't/slow.test.ts',
  ]);
});

it('the score leaves out what the compiler refuses and what is equivalent', () => {
  const [mutant] = mutantsOf('npu/a.ts', 'v = a.add(b)');
  if (mutant === undefined) throw new Error('there is one');
  const judged = (verdict: Verdict): Judged => ({
    mutant,
    id: idOf('v = a.add(b)', mutant),
    verdict,
    by: '',
    why: '',
    seconds: 1,
  });
  const all = (['killed', 'killed', 'hung', 'survived', 'invalid', 'equivalent'] as const).map(judged);
  expect(score(all)).toBe(75);
  expect(report(all)).toContain('survivors:\n  npu/a.ts:1:7 operator: add → sub');
});

it.each(equivalents)(
  'what is said to be equivalent is a mutant still: $file, $becomes',
  ({ file, was, becomes, reason }) => {
    const text = readFileSync(join(root, file), 'utf8');
    const words = [
      ...readFileSync(join(root, 'npu/common/fault.ts'), 'utf8').matchAll(/faultNames = \[([^\]]*)\]/g),
    ].map(([, names = '']) => [...names.matchAll(/'(\w+)'/g)].map(([, name = '']) => name));
    const found = mutantsOf(file, text, words).map((mutant) => changeOf(text, mutant));
    expect(found).toContainEqual({ was, becomes });
    expect(reason.length).toBeGreaterThan(20);
  },
);
