/** Vectors, tables and memories inside the cells of arrays, as lanes: held against the reference engine. */
import { expect, test } from 'vitest';
import type { Module, Statement, Type } from '../../../ir/types.ts';
import { typeWidth } from '../../../ir/walk.ts';
import { reference } from '../../lockstep/engines.ts';
import { assignment, bit, designOf, draft, sint, uint, vec, writing, type Draft } from '../../testing-designs.ts';
import { aThird } from '../../../testing-runs.ts';
import { vectors } from './testing-vectors.ts';

let state = 1;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state >>> 8;
};
function pattern(width: number): bigint {
  let value = 0n;
  for (let at = 0; at < width; at += 16) value = (value << 16n) | BigInt(random() & 0xffff);
  return BigInt.asUintN(width, value);
}

/**
 * What a row of such cells gives in a few cycles on both engines must be the same; each column's inputs are registers
 * of their own.
 */
function same(cell: Module, cols: number, cycles = 4): void {
  const inputs = cell.ports.filter(({ direction }) => direction === 'in');
  const outputs = cell.ports.filter(({ direction }) => direction === 'out');
  const design = designOf(
    cell,
    draft('top', {}, (m) => {
      const sources = Object.fromEntries(
        inputs.map(({ name, type }) => {
          // A value of its own for each cell in each cycle: numbers without a pattern, added to by others.
          const all = vec(cols, type);
          const bits = uint(typeWidth(all));
          const held = m.reg(`of_${name}`, bits, { reset: pattern(bits.kind === 'vec' ? 0 : bits.width) });
          m.assign(held, m.op('add', bits, [held, m.constant(bits, pattern(typeWidth(all)))]));
          return [name, { from: 'column' as const, node: m.op('cast', all, [held]) }];
        }),
      );
      const of = m.grid(cell, { name: 'cells', rows: 1, cols, shape: 'full', inputs: sources });
      return Object.fromEntries(outputs.map(({ name }) => [`all_${name}`, of(name, 'south')]));
    }),
  );
  const [right, found] = [reference, vectors].map((start) => {
    const s = start(design);
    return Array.from({ length: cycles }, () => {
      s.step();
      return outputs.map(({ name }) => s.peek(`all_${name}`));
    });
  });
  expect(found).toEqual(right);
}

const kept = (m: Draft, name: string, value: number): number => {
  const register = m.reg(name, m.type(value));
  m.assign(register, value);
  return register;
};

const elements: readonly Type[] = [bit, uint(5), sint(8), uint(9), sint(16), uint(17), sint(32), uint(40), sint(64)];

test.each(aThird(elements.flatMap((element) => [2, 3, 4, 7].map((length) => [element, length] as const))))(
  'vectors of %o, %i of them',
  (element, length) => {
    const type = vec(length, element);
    const cell = draft('cell', { v: type, w: type, x: element, at: uint(3), go: bit }, (m, input) => {
      const [v, w, x, at, go] = [input('v'), input('w'), input('x'), input('at'), input('go')];
      const last = m.constant(uint(3), length - 1);
      const held = m.reg('held', type, { reset: 1n });
      const chosen = m.wire('chosen', type, v);
      m.body.push({ kind: 'when', condition: go, place: null, otherwise: [], then: [assignment(chosen, w)] });
      m.body.push({
        kind: 'when',
        condition: m.op('eq', bit, [held, v]),
        place: null,
        then: [assignment(held, w)],
        otherwise: [
          {
            kind: 'when',
            condition: go,
            place: null,
            then: [assignment(held, m.op('update', type, [held, at, x]))],
            otherwise: [],
          },
        ],
      });
      return {
        held,
        direct: m.op('mux', type, [go, v, w]),
        chosen: kept(m, 'chosen_q', chosen),
        index: kept(m, 'index', m.op('index', element, [chosen, at])),
        last: kept(m, 'last', m.op('index', element, [v, last])),
        update: kept(m, 'update', m.op('update', type, [w, at, x])),
        fixed: kept(m, 'fixed', m.op('update', type, [w, last, x])),
        made: kept(
          m,
          'made',
          m.op(
            'vec',
            type,
            Array.from({ length }, (_, i) => (i % 2 === 0 ? x : m.op('index', element, [w, at]))),
          ),
        ),
        filled: kept(m, 'filled', m.op('fill', type, [x])),
        differs: kept(m, 'differs', m.op('ne', bit, [v, held])),
        nested: kept(m, 'nested', m.op('index', type, [m.op('vec', vec(2, type), [v, w]), go])),
      };
    });
    for (const cols of [17, 6]) same(cell, cols);
  },
);

