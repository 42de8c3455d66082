/** Registers, memories, machines, modules, grids, clocks: what they do, and that each definition is elaborated once. */
import { describe, expect, test } from 'vitest';
import { printDesign, parseDesign } from '../ir/text/index.ts';
import { CheckError, simulate, type Simulator } from '../sim/index.ts';
import {
  all,
  assert,
  assume,
  bit,
  blackBox,
  byCell,
  byColumn,
  byRow,
  cover,
  delay,
  elaborate,
  fromEast,
  fromNorth,
  fromSouth,
  fromWest,
  fsm,
  grid,
  inClock,
  inDomain,
  lanes,
  module,
  reg,
  regs,
  sint,
  sram,
  stage,
  stream,
  struct,
  synchronise,
  uint,
  vec,
  when,
  type Module,
} from './index.ts';

const run = (made: Pick<Module, 'definition'>): Simulator => simulate(elaborate(made));

describe('state', () => {
  test('reset restores what is resettable', () => {
    const s = run(
      module('resets', { in: { x: uint(8) }, out: { a: uint(8), b: uint(8) } }, ({ x }) => {
        const a = reg('first', uint(8), { reset: 7 });
        const b = reg('second', uint(8), { reset: 9, resettable: false });
        a.next = x;
        b.next = x;
        return { a, b };
      }),
    );
    expect([s.peek('a'), s.peek('b')]).toEqual([7n, 9n]);
    s.poke('x', 1);
    s.step();
    s.reset();
    expect([s.peek('a'), s.peek('b')]).toEqual([7n, 1n]);
  });
  test('delay: cycles and enable', () => {
    const s = run(
      module(
        'delays',
        { in: { x: uint(8), go: bit }, out: { late: uint(8), held: uint(8), same: uint(8) } },
        ({ x, go }) => ({
          late: delay('late', x, { cycles: 3 }),
          held: delay('held', x, { enable: go }),
          same: delay('never', x, { cycles: 0 }),
        }),
      ),
    );
    for (let i = 1; i <= 5; i++) {
      s.poke('x', i);
      s.poke('go', i === 2);
      s.step();
    }
    expect([s.peek('late'), s.peek('held'), s.peek('same')]).toEqual([3n, 2n, 5n]);
  });
  test('a machine', () => {
    const s = run(
      module('machine', { in: { go: bit }, out: { busy: bit, at: uint(2) } }, ({ go }) => {
        const state = fsm(['idle', 'one', 'two'], { reset: 'idle', name: 'phase' });
        state.cases({
          idle: () => when(go, () => state.goto('one')),
          one: () => state.goto('two'),
          two: () => state.goto('idle'),
        });
        return { busy: state.is('idle').not(), at: state.state.asUint().expectWidth(2) };
      }),
    );
    s.poke('go', 1);
    const seen = Array.from({ length: 5 }, () => {
      const at = s.peek('at');
      s.step();
      return at;
    });
    expect(seen).toEqual([0n, 1n, 2n, 0n, 1n]);
  });
  test('assert, assume and cover, under the conditions around them', () => {
    const s = run(
      module('checks', { in: { go: bit, x: uint(4) }, out: { y: bit } }, ({ go, x }) => {
        when(go, () => {
          assert(x.lt(9), 'x stays small');
          cover(x.eq(3), 'x was three');
        });
        assume(x.ne(15), 'x is never fifteen');
        return { y: x.any() };
      }),
    );
    s.poke('x', 12);
    s.step();
    s.poke('x', 3);
    s.poke('go', 1);
    s.step(2);
    expect(s.covers().map(({ message, hits }) => [message, hits])).toEqual([['x was three', 2]]);
    s.poke('x', 9);
    expect(() => s.step()).toThrow(CheckError);
    s.poke('go', 0);
    s.poke('x', 15);
    expect(() => s.step()).toThrow('x is never fifteen');
  });
});

