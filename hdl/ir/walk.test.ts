import { describe, expect, test } from 'vitest';
import { parseDesign } from './text/index.ts';
import { slicesOf } from './slices.ts';
import type { Module, Statement } from './types.ts';
import { bodyTargets, eachStatement, guardsFrom } from './body.ts';
import { addressWidth, describeNode, hasCell, hierarchyOf, sameType, typeName, typeWidth } from './walk.ts';

const design = parseDesign(`systole ir 1
top top

enum state = state<2> { idle, busy }

module leaf
  in a: uint<4> async

module middle
  instance l of leaf
    in a = %0
  %0: uint<4> = const 0x3

module top
  clock clk
  instance m of middle
  grid g of leaf rows 2 cols 2 full
    in a = all %0
  %0: uint<4> = const 0x3
  %1 mode: enum state = reg clk reset 0x0
  %2 count: uint<4> = reg clk reset 0x0
  %3: uint<4> = add(%2, %0)
  %4: uint<1> = eq(%3, %0)
  %5: vec<5, uint<4>> = vec(%0, %0, %2, %3, %0)
  body
    when %4
      %2 <= %3
      switch %1
        case 0x0
          %1 <= %1
        case 0x1
    otherwise
      %1 <= %1
    assert %4 on clk "m"
`);
const top = design.modules[2];
if (top === undefined) throw new Error('the design has three modules');
const module: Module = top;

describe('types', () => {
  test('have widths and names', () => {
    const type = module.nodes[5]?.type;
    expect(type !== undefined && [typeWidth(type), typeName(type)]).toEqual([20, 'vec<5, uint<4>>']);
    expect(module.nodes.slice(1, 3).map((node) => typeName(node.type))).toEqual(['enum state', 'uint<4>']);
  });
  test('are the same by structure, an enumeration by its name and labels too', () => {
    const state = (...labels: string[]) => ({ kind: 'enum', width: 2, name: 'state', labels }) as const;
    expect(sameType(state('a', 'b'), state('a', 'b'))).toBe(true);
    expect(sameType(state('a', 'b'), state('a', 'c'))).toBe(false);
    expect(sameType(state('a'), { kind: 'uint', width: 2 })).toBe(false);
    expect(sameType({ kind: 'uint', width: 2 }, { kind: 'sint', width: 2 })).toBe(false);
    expect(
      sameType({ kind: 'vec', length: 2, element: state('a') }, { kind: 'vec', length: 2, element: state('a') }),
    ).toBe(true);
    expect(
      sameType({ kind: 'vec', length: 2, element: state('a') }, { kind: 'vec', length: 3, element: state('a') }),
    ).toBe(false);
  });
  test.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [1024, 10],
    [1025, 11],
    [2 ** 40, 40],
    [2 ** 40 + 1, 41],
  ])('%i words need %i address bits', (depth, width) => {
    expect(addressWidth(depth)).toBe(width);
  });
});

test('nodes are described by their names, else by what they do with named ones', () => {
  expect([0, 1, 2, 3, 4, 5].map((id) => describeNode(module, id))).toEqual([
    '3',
    'mode',
    'count',
    'add (count, 3)',
    'eq (…, 3)',
    'vec (3, 3, count, …, …)',
  ]);
});

describe('bodies', () => {
  test('are walked with the conditions of each statement', () => {
    const seen: string[] = [];
    eachStatement(module.body, (statement, guard) => {
      seen.push(`${statement.kind} ${[...guardsFrom(guard)].map(({ node }) => node).join(' ')}`);
    });
    expect(seen).toEqual(['when ', 'assign 4', 'switch 4', 'assign 1 4', 'assign 4', 'check ']);
    expect([...bodyTargets(module.body)]).toEqual([2, 1]);
  });
  test('are taken apart by target, with the conditions around them and the empty cases beside them', () => {
    const count: Statement = { kind: 'assign', target: 2, value: 3, place: null };
    const mode: Statement = { kind: 'assign', target: 1, value: 1, place: null };
    expect(slicesOf(module.body).get(2)).toEqual([
      { kind: 'when', condition: 4, then: [count], otherwise: [], place: null },
    ]);
    expect(slicesOf(module.body).get(1)).toEqual([
      {
        kind: 'when',
        condition: 4,
        otherwise: [mode],
        place: null,
        then: [
          {
            kind: 'switch',
            subject: 1,
            cases: [
              { values: [0n], body: [mode] },
              { values: [1n], body: [] },
            ],
            fallback: [],
            place: null,
          },
        ],
      },
    ]);
    expect([...slicesOf(module.body).keys()]).toEqual([2, 1]);
  });
});

test('every module has the first path found from the top', () => {
  const { parents, pathTo } = hierarchyOf(design);
  expect([...parents.keys()].map(pathTo)).toEqual([['top'], ['top', 'middle'], ['top', 'leaf']]);
});

test.each([
  ['full', 16],
  ['lower', 10],
  ['upper', 10],
] as const)('a %s grid of 4 × 4 has %i cells', (shape, count) => {
  const grid = { rows: 4, cols: 4, shape };
  const cells = Array.from({ length: 36 }, (_, i) => hasCell(grid, Math.floor(i / 6) - 1, (i % 6) - 1)).filter(Boolean);
  expect(cells.length).toBe(count);
});
