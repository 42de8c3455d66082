import { describe, expect, it } from 'vitest';
import { npuConfig } from '../config.ts';
import { assemble, disassemble } from '../isa/assembler.ts';
import type { Dataflow } from './job.ts';
import { matmulProgram } from './matmul.ts';

const config = npuConfig({ rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6 * 8 * 24, accumulatorBytes: 16 * 16 });
const job = (m: number, k: number, n: number, dataflow: Dataflow = 'ws') => ({
  m,
  k,
  n,
  dataflow,
  a: new Int8Array(m * k),
  b: new Int8Array(k * n),
});

it('refuses operands of another size', () => {
  expect(() => matmulProgram(config, { ...job(2, 2, 2), a: new Int8Array(3) })).toThrow(
    'a has 3 elements where m × k × n = 2 × 2 × 2 needs 4',
  );
});

describe('a program', () => {
  it('loads ahead, multiplies, and stores behind, ordered by semaphores', () => {
    const { commands, schedules } = matmulProgram(config, job(8, 40, 4));
    expect(schedules.c?.plan.tile).toEqual({ m: 4, k: 24, n: 4 });
    expect(commands.map((command) => disassemble(assemble(command)))).toMatchInlineSnapshot(`
      [
        "#0 load dram=960 lines=4 lineBytes=24 stride=40 space=scratchpad local=0 pieceBytes=4 lineStep=1 pieceStep=4 onError=abort",
        "#1 load signal=0 dram=1280 lines=24 lineBytes=4 stride=4 space=scratchpad local=262144 pieceBytes=4 lineStep=1 pieceStep=24 onError=abort",
        "#2 load dram=984 lines=4 lineBytes=16 stride=40 space=scratchpad local=65536 pieceBytes=4 lineStep=1 pieceStep=4 onError=abort",
        "#3 load signal=0 dram=1376 lines=16 lineBytes=4 stride=4 space=scratchpad local=327680 pieceBytes=4 lineStep=1 pieceStep=16 onError=abort",
        "#4 load signal=0 dram=1120 lines=4 lineBytes=24 stride=40 space=scratchpad local=131072 pieceBytes=4 lineStep=1 pieceStep=4 onError=abort",
        "#5 gemm wait=0 dataflow=ws accumulate=0 a=0 b=262144 c=0 m=4 n=4 k=24 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0 aFold=4 aWidth=0 aStep=1 aRow=0 bFold=24 cFold=4",
        "#6 load signal=0 dram=1144 lines=4 lineBytes=16 stride=40 space=scratchpad local=196608 pieceBytes=4 lineStep=1 pieceStep=4 onError=abort",
        "#7 gemm wait=0 signal=1 dataflow=ws accumulate=1 a=65536 b=327680 c=0 m=4 n=4 k=16 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0 aFold=4 aWidth=0 aStep=1 aRow=0 bFold=16 cFold=4",
        "#8 gemm wait=0 dataflow=ws accumulate=0 a=131072 b=262144 c=4 m=4 n=4 k=24 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0 aFold=4 aWidth=0 aStep=1 aRow=0 bFold=24 cFold=4",
        "#9 store wait=1 dram=1472 lines=4 lineBytes=16 stride=16 space=accumulator local=0 pieceBytes=16 lineStep=1 pieceStep=4 onError=abort",
        "#10 gemm wait=0 signal=1 dataflow=ws accumulate=1 a=196608 b=327680 c=4 m=4 n=4 k=16 aZero=0 bZero=0 aUnsigned=0 bUnsigned=0 aFold=4 aWidth=0 aStep=1 aRow=0 bFold=16 cFold=4",
        "#11 store wait=1 dram=1536 lines=4 lineBytes=16 stride=16 space=accumulator local=4 pieceBytes=16 lineStep=1 pieceStep=4 onError=abort",
        "#12 fence",
        "#13 interrupt",
      ]
    `);
  });
});