describe('memories', () => {
  const Bytes = (readDuringWrite: 'old' | 'new' | 'undefined') =>
    module(
      'bytes',
      { in: { at: uint(2), data: uint(16), mask: uint(2), go: bit }, out: { word: uint(16), now: uint(16) } },
      ({ at, data, mask, go }) => {
        const store = sram('store', { depth: 3, word: uint(16), lanes: 2, readDuringWrite, init: [0x1122, 0x3344n] });
        when(go, () => {
          store.write({ address: at, data, mask });
        });
        return { word: store.read('word', { address: at }), now: store.readNow({ address: at }) };
      },
    );
  test.each([
    ['old', 0x3344n],
    ['new', 0x33aan],
    ['undefined', 0x33bbn],
  ] as const)('a read during a write takes %s', (mode, expected) => {
    const s = run(Bytes(mode));
    s.poke('at', 1);
    s.poke('data', 0xffaa);
    s.poke('mask', 0b01);
    s.poke('go', 1);
    s.step();
    expect([s.peek('word'), s.peek('now')]).toEqual([expected, 0x33aan]);
    s.poke('go', 0);
    s.step();
    expect(s.peek('word')).toBe(0x33aan);
  });
  test('past the depth nothing is written, and zeros are read', () => {
    const s = run(Bytes('old'));
    s.poke('at', 3);
    s.poke('data', 0xffff);
    s.poke('mask', 3);
    s.poke('go', 1);
    s.step(2);
    expect([s.peek('word'), s.peek('now')]).toEqual([0n, 0n]);
  });
  test('a read under when keeps its word while the condition is 0', () => {
    const s = run(
      module('guarded', { in: { at: uint(1), a: bit, b: bit }, out: { word: uint(8) } }, ({ at, a, b }) => {
        const store = sram('store', { depth: 2, word: uint(8), init: [5, 6] });
        store.write({ address: at, data: 0, enable: 0 });
        const words: { word: ReturnType<typeof read> }[] = [];
        const read = () => store.read('word', { address: at, enable: b });
        when(a, () => {
          words.push({ word: read() });
        });
        return { word: words[0]?.word ?? 0 };
      }),
    );
    s.poke('a', 1);
    s.step();
    expect(s.peek('word')).toBe(0n);
    s.poke('b', 1);
    s.step();
    s.poke('at', 1);
    s.poke('a', 0);
    s.step();
    expect(s.peek('word')).toBe(5n);
  });
  test('structs are stored as their bits', () => {
    const pair = struct({ x: uint(4), y: sint(5) });
    const s = run(
      module(
        'pairs',
        { in: { at: uint(2), value: pair, go: bit }, out: { now: pair, later: pair } },
        ({ at, value, go }) => {
          const store = sram('store', { depth: 4, word: pair, readDuringWrite: 'new' });
          store.write({ address: at, data: value, enable: go });
          return { now: store.readNow({ address: at }), later: store.read('later_word', { address: at }) };
        },
      ),
    );
    s.poke('at', 2);
    s.poke('value_x', 9);
    s.poke('value_y', -3);
    s.poke('go', 1);
    s.step();
    expect(['now_x', 'now_y', 'later_x', 'later_y'].map((name) => s.peek(name))).toEqual([9n, -3n, 9n, -3n]);
  });
});

describe('clocks', () => {
  test('two domains, a synchronised crossing, an instance on the other clock', () => {
    const Count = module('count', { in: {}, out: { n: uint(8) } }, () => {
      const n = reg('value', uint(8));
      n.next = n.add(1);
      return { n };
    });
    const Top = module(
      'top',
      {
        in: {},
        out: { slow: uint(8), fast: inDomain('quick', uint(8)), level: inDomain('quick', bit) },
        clocks: ['clk', 'quick'],
      },
      () => {
        const slow = Count({}).n;
        const fast = Count({}, { name: 'quick_count', clocks: { clk: 'quick' } }).n;
        const level = inClock('quick', () => synchronise('level_sync', slow.bit(0)));
        return { slow, fast, level };
      },
    );
    const s = simulate(elaborate(Top), { timing: { clk: { period: 6, phase: 0 }, quick: { period: 2, phase: 0 } } });
    s.step(10);
    expect([s.peek('slow'), s.peek('fast')]).toEqual([10n, 30n]);
    // The level before the last step has crossed since.
    expect(s.peek('level')).toBe(1n);
  });
  test('a crossing without a synchroniser is refused', () => {
    expect(() =>
      elaborate(
        module('top', { in: { x: inDomain('other', bit) }, out: { y: bit }, clocks: ['clk', 'other'] }, ({ x }) => ({
          y: delay('late', x),
        })),
      ),
    ).toThrow('E0014');
  });
});

