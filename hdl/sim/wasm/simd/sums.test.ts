/** Sums that lose nothing, of all or some fields of words and of other numbers, in any order, as lanes. */
import { expect, test } from 'vitest';
import { typeWidth } from '../../../ir/walk.ts';
import { reference } from '../../lockstep/engines.ts';
import { designOf, draft, uint, vec, type Draft } from '../../testing-designs.ts';
import { vectors } from './testing-vectors.ts';

let state = 7;
const below = (limit: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor(((state >>> 8) / 2 ** 24) * limit);
};
const taken = (from: number[]): number => from.splice(below(from.length), 1)[0] ?? 0;

/** Adds numbers up two by two, in any order, with room for all. */
function total(m: Draft, terms: number[]): number {
  while (terms.length > 1) {
    const [a, b] = [taken(terms), taken(terms)];
    const type = uint(Math.max(typeWidth(m.type(a)), typeWidth(m.type(b))) + 1);
    terms.push(m.op('add', type, [m.op('extend', type, [a]), m.op('extend', type, [b])]));
  }
  return terms[0] ?? 0;
}

const kinds = [
  'bytes',
  'bytes of a vector',
  'halves',
  'most bytes',
  'bytes twice',
  'bytes and halves',
  'nibbles',
] as const;

test.each(kinds.flatMap((kind) => [17, 6, 16].map((cols) => [kind, cols] as const)))('%s in %i cells', (kind, cols) => {
  const cell = draft('cell', { x: uint(32), y: uint(32), z: uint(11), w: uint(16) }, (m, input) => {
    const fields = (word: 'x' | 'y' | 'w', width: number): number[] => {
      const count = typeWidth(m.type(input(word))) / width;
      return Array.from({ length: count }, (_, i) => m.op('slice', uint(width), [input(word)], { low: width * i }));
    };
    const terms = {
      bytes: () => [...fields('x', 8), ...fields('y', 8)],
      'bytes of a vector': () => {
        const type = vec(8, uint(8));
        const all = m.op('vec', type, [...fields('y', 8), ...fields('x', 8)]);
        return Array.from({ length: 8 }, (_, i) => m.op('index', uint(8), [all, m.constant(uint(3), i)]));
      },
      halves: () => [...fields('x', 16), ...fields('y', 16), input('z')],
      'most bytes': () => [...fields('x', 8).slice(1), ...fields('y', 8), input('z')],
      'bytes twice': () => [...fields('x', 8), ...fields('x', 8), ...fields('x', 8).slice(2), m.constant(uint(5), 19)],
      'bytes and halves': () => [...fields('x', 8), ...fields('x', 16), input('w')],
      nibbles: () => [...fields('x', 4), ...fields('w', 8)],
    }[kind]();
    const sum = total(m, terms);
    const width = typeWidth(m.type(sum));
    const kept = (name: string, value: number): number => {
      const register = m.reg(name, m.type(value));
      m.assign(register, value);
      return register;
    };
    return {
      sum: kept('sum', sum),
      wide: kept('wide', m.op('extend', uint(32), [sum])),
      wider: kept('wider', m.op('extend', uint(50), [sum])),
      cut: kept('cut', m.op('truncate', uint(7), [sum])),
      // This one loses what does not fit.
      wraps: kept('wraps', m.op('add', uint(width), [sum, sum])),
    };
  });
  const ports = cell.ports.filter(({ direction }) => direction === 'in');
  const top = draft('top', Object.fromEntries(ports.map(({ name, type }) => [name, vec(cols, type)])), (m, input) => {
    const inputs = Object.fromEntries(ports.map(({ name }) => [name, { from: 'column' as const, node: input(name) }]));
    const of = m.grid(cell, { name: 'cells', rows: 1, cols, shape: 'full', inputs });
    return Object.fromEntries(['sum', 'wide', 'wider', 'cut', 'wraps'].map((name) => [name, of(name, 'south')]));
  });
  const design = designOf(cell, top);
  const pokes = Array.from({ length: 12 }, (_, i) =>
    ports.flatMap(({ name, type }) =>
      Array.from({ length: cols }, (__, col): [string, number] => [
        `${name}[${col}]`,
        i === 0 ? 2 ** typeWidth(type) - 1 : below(2 ** typeWidth(type)),
      ]),
    ),
  );
  const [right, found] = [reference, vectors].map((start) => {
    const s = start(design);
    return pokes.map((values) => {
      for (const [path, value] of values) s.poke(path, value);
      s.step();
      return ['sum', 'wide', 'wider', 'cut', 'wraps'].map((name) => s.peek(name));
    });
  });
  expect(found).toEqual(right);
});
