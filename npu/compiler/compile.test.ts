import { describe, expect, it } from 'vitest';
import { npuConfig } from '../config.ts';
import { compileProgram } from './compile.ts';
import type { GivenTensor, MatmulOperation } from './computation.ts';
import type { Requantise } from './job.ts';
import { scheduleFor } from './program.ts';
import { elementsOf, tensorOf } from './tensor.ts';
import { fieldsOf } from './touches.ts';

const config = npuConfig({ rows: 2, cols: 2 });
const bytes = (rows: number, columns: number): GivenTensor => ({
  shape: [rows, columns],
  data: Int8Array.from({ length: rows * columns }, (_, i) => i - 5),
});
const requantise: Requantise = { multiplier: 2 ** 30, shift: -3, zero: 0, low: -128, high: 127 };
const op = (output: string, a: string, b: string, rest: Partial<MatmulOperation> = {}): MatmulOperation => ({
  kind: 'matmul',
  output,
  a,
  b,
  ...rest,
});
const given = { x: bytes(4, 3), w: bytes(3, 5), v: bytes(5, 2) };
const [first, second] = [op('y', 'x', 'w', { requantise }), op('z', 'y', 'v')];

describe('a program of several operations', () => {
  const program = compileProgram(config, {
    tensors: { ...given, x: { ...given.x, role: 'input' } },
    operations: [first, second],
  });

  it('has every tensor by its name, in places of their own', () => {
    const told = Object.values(program.tensors).map(({ name, shape, type, role, order, bytes: size }) =>
      [name, shape.join(' × '), type, role, order, size].join(', '),
    );
    expect(told).toEqual([
      'x, 4 × 3, int8, input, rows, 12',
      'w, 3 × 5, int8, constant, rows, 15',
      'y, 4 × 5, int8, intermediate, rows, 20',
      'v, 5 × 2, int8, constant, rows, 10',
      'z, 4 × 2, int32, output, rows, 32',
    ]);
    const placed = Object.values(program.tensors).sort((one, other) => one.address - other.address);
    let end = program.ring.entries * 64;
    for (const { address, bytes: size } of placed) {
      expect([address % 64, address >= end]).toEqual([0, true]);
      end = address + size;
    }
    expect(end).toBeLessThanOrEqual(program.image.length);
    const x = tensorOf(program, 'x');
    expect(elementsOf(x, program.image.subarray(x.address, x.address + x.bytes))).toEqual(given.x.data);
    expect(() => tensorOf(program, 'q')).toThrow('the program has no tensor q; its tensors are x, w, y, v, z');
    expect(scheduleFor(program, 'z').plan.tile).toEqual({ m: 4, k: 5, n: 2 });
    expect(() => scheduleFor(program, 'x')).toThrow('no operation makes x; they make y, z');
  });

  it('starts an operation when what it takes is there, and no sooner', () => {
    const { address, bytes: size } = tensorOf(program, 'y');
    const touchesY = program.commands.filter((command) => {
      const dram = fieldsOf(command).number('dram');
      return dram >= address && dram < address + size;
    });
    const of = (wanted: string) => touchesY.filter(({ operation }) => operation === wanted);
    const [stores, loads] = [of('store'), of('load')];
    expect(touchesY).toEqual([...stores, ...loads]);
    expect(loads[0]?.wait?.some((s) => stores.at(-1)?.signal?.includes(s))).toBe(true);
  });

  it('transposes what lies the other way round while it loads it', () => {
    const operations = [op('y', 'x', 'w'), op('z', 'x', 'w', { dataflow: 'os' })];
    const both = compileProgram(config, { tensors: { x: given.x, w: given.w }, operations });
    expect(tensorOf(both, 'x').order).toBe('rows');
    expect(both.commands.filter(({ operation }) => operation === 'loadTransposed').length).toBeGreaterThan(0);
    const alone = compileProgram(config, { tensors: { x: given.x, w: given.w }, operations: operations.slice(1) });
    expect(tensorOf(alone, 'x').order).toBe('columns');
    expect(alone.commands.map(({ operation }) => operation)).not.toContain('loadTransposed');
  });

  it('loads weights before it waits for what an operation makes', () => {
    const place = (name: string) => {
      const { address, bytes: size } = tensorOf(program, name);
      return program.commands.findIndex((command) => {
        const dram = command.operation === 'load' ? fieldsOf(command).number('dram') : -1;
        return dram >= address && dram < address + size;
      });
    };
    expect(place('v')).toBeGreaterThan(place('x'));
    expect(place('v')).toBeLessThan(place('y'));
  });

  it('lays a tensor out for the dataflow that takes it', () => {
    const { tensors, image } = compileProgram(config, {
      tensors: { x: given.x, w: given.w },
      operations: [op('y', 'x', 'w', { dataflow: 'os' })],
    });
    const x = tensors.x ?? tensorOf({ tensors }, 'x');
    expect(x.order).toBe('columns');
    const inDram = image.subarray(x.address, x.address + x.bytes);
    expect([...new Int8Array(inDram)].slice(0, 4)).toEqual([-5, -2, 1, 4]);
    expect(elementsOf(x, inDram)).toEqual(given.x.data);
  });

  it('has what inputs stay for lie by columns, its result too', () => {
    const { tensors } = compileProgram(config, {
      tensors: { x: given.x, w: given.w },
      operations: [op('y', 'x', 'w', { dataflow: 'is' })],
    });
    expect(Object.values(tensors).map(({ name, shape, order }) => [name, shape.join(), order].join(' '))).toEqual([
      'x 4,3 columns',
      'w 3,5 columns',
      'y 4,5 columns',
    ]);
  });

  it('gives each channel a command where channels are lines, and none of them lines of scales', () => {
    const byChannel = { ...requantise, multiplier: Int32Array.of(1, 2, 3, 4, 5) };
    const { commands, tensors } = compileProgram(config, {
      tensors: { x: given.x, w: given.w },
      operations: [op('y', 'x', 'w', { dataflow: 'is', requantise: byChannel })],
    });
    const multipliers = commands
      .filter(({ operation }) => operation === 'requantise')
      .map((command) => ['multiplier', 'm', 'n', 'perChannel'].map((name) => fieldsOf(command).number(name)));
    expect(multipliers).toEqual([1, 2, 3, 4, 5].map((multiplier) => [multiplier, 1, 4, 0]));
    expect(Object.keys(tensors)).toEqual(['x', 'w', 'y']);
  });
});