describe('black boxes', () => {
  const ports = { in: { x: uint(8) }, out: { y: uint(8) } } as const;
  const Model = module('twice_model', ports, ({ x }) => ({ y: x.shl(1) }));
  test('are simulated by their model', () => {
    const Twice = blackBox('twice', ports, Model);
    const s = run(module('top', ports, ({ x }) => Twice({ x })));
    s.poke('x', 21);
    expect(s.peek('y')).toBe(42n);
  });
  test('have streams and clocks as other modules have', () => {
    const flow = { in: { input: stream(uint(8)) }, out: { output: stream(uint(8)) } } as const;
    const pins = { ...flow, clocks: [{ clock: 'clk', reset: 'rst' }] } as const;
    const Link = blackBox(
      'link',
      pins,
      module('link_model', flow, ({ input }) => ({ output: stage('held', input) })),
    );
    const s = run(module('top', flow, ({ input }) => Link({ input })));
    s.poke('input_valid', 1);
    s.poke('input_payload', 9);
    s.poke('output_ready', 1);
    s.step(2);
    expect([s.peek('output_valid'), s.peek('output_payload')]).toEqual([1n, 9n]);
  });
  test('have no clock but those that they name, and the model must do with these', () => {
    const Model2 = module('held_model', ports, ({ x }) => ({ y: delay('held', x) }));
    const Without = blackBox('held', ports, Model2);
    expect(() => elaborate(module('top', ports, ({ x }) => Without({ x })))).toThrow(
      'E0014 clock-domain crossing: held_model, the model of held, runs on clock clk',
    );
    const With = blackBox('held', { ...ports, clocks: ['clk'] }, Model2);
    const design = elaborate(module('top', ports, ({ x }) => With({ x })));
    expect(design.modules.find(({ blackBox: box }) => box !== null)?.clocks).toEqual([{ name: 'clk', reset: null }]);
    expect(printDesign(parseDesign(printDesign(design)))).toBe(printDesign(design));
  });
  test('take parameters of four kinds, by their text too', () => {
    const parameters = { N: -3, WIDE: 1n << 40n, MODE: 'a "b"', BITS: { bits: 5, value: 17 }, R: { real: '1.5e-3' } };
    const design = elaborate(
      module('top', ports, ({ x }) => blackBox('twice', { ...ports, parameters }, Model)({ x })),
    );
    const text = printDesign(design);
    expect(printDesign(parseDesign(text))).toBe(text);
    expect(text).toContain(
      '  parameter N = negative 0x3\n  parameter WIDE = integer 0x10000000000\n  parameter MODE = string "a \\"b\\""\n',
    );
  });
  test.each([
    [{ ...ports, inout: { pad: bit } }, 'E0011'],
    [{ ...ports, parameters: { N: 1.5 } }, 'E0003'],
    [{ ...ports, parameters: { N: { bits: 2, value: 4 } } }, 'E0003'],
    [{ ...ports, parameters: { R: { real: 'fast' } } }, 'E0003'],
  ] as const)('refuse what is no pin or parameter: %#', (given, code) => {
    expect(() => blackBox('odd', given, Model)).toThrow(code);
  });
  test('need one to be simulated', () => {
    const Unknown = blackBox('unknown', ports, null);
    const design = elaborate(module('top', ports, ({ x }) => Unknown({ x })));
    expect(() => simulate(design)).toThrow('E0018');
  });
});

