import { expect, test } from 'vitest';
import type { Design, GridSource, Module } from '../ir/types.ts';
import { assignment, bit, designOf, draft, labels, sint, uint, vec } from '../sim/testing-designs.ts';
import { designs } from './testing/designs.ts';
import { signalPaths, writeVerilog } from './index.ts';

const textOf = (design: Design): string => {
  const { files, sources } = writeVerilog(design);
  return sources.map((source) => files.get(source)).join('\n');
};
const one = (module: Module): string => textOf(designOf(module));

test('the same design gives the same text', () => {
  for (const design of designs.values()) expect(textOf(design)).toBe(textOf(design));
});

test('a black box is an instance, and no file', () => {
  const box: Module = {
    ...draft('pll', { enable: bit }, (_, input) => ({ locked: input('enable') })),
    blackBox: { model: null, part: null },
  };
  const top = draft('top', { on: bit }, (m, input) => ({
    ready: m.instance('clocks', box, { enable: input('on') })('locked'),
  }));
  const { blackBoxes, sources, files } = writeVerilog(designOf(box, top));
  expect(sources).toEqual(['top.sv']);
  expect([...blackBoxes.keys()]).toEqual(['pll']);
  expect(blackBoxes.get('pll')).toMatch(
    /^\(\* blackbox \*\)\nmodule pll \(\n +input +wire clk,\n +input +wire rst,\n +input +wire enable,\n +output wire locked\n\);\nendmodule$/m,
  );
  expect(files.get('top.sv')).toMatch(
    /pll clocks \(\n +\.clk\(clk\),\n +\.rst\(rst\),\n +\.enable\(on\),\n +\.locked\(ready\)\n +\);/,
  );
});

test('names that Verilog keeps for itself, or does not allow, are altered; others never', () => {
  const module = draft('table', { reg: bit, 'a b': bit, fine: bit }, (m, input) => ({
    always: m.op('and', bit, [input('reg'), input('a b')], { name: 'begin' }),
    'x-y': input('fine'),
  }));
  const design = designOf(module);
  const text = textOf(design);
  for (const line of [
    'module table_ (\n',
    'wire reg_,  // reg in the design\n',
    'wire a_b,  // a b in the design\n',
    'wire fine,\n',
    'wire always_,  // always in the design\n',
    'wire x_y  // x-y in the design\n',
    'wire begin_ = reg_ && a_b;\n',
  ])
    expect(text).toContain(line);
  expect([...signalPaths(design, writeVerilog(design))].map(({ path, verilog }) => `${path} ${verilog}`)).toContain(
    'table.a b a_b',
  );
});

test('widths and signs are never left to what surrounds an expression', () => {
  const module = draft('mixed', { a: sint(8), b: sint(8), u: uint(8) }, (m, input) => {
    const [a, b, u] = [input('a'), input('b'), input('u')];
    const sum = m.op('add', sint(8), [a, b]);
    return {
      wide: m.op('extend', sint(16), [sum]),
      product: m.op('mul', sint(16), [sum, m.op('cast', sint(8), [u])]),
      shifted: m.op('or', uint(8), [m.op('cast', uint(8), [m.op('shr', sint(8), [a, u])]), u]),
      less: m.op('lt', bit, [m.op('cast', sint(8), [u]), a]),
      part: m.op('slice', uint(3), [m.op('xor', uint(8), [u, m.op('cast', uint(8), [a])])], { low: 2 }),
    };
  });
  const body = one(module).split(');\n').slice(1).join(');\n');
  expect(body).toMatchInlineSnapshot(`
    "  wire signed [7:0] a_plus_b = a + b;
      wire [7:0] u_xor_a = u ^ a;

      assign wide = 16'(a_plus_b);
      assign product = a_plus_b * $signed(u);
      assign shifted = $signed(a >>> u) | u;
      assign less = $signed(u) < a;
      assign part = u_xor_a[4:2];
    endmodule
    "
  `);
});

test('what stands between square brackets is an unsigned name: Icarus 11 lets a sum grow there', () => {
  const body = one(
    draft('sums', { a: uint(2), b: uint(2), s: sint(2), elements: vec(4, uint(8)) }, (m, input) => {
      const index = (): number => m.op('add', uint(2), [input('a'), input('b')]);
      m.memory({ name: 'words', depth: 4, word: uint(8) });
      m.write('words', m.op('cast', uint(2), [input('s')]), m.op('index', uint(8), [input('elements'), index()]));
      return { word: m.read('words', uint(8), index()), taken: m.read('words', uint(8), index(), { clock: 'clk' }) };
    }),
  );
  expect(body.match(/\[[^\]:]*\+[^\]:]*\]/g)).toBeNull();
  expect(body).toContain('words[$unsigned(s)] <= ');
});

test('machines have named states, and a case that may be left out is left out', () => {
  const state = labels('state', 'idle', 'zeroLength', 'run');
  const text = one(
    draft('machine', { go: bit }, (m, input) => {
      const now = m.reg('state', state);
      m.switch(now, [
        {
          values: [0n],
          body: [
            {
              kind: 'when',
              condition: input('go'),
              then: [assignment(now, m.constant(state, 2))],
              otherwise: [],
              place: null,
            },
          ],
        },
        { values: [1n], body: [] },
        { values: [2n], body: [assignment(now, m.constant(state, 0))] },
      ]);
      return { now };
    }),
  );
  expect(text).toContain("localparam [1:0] STATE_ZERO_LENGTH = 2'd1;");
  expect(text).toMatch(
    /case \(state\)\n +STATE_IDLE: if \(go\) state <= STATE_RUN;\n +STATE_RUN: state <= STATE_IDLE;\n +default: ;\n +endcase/,
  );
});

test('long contents of a memory are a file', () => {
  const module = draft('rom', { address: uint(7) }, (m, input) => {
    m.memory({
      name: 'words',
      depth: 100,
      word: vec(2, uint(4)),
      init: Array.from({ length: 70 }, (_, i) => BigInt(i)),
    });
    return { word: m.read('words', vec(2, uint(4)), input('address')) };
  });
  const { files } = writeVerilog(designOf(module));
  expect(files.get('rom_words.hex')?.split('\n').slice(0, 12).join(' ')).toBe('0 1 2 3 4 5 6 7 8 9 a b');
  expect(files.get('rom.sv')).toContain('$readmemh("rom_words.hex", words, 0, 69);');
});

test('where values pass through the cells of a line, their module waives what tools say of the line, too', () => {
  const inner = draft('inner', { a: bit }, (m, input) => ({ y: m.op('not', bit, [input('a')]) }));
  const cell = draft('step', { a: bit }, (m, input) => ({ y: m.instance('u', inner, { a: input('a') })('y') }));
  const line = (west: boolean): Design =>
    designOf(
      inner,
      cell,
      draft('top', { a: vec(1, bit), b: vec(3, bit) }, (m, input) => {
        const source: GridSource = west
          ? { from: 'west', port: 'y', edge: input('a') }
          : { from: 'column', node: input('b') };
        return {
          y: m.grid(cell, { name: 'cells', rows: 1, cols: 3, shape: 'full', inputs: { a: source } })('y', 'south'),
        };
      }),
    );
  const waiving = (design: Design): readonly string[] =>
    [...writeVerilog(design).files].filter(([, text]) => text.includes('lint_off UNOPTFLAT')).map(([name]) => name);
  expect(waiving(line(true))).toEqual(['inner.sv', 'step.sv', 'top.sv']);
  expect(waiving(line(false))).toEqual([]);
});