describe('operations that cannot be are refused in one line', () => {
  const columns = { x: given.x, w: given.w };
  const cases: readonly (readonly [string, Readonly<Record<string, GivenTensor>>, readonly MatmulOperation[]])[] = [
    ['JobError: there are no operations; give at least one', {}, []],
    ['JobError: no operation takes the tensor v; leave it out', given, [first]],
    ["JobError: operation 0: a is 'q'; before this operation there are x, w", columns, [op('y', 'q', 'w'), first]],
    ["JobError: operation 1: b is 'z'; before this operation there are x, w, y", columns, [first, op('z', 'x', 'z')]],
    [
      'ShapeError: operation 0: x is 4 × 3 and v is 5 × 2; give a b with as many rows as a has columns',
      given,
      [op('y', 'x', 'v'), op('z', 'x', 'w')],
    ],
    [
      'JobError: operation 1: a is y, which is int32; requantise it, or take one of 8 bits',
      given,
      [op('y', 'x', 'w'), second],
    ],
    ['JobError: operation 0: bias is w, which is int8; take an int32 one', columns, [op('y', 'x', 'w', { bias: 'w' })]],
    [
      'ShapeError: operation 1: bias is y, which is 4 × 5; the product is 4 × 2',
      { ...given, u: bytes(3, 2) },
      [op('y', 'x', 'w'), op('z', 'x', 'u', { bias: 'y' }), op('t', 'w', 'v')],
    ],
    [
      'JobError: operation 1: there is a tensor x already; call the output otherwise',
      given,
      [first, op('x', 'y', 'v')],
    ],
    [
      "JobError: operation 0: dataflow is 'rs'; give one of ws, os, is",
      columns,
      [Object.assign(op('y', 'x', 'w'), { dataflow: 'rs' })],
    ],
    [
      'JobError: operation 0: aZero is 200; give a whole number from -128 to 127, as a is int8',
      columns,
      [op('y', 'x', 'w', { aZero: 200 })],
    ],
    [
      'JobError: operation 0: requantise.shift is 40; give a whole number from -31 to 31',
      columns,
      [op('y', 'x', 'w', { requantise: { ...requantise, shift: 40 } })],
    ],
    [
      'JobError: operation 0: requantise.low is -128; give a whole number from 0 to 255, as y is uint8',
      columns,
      [op('y', 'x', 'w', { requantise, type: 'uint8' })],
    ],
    [
      "JobError: operation 0: type is 'int8'; leave it out, or requantise: sums are int32",
      columns,
      [op('y', 'x', 'w', { type: 'int8' })],
    ],
    [
      'ShapeError: x has 12 elements; its shape 4 × 4 needs 16',
      { ...columns, x: { ...given.x, shape: [4, 4] } },
      [first],
    ],
    [
      'JobError: x.shape[0] is 0; give a whole number from 1 to 2147483648',
      { ...columns, x: { ...given.x, shape: [0, 4] } },
      [first],
    ],
    [
      'JobError: x is a Float32Array; give an Int8Array, a Uint8Array or an Int32Array',
      { ...columns, x: Object.assign({ ...given.x }, { data: new Float32Array(12) }) },
      [first],
    ],
  ];
  it.each(cases)('%s', (line, tensors, operations) => {
    let said = 'nothing';
    try {
      compileProgram(config, { tensors, operations });
    } catch (error) {
      said = String(error);
    }
    expect(said).toBe(line);
  });
});
