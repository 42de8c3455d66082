import { expect, test } from 'vitest';
import type { Design } from '../ir/types.ts';
import { ToolError, type Trial } from './testing/cross.ts';
import { hunt, randomCircuit, type Judge } from './testing/hunt.ts';

const has = ({ modules }: Design, op: string): boolean =>
  modules.some(({ nodes }) => nodes.some((node) => node.kind === 'op' && node.op === op));
/** Numbers below 2^16 that look random: Knuth's multiplicative hash. */
const numbers = (seed: number): number[] =>
  Array.from({ length: 200 }, (_, i) => (Math.imul(seed * 1000 + i, 2_654_435_761) >>> 8) & 0xffff);
const subjects = Array.from({ length: 40 }, (_, i) => randomCircuit(numbers(i + 1)));
const options = { cycles: 1, attempts: 2000 };

/** A tool that gets `op` wrong. */
const wrong =
  (op: string): Judge =>
  (trials) =>
    new Map(trials.flatMap(({ design }, i) => (has(design, op) ? [[i, `it has ${op}`] as const] : [])));
/** One that does not end, or fails, as long as there is one. */
const broken =
  (op: string, kind: ToolError['kind'], runs: Trial[][] = []): Judge =>
  (trials) => {
    runs.push([...trials]);
    if (trials.some(({ design }) => has(design, op))) throw new ToolError(kind, `${kind} at ${op}`);
    return new Map();
  };
const lines = (text: string): number => text.split('\n').length;

test('nothing is said of circuits that are right', () => {
  expect(hunt(subjects, () => new Map(), options)).toBe('');
});

test('a circuit that differs is made smaller, and still differs', () => {
  expect(subjects.filter(({ design }) => has(design, 'mul')).length).toBeGreaterThan(2);
  const text = hunt(subjects, wrong('mul'), options);
  expect(text).toMatch(/^\d+ of 40 circuits fail, among them circuit \d+, made smaller: it has mul\n/);
  expect(text).toContain(' mul');
  expect(lines(text)).toBeLessThan(30);
});

test.each(['stuck', 'failed'] as const)(
  'a batch in which the tool is %s is halved until one circuit is left',
  (kind) => {
    const only = subjects.findIndex(({ design }) => has(design, 'mul'));
    const given = subjects.filter(({ design }, i) => i === only || !has(design, 'mul'));
    const runs: Trial[][] = [];
    const judge = broken('mul', kind, runs);
    const text = hunt(
      given.map((subject) => ({ ...subject, made: null })),
      judge,
      options,
    );
    expect(text).toMatch(
      new RegExp(
        `^1 of ${given.length} circuits fail, among them circuit ${given.findIndex(({ design }) => has(design, 'mul'))}: ${kind} at mul\n`,
      ),
    );
    expect(runs.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(given.length)));
    expect(lines(hunt(given, judge, options))).toBeLessThan(30);
  },
);

test('a mistake in what judges comes through', () => {
  expect(() =>
    hunt(
      subjects.slice(0, 2),
      () => {
        throw new TypeError('mine');
      },
      options,
    ),
  ).toThrow('mine');
});