describe('grids', () => {
  /** Adds its own constant to what comes from each side. */
  const Cell = module(
    'cell',
    {
      in: { w: uint(8), n: uint(8), e: uint(8), s: uint(8), own: uint(8), row: uint(8), col: uint(8), scale: uint(8) },
      out: { east: uint(8), south: uint(8), west: uint(8), north: uint(8), sum: uint(8) },
    },
    ({ w, n, e, s, own, row, col, scale }) => ({
      east: delay('to_east', w.add(1)),
      south: delay('to_south', n.add(1)),
      west: delay('to_west', e.add(1)),
      north: delay('to_north', s.add(1)),
      sum: own.add(row).add(col).add(scale),
    }),
  );
  const [rows, cols] = [2, 3];
  const Mesh = module(
    'mesh',
    {
      in: {
        w: vec(rows, uint(8)),
        n: vec(cols, uint(8)),
        e: vec(rows, uint(8)),
        own: vec(rows, vec(cols, uint(8))),
        row: vec(rows, uint(8)),
        col: vec(cols, uint(8)),
        scale: uint(8),
      },
      out: {
        east: vec(rows, uint(8)),
        south: vec(cols, uint(8)),
        west: vec(rows, uint(8)),
        north: vec(cols, uint(8)),
        sums: vec(rows, vec(cols, uint(8))),
      },
    },
    ({ w, n, e, own, row, col, scale }) => {
      const cells = grid('cells', {
        rows,
        cols,
        cell: Cell,
        inputs: {
          w: fromWest('east', w),
          n: fromNorth('south', n),
          e: fromEast('west', e),
          s: fromSouth('north', [100, 110, 0]),
          own: byCell(own),
          row: byRow(row),
          col: byColumn(col),
          scale: all(scale),
        },
      });
      return {
        east: cells.east('east'),
        south: cells.south('south'),
        west: cells.west('west'),
        north: cells.north('north'),
        sums: cells.cells('sum'),
      };
    },
  );
  test('wiring on every side, by row, by column, by cell, and for all', () => {
    const s = run(Mesh);
    for (let r = 0; r < rows; r++) {
      s.poke(`w[${r}]`, 10 * r);
      s.poke(`e[${r}]`, 50 + r);
      s.poke(`row[${r}]`, 16 * r);
      for (let c = 0; c < cols; c++) {
        s.poke(`own[${r}][${c}]`, r + c);
        s.poke(`col[${c}]`, 3 * c);
        s.poke(`n[${c}]`, 20 * c);
      }
    }
    s.poke('scale', 7);
    s.step(5);
    const list = (name: string, length: number): bigint[] => Array.from({ length }, (_, i) => s.peek(`${name}[${i}]`));
    expect([list('east', rows), list('south', cols), list('west', rows), list('north', cols)]).toEqual([
      [3n, 13n],
      [2n, 22n, 42n],
      [53n, 54n],
      [102n, 112n, 2n],
    ]);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++) expect(s.peek(`sums[${r}][${c}]`)).toBe(BigInt(r + c + 16 * r + 3 * c + 7));
  });

  const Step = module('step', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => ({ y: delay('held', x.add(1)) }));
  test.each([
    ['lower', [1n, 2n, 3n]],
    ['upper', [3n, 2n, 1n]],
  ] as const)('a %s triangle ends where its rows do', (shape, expected) => {
    const s = run(
      module('skew', { in: { x: vec(3, uint(8)) }, out: { y: vec(3, uint(8)) } }, ({ x }) => ({
        y: grid('cells', { rows: 3, cols: 3, shape, cell: Step, inputs: { x: fromWest('y', x) } }).east('y'),
      })),
    );
    s.step(4);
    expect([0, 1, 2].map((r) => s.peek(`y[${r}]`))).toEqual(expected);
  });
  test('lanes: one cell for each element', () => {
    const s = run(
      module('adders', { in: { a: vec(4, uint(8)), b: uint(8) }, out: { y: vec(4, uint(8)) } }, ({ a, b }) => {
        const Add = module('adder', { in: { a: uint(8), b: uint(8) }, out: { y: uint(8) } }, (i) => ({
          y: i.a.add(i.b),
        }));
        return { y: lanes('adders', 4, Add, { a: byColumn(a), b: all(b) }).y };
      }),
    );
    for (let i = 0; i < 4; i++) s.poke(`a[${i}]`, i);
    s.poke('b', 10);
    expect([0, 1, 2, 3].map((i) => s.peek(`y[${i}]`))).toEqual([10n, 11n, 12n, 13n]);
  });

  const Square = (size: number) =>
    module('square', { in: { x: vec(size, uint(8)) }, out: { y: vec(size, uint(8)) } }, ({ x }) => ({
      y: grid('cells', { rows: size, cols: size, cell: Step, inputs: { x: fromWest('y', x) } }).east('y'),
    }));
  test('the size of the ir does not depend on the number of cells', () => {
    const sizes = [2, 128].map((size) =>
      elaborate(Square(size)).modules.map((one) => [one.name, one.nodes.length, one.body.length]),
    );
    expect(sizes[0]).toEqual(sizes[1]);
  });
});

