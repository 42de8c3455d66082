import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, npuConfig, type NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { foldsAcross, linesOf } from '../matrix/layout.ts';
import { assemble, disassemble } from '../isa/assembler.ts';
import type { Dataflow } from './job.ts';
import { matmulProgram } from './matmul.ts';
import { ShapeError } from './errors.ts';
import { chooseTile } from './tile.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const config = npuConfig({ rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6 * 8 * 24, accumulatorBytes: 16 * 16 });
const job = (m: number, k: number, n: number, dataflow: Dataflow = 'ws') => ({
  m,
  k,
  n,
  dataflow,
  a: new Int8Array(m * k),
  b: new Int8Array(k * n),
});

describe('tiles', () => {
  it('fit the memories, whatever the product', () => {
    const runs = runsOf({ few: 200, all: 2000 });
    let tiled = 0;
    const size = fc.integer({ min: 1, max: 3000 });
    const machine = fc.record({
      rows: fc.integer({ min: 1, max: 64 }),
      cols: fc.integer({ min: 1, max: 64 }),
      busBytes: fc.constantFrom(4, 16, 64),
      scratchpadBytes: fc.integer({ min: 1024, max: 1 << 20 }),
      accumulatorBytes: fc.integer({ min: 256, max: 1 << 18 }),
    });
    fc.assert(
      fc.property(
        machine,
        size,
        size,
        size,
        fc.constantFrom('ws' as const, 'os' as const),
        fc.boolean(),
        (parameters, m, k, n, dataflow, requantised) => {
          let made: NpuConfig;
          try {
            made = npuConfig(parameters);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
            return;
          }
          const requantise = { multiplier: new Int32Array(n), shift: 0, zero: 0, low: 0, high: 0 };
          let tile;
          try {
            tile = chooseTile(made, { m, k, n, dataflow, ...(requantised ? { requantise } : {}) });
          } catch (error) {
            // Only memories with no room for one line of anything may refuse.
            expect(Math.floor(made.accLines / 2)).toBeLessThan(4);
            expect(error).toBeInstanceOf(ShapeError);
            expect(String(error)).toContain('accumulatorBytes is');
            return;
          }
          tiled++;
          const { a, b, c } = matrixEngineOf(made).description.layouts(made, dataflow);
          expect(linesOf(a, tile)).toBeLessThanOrEqual(made.bankLines);
          expect(linesOf(b, tile)).toBeLessThanOrEqual(made.bankLines);
          const scales = requantised ? 2 * foldsAcross(c, tile) : 0;
          expect(linesOf(c, tile) + scales).toBeLessThanOrEqual(made.accLines / 2);
          if (requantised) expect(linesOf(c, tile)).toBeLessThanOrEqual(made.bankLines);
          expect([tile.m <= m, tile.k <= k, tile.n <= n, tile.n === n || tile.n % made.cols === 0]).toEqual([
            true,
            true,
            true,
            true,
          ]);
        },
      ),
      { numRuns: runs },
    );
    // Most machines are possible, and have room.
    expect(tiled).toBeGreaterThan(runs / 3);
  });

  it('refuse products that are none', () => {
    expect(() => chooseTile(config, job(0, 1, 1))).toThrow(
      'm is 0; a product has at least one row, column and element of each',
    );
    expect(() => matmulProgram(config, { ...job(2, 2, 2), a: new Int8Array(3) })).toThrow(
      'a has 3 elements where m × k × n = 2 × 2 × 2 needs 4',
    );
  });
});

describe('a program', () => {
  it('loads ahead, multiplies, and stores behind, ordered by semaphores', () => {
    const { commands, tiles } = matmulProgram(config, job(8, 40, 4));
    expect(tiles.c).toEqual({ m: 4, k: 24, n: 4 });
    expect(commands.map((command) => disassemble(assemble(command)))).toMatchInlineSnapshot(`
      [
        "#0 load dram=1088 lines=4 lineBytes=24 stride=40 space=scratchpad local=0 pieceBytes=4 lineStep=1 pieceStep=4",
        "#1 load signal=0 dram=1408 lines=24 lineBytes=4 stride=4 space=scratchpad local=131072 pieceBytes=4 lineStep=1 pieceStep=24",
        "#2 gemm wait=0 signal=2 dataflow=ws accumulate=0 a=0 b=131072 c=0 m=4 n=4 k=24 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0",
        "#3 load dram=1112 lines=4 lineBytes=16 stride=40 space=scratchpad local=65536 pieceBytes=4 lineStep=1 pieceStep=4",
        "#4 load signal=0 dram=1504 lines=16 lineBytes=4 stride=4 space=scratchpad local=196608 pieceBytes=4 lineStep=1 pieceStep=16",
        "#5 gemm wait=0 signal=1,2 dataflow=ws accumulate=1 a=65536 b=196608 c=0 m=4 n=4 k=16 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0",
        "#6 store wait=1 dram=1600 lines=4 lineBytes=16 stride=16 space=accumulator local=0 pieceBytes=16 lineStep=1 pieceStep=4",
        "#7 load wait=2 dram=1248 lines=4 lineBytes=24 stride=40 space=scratchpad local=0 pieceBytes=4 lineStep=1 pieceStep=4",
        "#8 load signal=0 dram=1408 lines=24 lineBytes=4 stride=4 space=scratchpad local=131072 pieceBytes=4 lineStep=1 pieceStep=24",
        "#9 gemm wait=0 dataflow=ws accumulate=0 a=0 b=131072 c=4 m=4 n=4 k=24 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0",
        "#10 load wait=2 dram=1272 lines=4 lineBytes=16 stride=40 space=scratchpad local=65536 pieceBytes=4 lineStep=1 pieceStep=4",
        "#11 load signal=0 dram=1504 lines=16 lineBytes=4 stride=4 space=scratchpad local=196608 pieceBytes=4 lineStep=1 pieceStep=16",
        "#12 gemm wait=0 signal=1 dataflow=ws accumulate=1 a=65536 b=196608 c=4 m=4 n=4 k=16 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0",
        "#13 store wait=1 dram=1664 lines=4 lineBytes=16 stride=16 space=accumulator local=4 pieceBytes=16 lineStep=1 pieceStep=4",
        "#14 fence",
        "#15 interrupt",
      ]
    `);
  });
});
