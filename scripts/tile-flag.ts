/** `--tile`: how a product is cut up, where that is not left to the compiler. */
import type { Options } from 'yargs';
import type { Tile } from '../npu/compiler/plan.ts';
import { UsageError } from './failure.ts';
import { base, single } from './flags.ts';

const text = {
  group: 'The run:',
  describe: 'the largest part that is one job of the matrix engine, as m,k,n',
  otherwise: 'the fastest one',
};

export const tileFlag = {
  ...base(text),
  coerce: (given: unknown): Tile => {
    const written = single('tile', given);
    const [m = NaN, k = NaN, n = NaN] = /^\d+,\d+,\d+$/.test(written) ? written.split(',').map(Number) : [];
    if (Number.isNaN(m)) throw new UsageError(`--tile is ${written}`, 'give three whole numbers, m,k,n');
    return { m, k, n };
  },
} satisfies Options;