describe('modules', () => {
  test('a definition is elaborated once, however many instances it has', () => {
    let times = 0;
    const Child = module('child', { in: { x: bit }, out: { y: bit } }, ({ x }) => {
      times++;
      return { y: delay('held', x) };
    });
    const design = elaborate(
      module('top', { in: { x: bit }, out: { y: bit } }, ({ x }) => Child({ x: Child({ x: Child({ x }).y }).y })),
    );
    expect(times).toBe(1);
    expect(design.modules.map(({ name }) => name)).toEqual(['child', 'top']);
    expect(design.modules[1]?.instances.map(({ name, module: of }) => `${name}: ${of}`)).toEqual([
      'child: child',
      'child_1: child',
      'child_2: child',
    ]);
  });
  test('definitions of one name: the same contents are one module, others are numbered', () => {
    const Child = <const W extends number>(bits: W) =>
      module('child', { in: { x: uint(bits) }, out: { y: uint(bits) } }, ({ x }) => ({ y: delay('held', x) }));
    const Parent = <const W extends number>(bits: W) =>
      module('parent', { in: { x: uint(bits) }, out: { y: uint(bits) } }, ({ x }) => Child(bits)({ x }));
    const design = elaborate(
      module(
        'top',
        { in: { a: uint(4), b: uint(8) }, out: { a4: uint(4), again: uint(4), b8: uint(8) } },
        ({ a, b }) => ({ a4: Parent(4)({ x: a }).y, again: Parent(4)({ x: a }).y, b8: Parent(8)({ x: b }).y }),
      ),
    );
    expect(
      design.modules.map(({ name, instances }) => `${name}(${instances.map((one) => one.module).join()})`),
    ).toEqual(['child()', 'parent(child)', 'child_2()', 'parent_2(child_2)', 'top(parent,parent,parent_2)']);
    expect(printDesign(parseDesign(printDesign(design)))).toBe(printDesign(design));
  });
  test('an output may have the name of the register that drives it', () => {
    const s = run(
      module('unit', { in: { go: bit }, out: { count: uint(4) } }, ({ go }) => {
        const r = regs({ count: [uint(4), 3] });
        when(go, () => {
          r.count.next = r.count.add(1);
        });
        return r;
      }),
    );
    s.poke('go', 1);
    s.step();
    expect(s.peek('count')).toBe(4n);
  });
  test('places are where the designer wrote', () => {
    const [unit] = elaborate(
      module('unit', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => ({ y: x.add(1) })),
    ).modules;
    const sum = unit?.nodes.find((node) => node.kind === 'op');
    expect(sum?.place?.file).toBe('hdl/language/structure.test.ts');
    expect(sum?.place?.line).toBe(unit?.place?.line);
  });
});
