/**
 * Every operation on every class of widths, as values of one module and as cells that the fast engine works on 16 at a
 * time.
 */
import { expect, test } from 'vitest';
import type { Design, Operation, Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import { bit, designOf, draft, sint, uint, vec, type Draft } from '../testing-designs.ts';
import { Choices } from './choices.ts';
import { reference, wasm } from './engines.ts';
import { difference } from './lockstep.ts';
import { widths } from './types.ts';
import { aThird, slow } from '../../testing-runs.ts';

const numbers: readonly Type[] = widths.flatMap((width) => [uint(width), sint(width)]);
const cells = 17;

interface Operands {
  readonly x: number;
  readonly y: number;
  readonly other: number;
  readonly condition: number;
}
type Make = (m: Draft, operands: Operands) => number;

/** All operations on values of type `a`, some with one of type `b`. */
function operations(a: Type, b: Type): Make[] {
  const width = typeWidth(a);
  const { kind } = a;
  if (kind !== 'uint' && kind !== 'sint') throw new RangeError('a number');
  const of = (wanted: number): Type => ({ kind, width: wanted });
  const op =
    (name: Operation, type: Type, args: readonly (keyof Operands)[], low = 0): Make =>
    (m, operands) =>
      m.op(
        name,
        type,
        args.map((arg) => operands[arg]),
        { low },
      );
  const shift =
    (name: 'shl' | 'shr', by: number): Make =>
    (m, { x }) =>
      m.op(name, a, [x, m.constant(uint(8), by)]);
  const shiftBy =
    (name: 'shl' | 'shr', amount: number, take: 'x' | 'other'): Make =>
    (m, { x, [take]: by }) => {
      const amountType = uint(amount);
      const own = typeWidth(m.type(by));
      const pattern = m.op('cast', uint(own), [by]);
      return m.op(name, a, [
        x,
        own === amount ? pattern : m.op(own < amount ? 'extend' : 'truncate', amountType, [pattern]),
      ]);
    };
  return [
    ...(['add', 'sub', 'and', 'or', 'xor'] as const).map((name) => op(name, a, ['x', 'y'])),
    op('not', a, ['x']),
    op('mul', of(width + typeWidth(b)), ['x', 'other']),
    op('mul', of(2 * width), ['x', 'y']),
    ...(['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const).map((name) => op(name, bit, ['x', 'y'])),
    op('mux', a, ['condition', 'x', 'y']),
    op('cat', uint(width + typeWidth(b) + 1), ['x', 'condition', 'other']),
    op('slice', uint(Math.ceil(width / 2)), ['x'], Math.floor(width / 2)),
    op('slice', bit, ['x'], width - 1),
    ...[width + 1, 2 * width, width + 40].map((wanted) => op('extend', of(wanted), ['x'])),
    ...[Math.ceil(width / 2), 1].map((wanted) => op('truncate', of(wanted), ['x'])),
    op('cast', kind === 'uint' ? sint(width) : uint(width), ['x']),
    ...(['orReduce', 'andReduce', 'xorReduce'] as const).map((name) => op(name, bit, ['x'])),
    ...[0, 1, width - 1, width, width + 3].flatMap((by) => [shift('shl', by), shift('shr', by)]),
    ...[4, 6, 13, 33].flatMap((amount) => [shiftBy('shl', amount, 'other'), shiftBy('shr', amount, 'x')]),
  ];
}

/** A cell for each operation, so that one that vectors cannot do does not keep the others from being vectors. */
function design(a: Type, b: Type): Design {
  const ports = { x: a, y: a, other: b, condition: bit };
  const units = operations(a, b).map((make, i) =>
    draft(`unit${i}`, ports, (m, input) => {
      const value = make(m, { x: input('x'), y: input('y'), other: input('other'), condition: input('condition') });
      const result = m.reg('result', m.type(value), { reset: 1n });
      m.assign(result, value);
      return { result };
    }),
  );
  const vectors = { x: vec(cells, a), y: vec(cells, a), other: vec(cells, b), condition: vec(cells, bit) };
  const names = ['x', 'y', 'other', 'condition'] as const;
  return designOf(
    ...units,
    draft('top', vectors, (m, input) => {
      const columns = Object.fromEntries(names.map((port) => [port, { from: 'column' as const, node: input(port) }]));
      const first = Object.fromEntries(
        names.map((port) => [port, m.op('index', ports[port], [input(port), m.constant(uint(1), 0)])]),
      );
      return Object.fromEntries(
        units.flatMap((unit, i) => [
          [
            `g${i}`,
            m.grid(unit, { name: `array${i}`, rows: 1, cols: cells, shape: 'full', inputs: columns })(
              'result',
              'south',
            ),
          ],
          [`s${i}`, m.instance(`single${i}`, unit, first)('result')],
        ]),
      );
    }),
  );
}

/** Of the other operand. */
const others = [1, 9, 32, 64];

const named = numbers.map((type, i) => [`${type.kind} of ${typeWidth(type)}`, type, i] as const);

test.each(aThird(named))('%s', (_, type, at) => {
  let state = typeWidth(type) * 2 + (type.kind === 'sint' ? 1 : 0);
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
  // In pairs of types, so that unsigned and signed ones meet each width.
  for (const width of slow ? others : [others[(at >> 1) % others.length] ?? 1]) {
    const other: Type = type.kind === 'sint' ? sint(width) : uint(width);
    const choices = new Choices(Array.from({ length: 4000 }, random));
    expect(difference({ design: design(type, other), start: [reference, wasm], choices, steps: 3 })).toBeNull();
  }
});