test.each([
  [40, uint(3)],
  [128, bit],
  [60, sint(9)],
  [12, sint(32)],
  [16, uint(50)],
  [64, uint(16)],
] as const)('registers of %i × %o, of which each cell reads and replaces elements in memory', (length, element) => {
  const type = vec(length, element);
  const ports = { x: element, at: uint(8), far: uint(9), word: uint(32), go: bit, stop: bit };
  const cell = draft('cell', ports, (m, input) => {
    const [x, at, far, word, go, stop] = [
      input('x'),
      input('at'),
      input('far'),
      input('word'),
      input('go'),
      input('stop'),
    ];
    const wordAt = m.op('and', uint(32), [word, m.constant(uint(32), 127)]);
    const when = (condition: number, ...then: Statement[]): Statement => ({
      kind: 'when',
      condition,
      then,
      otherwise: [],
      place: null,
    });
    const register = (name: string): number => m.reg(name, type, { reset: 5n });
    const [plain, guarded, twice, seen] = [register('plain'), register('guarded'), register('twice'), register('seen')];
    const update = (vector: number, index: number): number => m.op('update', type, [vector, index, x]);
    m.body.push(
      assignment(plain, update(plain, at)),
      when(go, assignment(guarded, update(guarded, far)), when(stop, assignment(seen, update(guarded, wordAt)))),
      assignment(twice, update(twice, at)),
      when(stop, assignment(twice, update(twice, wordAt))),
    );
    const chosen = [plain, guarded, twice, seen].flatMap((vector) =>
      [at, far, wordAt].map(
        (index, i) =>
          [`chosen${vector}_${i}`, kept(m, `chosen${vector}_${i}`, m.op('index', element, [vector, index]))] as const,
      ),
    );
    return { plain, guarded, twice, seen, ...Object.fromEntries(chosen) };
  });
  for (const cols of [17, 6]) same(cell, cols, 12);
});

test.each([
  [13, uint(3)],
  [16, bit],
  [60, sint(9)],
  [12, sint(32)],
  [256, uint(50)],
  [300, uint(8)],
] as const)('memories of %i × %o inside cells', (depth, word) => {
  const ports = { x: word, at: uint(8), far: uint(9), word: uint(32), go: bit, stop: bit };
  const cell = draft('cell', ports, (m, input) => {
    const addresses = [
      input('at'),
      input('far'),
      m.op('and', uint(32), [input('word'), m.constant(uint(32), 511)]),
    ] as const;
    m.memory({ name: 'words', depth, word, init: [1n, 0n, 1n] });
    m.memory({ name: 'others', depth, word });
    const found = addresses.map((address) => m.read('words', word, address));
    const [first = 0, second = 0] = found;
    const last = m.reg('last', word);
    m.write('words', addresses[0], input('x'));
    m.when(input('go'), [
      writing('words', addresses[1], m.op('xor', word, [first, input('x')])),
      writing('others', addresses[2], second),
      assignment(last, m.read('others', word, addresses[1])),
    ]);
    m.when(input('stop'), [writing('others', addresses[0], last)]);
    const reads = [...found, m.read('others', word, addresses[2])];
    return { last, ...Object.fromEntries(reads.map((read, i) => [`read${i}`, kept(m, `read${i}_q`, read)])) };
  });
  for (const cols of [17, 6]) same(cell, cols, 12);
});

test.each([vec(4, uint(8)), vec(3, sint(9)), vec(8, bit), vec(2, sint(32)), vec(5, uint(3))])(
  '%o as a number and back',
  (type) => {
    const width = typeWidth(type);
    const cell = draft('cell', { v: type, x: uint(width) }, (m, input) => ({
      number: kept(m, 'number', m.op('cast', sint(width), [input('v')])),
      vector: kept(m, 'vector', m.op('cast', type, [input('x')])),
      side: kept(m, 'side', m.op('cat', uint(width), [m.op('cast', type, [input('x')])])),
      slice: kept(m, 'slice', m.op('slice', uint(width - 4), [input('v')], { low: 3 })),
    }));
    for (const cols of [17, 6]) same(cell, cols);
  },
);

