/** The binary that the encoder writes, read back by WABT, and what V8 makes of it. */
import wabt from 'wabt';
import { describe, expect, test } from 'vitest';
import { Code } from './code.ts';
import { signed, signedBig, unsigned } from './leb.ts';
import { CapacityError, ModuleBuilder, mostBodyBytes, mostLocals } from './module.ts';

const bytesOf = (write: (bytes: number[]) => void): number[] => {
  const bytes: number[] = [];
  write(bytes);
  return bytes;
};

describe('LEB128', () => {
  test.each([
    [0, [0]],
    [127, [127]],
    [128, [0x80, 1]],
    [624_485, [0xe5, 0x8e, 0x26]],
    [2 ** 32 - 1, [255, 255, 255, 255, 15]],
  ])('unsigned %i', (value, bytes) => {
    expect(
      bytesOf((to) => {
        unsigned(to, value);
      }),
    ).toEqual(bytes);
  });

  test.each([
    [0, [0]],
    [63, [63]],
    [64, [0xc0, 0]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123_456, [0xc0, 0xbb, 0x78]],
  ])('signed %i', (value, bytes) => {
    expect(
      bytesOf((to) => {
        signed(to, value);
      }),
    ).toEqual(bytes);
    expect(
      bytesOf((to) => {
        signedBig(to, BigInt(value));
      }),
    ).toEqual(bytes);
  });

  test('the least 64-bit number', () => {
    expect(
      bytesOf((to) => {
        signedBig(to, -(2n ** 63n));
      }),
    ).toEqual([...Array.from({ length: 9 }, () => 0x80), 0x7f]);
  });
});

/**
 * f(n) = the sum of n vectors' first lanes from address 16 on, by a loop with a branch, a call, a vector and a copy.
 */
function example(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const half = module.declare('twice', { parameters: ['i32'], results: ['i32'] });
  const sum = module.declare('sum', { parameters: ['i32'], results: ['i32'] }, true);
  const twice = new Code(1);
  twice.get(0);
  twice.i32(1);
  twice.op('i32.shl');
  module.define(half, twice);
  const code = new Code(1);
  const [at, all] = [code.local('i32'), code.local('v128')];
  code.i32(32);
  code.i32(16);
  code.i32(16);
  code.memoryCopy();
  code.block();
  code.loop();
  code.get(at);
  code.get(0);
  code.op('i32.ge_u');
  code.brIf(1);
  code.get(all);
  code.i32(16);
  code.vectorMemory('v128.load', 0);
  code.vector('i32x4.add');
  code.set(all);
  code.get(at);
  code.i32(1);
  code.op('i32.add');
  code.set(at);
  code.br(0);
  code.end();
  code.end();
  code.i32(64);
  code.get(all);
  code.vectorMemory('v128.store', 0);
  code.i32(64);
  code.memory('i32.load', 0);
  code.call(half);
  module.define(sum, code);
  return module.encode();
}

test('WABT reads every instruction back', async () => {
  const { readWasm } = await wabt();
  const module = readWasm(example(), { readDebugNames: true, simd: true, bulk_memory: true });
  module.applyNames();
  const text = module.toText({ foldExprs: false, inlineExport: false });
  for (const part of [
    '(func $twice',
    '(func $sum',
    'i32.shl',
    'memory.copy',
    'v128.load',
    'i32x4.add',
    'br_if 1',
    'v128.store',
    'call $twice',
    '(export "sum" (func $sum))',
    '(import "env" "memory" (memory',
  ]) {
    expect(text).toContain(part);
  }
});

test('V8 accepts it and runs it', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  new DataView(memory.buffer).setInt32(16, 7, true);
  const bytes = example();
  expect(WebAssembly.validate(bytes)).toBe(true);
  const { sum } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
  expect(typeof sum === 'function' ? sum(5) : null).toBe(70);
  expect(new DataView(memory.buffer).getInt32(32, true)).toBe(7);
});

test('functions that V8 would refuse are refused by name, with the limit', () => {
  const define = (fill: (code: Code) => void) => (): void => {
    const module = new ModuleBuilder();
    const code = new Code(0);
    fill(code);
    module.define(module.declare('huge', { parameters: [], results: [] }), code);
  };
  const long = define((code) => {
    for (let i = 0; i <= mostBodyBytes; i++) code.bytes.push(1);
  });
  expect(long).toThrow(CapacityError);
  expect(long).toThrow(/huge needs \d+ bytes of code; V8 takes at most 7654321/);
  expect(
    define((code) => {
      for (let i = 0; i <= mostLocals; i++) code.locals.push('i32');
    }),
  ).toThrow(/huge needs 50001 local variables; V8 takes at most 50000/);
});
