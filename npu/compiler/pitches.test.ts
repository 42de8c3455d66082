import { describe, expect, it } from 'vitest';
import { runMatmul } from '../../testbench/run.ts';
import { npuConfig } from '../config.ts';
import { compileProgram } from './compile.ts';
import { tensorBytes } from './tensor.ts';

const bytes = (rows: number, columns: number) => ({
  shape: [rows, columns] as const,
  data: Int8Array.from({ length: rows * columns }, (_, at) => (at * 37) % 251),
});
const config = npuConfig({ rows: 4, cols: 4, busBytes: 16, scratchpadBytes: 4096, accumulatorBytes: 1024 });

describe('rows in DRAM', () => {
  it('begin at beats of the bus where tiles take parts of them', () => {
    const { tensors } = compileProgram(config, {
      tensors: { a: bytes(61, 29), b: bytes(29, 37) },
      operations: [{ kind: 'matmul', a: 'a', b: 'b', output: 'c', tile: { m: 8, k: 16, n: 8 } }],
    });
    expect([tensors['a']?.pitch, tensors['b']?.pitch, tensors['c']?.pitch]).toEqual([32, 48, 40]);
    expect(tensors['a']?.bytes).toBe(61 * 32);
  });

  it('have no gaps where tiles take whole rows, or another operation takes the tensor', () => {
    const { tensors } = compileProgram(config, {
      tensors: { a: bytes(5, 29), b: bytes(29, 7), d: bytes(7, 13) },
      operations: [
        {
          kind: 'matmul',
          a: 'a',
          b: 'b',
          output: 'c',
          tile: { m: 5, k: 29, n: 4 },
          requantise: { multiplier: 2 ** 30, shift: 0, zero: 0, low: -128, high: 127 },
        },
        { kind: 'matmul', a: 'c', b: 'd', output: 'e', tile: { m: 5, k: 4, n: 13 } },
      ],
    });
    expect(['a', 'c', 'e'].map((name) => tensors[name]?.pitch)).toEqual([undefined, undefined, undefined]);
    expect(Object.values(tensors).every((tensor) => tensor.bytes === tensorBytes(tensor))).toBe(true);
  });

  it('take fewer cycles with gaps', () => {
    const large = npuConfig({ rows: 16, cols: 16 });
    const cycles = (k: number): number => {
      const [a, b] = [bytes(256, k).data, bytes(k, 16).data];
      const tile = { m: 256, k: 16, n: 16 };
      return runMatmul(large, { m: 256, k, n: 16, a, b, dataflow: 'ws', tile }).counters.cycles;
    };
    // With an element more, which without them would put most parts of rows across two beats.
    expect(cycles(321)).toBeLessThan(1.2 * cycles(320));
  });
});
