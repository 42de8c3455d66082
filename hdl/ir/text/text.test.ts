import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryDesign } from '../testing/arbitrary.ts';
import type { Design } from '../types.ts';
import { IrSyntaxError, parseDesign, printDesign } from './index.ts';
import { runsOf } from '../../testing-runs.ts';

const example = `systole ir 1
top mesh

enum state = state<2> { idle, busy, done }
enum state_2 = state<1> { off, on }

module pe @pe.ts:3:1
  clock clk reset rst
  in a: sint<8> on clk @pe.ts:4:9
  in mode: enum state async
  out y: sint<16> on clk @pe.ts:5:9
  out go_ready: uint<1> on clk
  in go_valid: uint<1> on clk
  stream in go valid go_valid ready go_ready payload []
  memory table: vec<2, uint<4>> depth 5 lanes 2 read new init [0x1f, 0x00] @pe.ts:7:3
  %0 a: sint<8> = input a @pe.ts:4:9
  %1: enum state = input mode
  %2: sint<16> = mul(%0, %0) @pe.ts:9:14
  %3 y: sint<16> = reg clk start 0x0000 @pe.ts:8:3
  %4: uint<3> = slice(%2) low 5
  %5 word: vec<2, uint<4>> = read table [%4] on clk when %6
  %6 go: uint<1> = input go_valid
  %7 lamp: enum state_2 = wire else %8
  %8: enum state_2 = const 0x1
  %9 crossed: uint<1> = reg clk reset 0x0 synchroniser
  body
    switch %1 @pe.ts:12:3
      case 0x0, 0x2
        when %6 @pe.ts:13:5
          %3 <= %2 @pe.ts:13:20
        otherwise
          write table [%4] = %5 on clk
      case 0x1
      otherwise
        assert %6 on clk "never \\"stuck\\"" @pe.ts:20:5
    %9 <= %6
  drive y = %3
  drive go_ready = %6

module cell
  blackbox model pe
  clock clk

module mesh
  clock clk reset rst
  in a: vec<4, sint<8>> on clk
  instance one of cell @"C:\\\\my chip\\\\pe.ts":1:2
    clock clk = clk
  grid cells of pe rows 4 cols 4 lower
    clock clk = clk
    in a = west y edge %0
    in mode = all %1
  %0 "a b": vec<4, sint<8>> = input a
`;

describe('the text of a design', () => {
  test('comes back as it was, for random designs', () => {
    fc.assert(
      fc.property(arbitraryDesign(), (design) => {
        expect(parseDesign(printDesign(design))).toEqual(design);
      }),
      { numRuns: runsOf({ few: 80, all: 500 }) },
    );
  });

  test('comes back as it was, for a text by hand', () => {
    expect(printDesign(parseDesign(example))).toBe(example);
  });

  test('may have comments and blank lines', () => {
    expect(parseDesign(example.replaceAll('\n', '\n\n    # a comment\n'))).toEqual(parseDesign(example));
  });

  test('does not grow with the size of a grid', () => {
    const grown = example.replace('rows 4 cols 4', 'rows 128 cols 128');
    expect(printDesign(parseDesign(grown)).length - printDesign(parseDesign(example)).length).toBe(4);
  });

  test('keeps names that are no identifiers', () => {
    const design: Design = {
      top: '',
      modules: [
        {
          name: '',
          clocks: [],
          ports: [],
          streams: [],
          nodes: [],
          memories: [],
          instances: [],
          grids: [],
          body: [],
          outputs: { ['__proto__']: 0, '%1': 3 },
          blackBox: null,
          place: null,
        },
      ],
    };
    expect(parseDesign(printDesign(design))).toEqual(design);
    expect(Object.keys(parseDesign(printDesign(design)).modules[0]?.outputs ?? {})).toEqual(['__proto__', '%1']);
  });
});

describe('a text that is no design is refused in one line', () => {
  const message = (text: string): string => {
    try {
      parseDesign(text, 'broken.ir');
    } catch (error) {
      if (error instanceof IrSyntaxError) return error.message;
    }
    return 'accepted';
  };
  const changed = (from: string, to: string): string => {
    expect(example).toContain(from);
    return message(example.replace(from, to));
  };

  test.each([
    ['', 'broken.ir:1: expected "systole ir 1", found the end of the file'],
    ['systole ir 9', 'broken.ir:1: expected "systole ir 1", found "systole ir 9"'],
    ['systole ir 1\n', 'broken.ir:2: expected "top", found the end of the file'],
    ['systole ir 1\nmodule', 'broken.ir:2: expected "top", found "module"'],
    ['systole ir 1\ntop a\nmodul a', 'broken.ir:3: expected "enum" or "module", found "modul"'],
    ['systole ir 1\ntop a\n   module a', 'broken.ir:3: expected an indentation of 0 or 2 blanks, found 3'],
    ['systole ir 1\ntop a ;', 'broken.ir:2: expected a name, a number or a mark, found ";"'],
  ])('%j', (text, wanted) => expect(message(text)).toBe(wanted));

  test.each([
    ['sint<8> on clk @pe.ts:4:9', 'sinf<8> on clk', 'broken.ir:9: expected a type, found "sinf"'],
    [
      'sint<8> on clk @pe.ts:4:9',
      'sint<-8> on clk',
      'broken.ir:9: expected a name, a number or a mark, found "-8> on clk"',
    ],
    ['sint<8> on clk @pe.ts:4:9', 'sint<8>', 'broken.ir:9: expected "on" or "async", found the end of the line'],
    [
      'enum state async',
      'enum stale async',
      'broken.ir:10: expected an enumeration that is declared above, found "stale"',
    ],
    ['%1: enum state =', '%7: enum state =', 'broken.ir:17: expected "%1", found "%7"'],
    ['%1: enum state =', '%1 mode enum state =', 'broken.ir:17: expected ":", found "enum"'],
    [
      '%3 y: sint<16> = reg',
      '%3: sint<16> = reg',
      'broken.ir:19: expected a name for the register, found "@pe.ts:8:3"',
    ],
    ['mul(%0, %0)', 'mull(%0, %0)', 'broken.ir:18: expected a kind of node or an operation, found "mull"'],
    ['mul(%0, %0)', 'mul(%0 %0)', 'broken.ir:18: expected "," or ")", found "%0"'],
    ['start 0x0000', 'start 12', 'broken.ir:19: expected a bit pattern such as 0x1f, found "12"'],
    ['%3 <= %2', '%3 <= y', 'broken.ir:30: expected a node, found "y"'],
    ['case 0x1\n', 'kase 0x1\n', 'broken.ir:33: expected "case", found "kase"'],
    ['assert %6', 'insist %6', 'broken.ir:35: expected a statement, found "insist"'],
    ['"never \\"stuck\\""', 'stuck', 'broken.ir:35: expected a message in quotes, found "stuck"'],
    ['drive y = %3', 'drive y = %3 %4', 'broken.ir:37: expected the end of the line, found "%4"'],
    [
      '    clock clk = clk\n    in a',
      '    reset clk = clk\n    in a',
      'broken.ir:50: expected "clock" or "in", found "reset"',
    ],
    [
      '  drive y = %3',
      '  drive y = %3\n    drive z = %3',
      'broken.ir:38: expected a line that is not below line 37, found "drive"',
    ],
  ])('%j made %j', (from, to, wanted) => expect(changed(from, to)).toBe(wanted));
});