test.each([
  [8, 3],
  [8, 2],
  [16, 4],
  [32, 5],
  [13, 4],
  [32, 6],
  [64, 6],
] as const)('numbers of %i bits, rotated by %i bits of each cell', (width, digits) => {
  const [type, amounts] = [uint(width), uint(digits + 1)];
  const cell = draft('cell', { x: type, by: uint(digits), all: amounts }, (m, input) => {
    const rotated = (by: number): number => {
      const back = m.op('sub', amounts, [m.constant(amounts, width), by]);
      return m.op('or', type, [m.op('shl', type, [input('x'), by]), m.op('shr', type, [input('x'), back])]);
    };
    const signed = m.op('cast', sint(width), [input('x')]);
    const back = m.op('sub', amounts, [m.constant(amounts, width), m.op('extend', amounts, [input('by')])]);
    return {
      rotated: kept(m, 'rotated', rotated(m.op('extend', amounts, [input('by')]))),
      // Where amounts can be as large as the number, or larger, and wrap.
      far: kept(m, 'far', rotated(input('all'))),
      signed: kept(m, 'signed', m.op('shr', sint(width), [signed, back])),
    };
  });
  for (const cols of [17, 6, 16]) same(cell, cols, 8);
});

test.each([16, 32, 64])('words of %i bits as bytes, and bytes as words', (width) => {
  const count = width / 8;
  const cell = draft('cell', { x: uint(width), v: vec(count, sint(8)) }, (m, input) => {
    const bytes = Array.from({ length: count }, (_, i) => m.op('slice', uint(8), [input('x')], { low: 8 * i }));
    const others = Array.from({ length: count }, (_, i) =>
      m.op('index', sint(8), [input('v'), m.constant(uint(3), i)]),
    );
    return {
      low: kept(m, 'low', m.op('truncate', uint(8), [input('x')])),
      split: kept(m, 'split', m.op('vec', vec(count, uint(8)), bytes.toReversed())),
      joined: kept(m, 'joined', m.op('cat', uint(width), bytes)),
      others: kept(m, 'others', m.op('cat', uint(width), others)),
      packed: kept(m, 'packed', m.op('cast', uint(width), [input('v')])),
    };
  });
  for (const cols of [17, 6, 32]) same(cell, cols);
});

test('vectors that go from cell to cell, from where the edge gives some', () => {
  const type = vec(3, sint(16));
  const cell = draft('cell', { west: type, north: type, x: sint(16) }, (m, input) => {
    const [east, south] = [m.reg('east', type), m.reg('south', type)];
    m.assign(east, m.op('update', type, [input('west'), m.constant(uint(2), 1), input('x')]));
    m.assign(
      south,
      m.op('update', type, [
        input('north'),
        m.op('truncate', uint(2), [m.op('cast', uint(16), [input('x')])]),
        input('x'),
      ]),
    );
    return { east, south };
  });
  const design = designOf(
    cell,
    draft('top', { west: vec(3, type), north: vec(18, type), x: vec(18, sint(16)) }, (m, input) => {
      const of = m.grid(cell, {
        name: 'cells',
        rows: 3,
        cols: 18,
        shape: 'full',
        inputs: {
          west: { from: 'west', port: 'east', edge: input('west') },
          north: { from: 'north', port: 'south', edge: input('north') },
          x: { from: 'column', node: input('x') },
        },
      });
      return { east: of('east', 'cells'), south: of('south', 'cells') };
    }),
  );
  const [right, found] = [reference, vectors].map((start) => {
    const s = start(design);
    return Array.from({ length: 5 }, (_, cycle) => {
      for (let row = 0; row < 3; row++)
        for (let i = 0; i < 3; i++) s.poke(`west[${row}][${i}]`, 100 * cycle + 10 * row + i);
      for (let col = 0; col < 18; col++) {
        s.poke(`x[${col}]`, cycle * 18 + col);
        for (let i = 0; i < 3; i++) s.poke(`north[${col}][${i}]`, -1000 * cycle - 10 * col - i);
      }
      s.step();
      return [s.peek('east'), s.peek('south')];
    });
  });
  expect(found).toEqual(right);
});

test.each(elements.flatMap((element) => [5, 16, 33, 64, 100, 256, 1000].map((length) => [length, element] as const)))(
  'a table of %i × %o',
  (length, element) => {
    const width = typeWidth(element);
    const cell = draft(
      'cell',
      Object.fromEntries([1, 4, 8, 9, 16, 32].map((bits) => [`at${bits}`, uint(bits)])),
      (m, input) => {
        const table = m.constant(vec(length, element), pattern(width * length));
        return Object.fromEntries(
          [1, 4, 8, 9, 16, 32]
            .flatMap((bits) => {
              // Larger indices than the table has entries are as likely as others.
              const near = m.op('and', uint(bits), [
                input(`at${bits}`),
                m.constant(uint(bits), 2 ** Math.ceil(Math.log2(2 * length)) - 1),
              ]);
              return [
                [`near${bits}`, near],
                [`any${bits}`, input(`at${bits}`)],
              ] as const;
            })
            .map(([name, at]) => [name, kept(m, name, m.op('index', element, [table, at]))]),
        );
      },
    );
    for (const cols of [17, 6]) same(cell, cols);
  },
);
