/** Names that mean something else where they stand: to the writer, to a file system, or around them. */
import { describe, expect, test } from 'vitest';
import type { Design, Module } from '../ir/types.ts';
import { assignment, bit, designOf, draft, uint, vec } from '../sim/testing-designs.ts';
import { declaredAmiss } from './testing/declarations.ts';
import { named } from './testing/named.ts';
import { signalPaths, writeVerilog } from './index.ts';

const textsOf = (design: Design): readonly string[] => {
  const { files, sources } = writeVerilog(design);
  return sources.map((source) => files.get(source) ?? '');
};

/** A register by that name. */
const holder = (name: string, inner: string): Module =>
  draft(name, { d: bit }, (m, input) => {
    const q = m.reg(inner, bit);
    m.assign(q, input('d'));
    return { q };
  });

/** With a memory of 70 first words, more than are written out. */
const rom = (name: string, memory: string, value: bigint): Module =>
  draft(name, { address: uint(7) }, (m, input) => {
    m.memory({ name: memory, depth: 128, word: uint(8), init: Array.from({ length: 70 }, () => value) });
    return { word: m.read(memory, uint(8), input('address')) };
  });

test('what loops are called gives way to the design', () => {
  const words = [
    'lane',
    'i',
    'k',
    'row',
    'col',
    'cols',
    'u',
    'bytes_write',
    'next_elements',
    'cells_row_edge',
    'CELLS_ROWS',
  ];
  for (const name of words) {
    const [text = '', ...others] = textsOf(named(name)).toReversed();
    for (const one of [text, ...others]) expect(declaredAmiss(one), one).toEqual([]);
    expect(text).toMatch(new RegExp(`logic \\[3:0\\] ${name};`));
  }
});

describe('files', () => {
  const distinct = ({ files }: ReturnType<typeof writeVerilog>): number =>
    new Set([...files.keys()].map((name) => name.toLowerCase())).size;

  test('of memories are told apart whatever modules and memories are called', () => {
    const [a, b] = [rom('a', 'b_c', 1n), rom('a_b', 'c', 2n)];
    const top = draft('top', { address: uint(7) }, (m, input) => ({
      one: m.instance('one', a, { address: input('address') })('word'),
      two: m.instance('two', b, { address: input('address') })('word'),
    }));
    const verilog = writeVerilog(designOf(a, b, top));
    expect([...verilog.files.keys()].toSorted()).toEqual(['a.sv', 'a_b.sv', 'a_b_c.hex', 'a_b_c_2.hex', 'top.sv']);
    expect(verilog.files.get('a_b.sv')).toContain('$readmemh("a_b_c_2.hex", c, 0, 69);');
    expect(verilog.files.get('a_b_c_2.hex')).toMatch(/^2\n/);
    expect(verilog.files.get('a_b_c.hex')).toMatch(/^1\n/);
  });

  test('of modules are told apart without regard to case, and the top keeps its name', () => {
    const [upper, lower] = [holder('Foo', 'q'), holder('FOO', 'q')];
    const top = draft('foo', { d: bit }, (m, input) => ({
      q: m.instance('b', lower, { d: m.instance('a', upper, { d: input('d') })('q') })('q'),
    }));
    const verilog = writeVerilog(designOf(upper, lower, top));
    expect(verilog.sources).toEqual(['Foo_2.sv', 'FOO_3.sv', 'foo.sv']);
    expect(distinct(verilog)).toBe(3);
    expect(verilog.files.get('foo.sv')).toMatch(/Foo_2 a \(.*FOO_3 b \(/s);
  });

  test('are never called like a device of Windows', () => {
    expect(writeVerilog(designOf(holder('aux', 'q'))).sources).toEqual(['aux_.sv']);
    expect(writeVerilog(designOf(holder('NUL', 'q'))).sources).toEqual(['NUL_.sv']);
  });
});

test('the top is not called like a port of it, and nothing in a module like the module or an instance of it', () => {
  const parity = draft('parity', { d: bit }, (_, input) => ({ parity: input('d') }));
  const [text = ''] = textsOf(designOf(parity));
  expect(text).toMatch(/^\/\/ parity \(parity_ in Verilog\)[^]*^module parity_ \([^)]*output wire parity\n/m);
  const around = draft('around', { d: bit }, (m, input) => ({
    q: m.instance('p', parity, { d: input('d') })('parity'),
  }));
  expect(writeVerilog(designOf(parity, around)).sources).toEqual(['parity.sv', 'around.sv']);
  const inner = holder('inner', 'inner');
  const outer = draft('outer', { d: bit }, (m, input) => ({ out: m.instance('q', inner, { d: input('d') })('q') }));
  const verilog = writeVerilog(designOf(inner, outer));
  expect(verilog.files.get('inner.sv')).toContain('logic inner_2;');
  expect(verilog.files.get('outer.sv')).toContain('inner q_ (');
  expect([...signalPaths(designOf(inner, outer), verilog)].map(({ path, verilog: at }) => `${path} ${at}`)).toContain(
    'outer.q.inner q_.inner_2',
  );
});

test('what C has a macro for, or a class of Verilator a member, is no name of a port or signal', () => {
  for (const name of ['NULL', 'EOF', 'linux', 'errno', 'eval', 'name', 'trace']) {
    const text = textsOf(
      designOf(
        holder('part', name),
        draft(`of_${name}`, { [name]: bit }, (_, input) => ({ y: input(name) })),
      ),
    );
    expect(text.join('')).toMatch(new RegExp(` wire ${name}_,? *// ${name} in the design`));
    expect(textsOf(designOf(holder('part', name))).join('')).toContain(`logic ${name}_;`);
  }
});

test('words of C++ are altered in ports and signals, and in no module’s name', () => {
  const text = textsOf(
    designOf(
      draft('map', { list: bit, set: vec(2, bit) }, (m, input) => {
        const queue = m.wire('queue', bit, null);
        m.when(
          input('list'),
          [assignment(queue, m.op('index', bit, [input('set'), m.constant(bit, 0)]))],
          [assignment(queue, input('list'))],
        );
        return { long: m.op('xor', bit, [queue, input('list')]) };
      }),
    ),
  ).join('');
  for (const line of [
    'module map (\n',
    'list_,  // list in the design',
    'set_,  // set in the design',
    'long_  // long in the design',
    ' queue_ = list_ ?',
  ])
    expect(text).toContain(line);
});
