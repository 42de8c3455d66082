/** What every matrix engine refuses, and what it does not. */
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { faultNames } from '../common/fault.ts';
import { npuConfig } from '../config.ts';
import { matrixKinds } from '../parameters.ts';
import { matrixEngineOf } from './engines.ts';
import { gemmJob, MOST_DIMENSION } from './job.ts';
import { denseFields } from './layout.ts';

const BANK = 2 ** 16;
const [ws, os, int8, uint8] = [0, 1, 0, 1];

describe.each(matrixKinds)('%s', (matrix) => {
  const config = npuConfig({ matrix, rows: 2, cols: 1, busBytes: 4, scratchpadBytes: 6 * 4 * BANK });
  const { description, hardware } = matrixEngineOf(config);
  const bench = new Bench(elaborate(hardware(config), { monitors: true }));
  const jobs = bench.source('job', gemmJob);

  /** Runs a job to its `done`; its fault. */
  function faultOf(change: Readonly<Record<string, number>>): string | undefined {
    const fields = { dataflow: 0, accumulate: 0, a: 0, b: 2 * BANK, c: 0, m: 1, n: 1, k: 1, aZero: 0, bZero: 0 };
    const { dataflow, accumulate, aUnsigned, bUnsigned, ...rest } = {
      ...fields,
      aUnsigned: 1,
      bUnsigned: 1,
      ...change,
    };
    const { m, n, k } = { m: 1, n: 1, k: 1, ...change };
    const walks = denseFields(description.layouts(config, dataflow === 1 ? 'os' : 'ws'), { m, n, k });
    const flags = { accumulate: accumulate === 1, aUnsigned: aUnsigned === 1, bUnsigned: bUnsigned === 1 };
    bench.begin();
    jobs.push({ ...walks, ...rest, ...flags, dataflow: dataflow === 1 ? 'os' : 'ws' });
    bench.run(10, () => jobs.left === 0);
    bench.sim.runUntil('done', 200_000);
    return faultNames[bench.get('fault')];
  }

  const [mostWs, mostOs] = [description.mostK('ws'), description.mostK('os')];
  const tooLong = [
    ['ws', ws, mostWs],
    ['os', os, mostOs],
  ] as const;

  it.each<[string, Readonly<Record<string, number>>]>([
    ...tooLong
      .filter(([, , most]) => most < MOST_DIMENSION)
      .flatMap(([name, dataflow, most]): [string, Record<string, number>][] => [
        [`a k above what is summed without loss, ${name}`, { dataflow, k: most + 1 }],
        [`the largest k, ${name}`, { dataflow, k: MOST_DIMENSION }],
      ]),
    ['a zero point of A above int8', { aUnsigned: int8, aZero: 128 }],
    ['a zero point of A below int8', { aUnsigned: int8, aZero: -129 }],
    ['a zero point of B above int8', { bUnsigned: int8, bZero: 255 }],
    ['a zero point of B below int8', { bUnsigned: int8, bZero: -256 }],
    ['a zero point of A below uint8', { aUnsigned: uint8, aZero: -1 }],
    ['a zero point of B below uint8', { bUnsigned: uint8, bZero: -256 }],
  ])('refuses a job whose sums could wrap unseen: %s', (_, change) => {
    expect(faultOf(change)).toBe('arithmetic');
  });

  it.each<[string, Readonly<Record<string, number>>]>([
    ['k, outputs stationary', { dataflow: os, k: mostOs }],
    ['k, weights stationary', { dataflow: ws, k: mostWs }],
    ['the highest zero points', { aUnsigned: int8, aZero: 127, bUnsigned: uint8, bZero: 255 }],
    ['the lowest zero points', { aUnsigned: uint8, aZero: 0, bUnsigned: int8, bZero: -128 }],
  ])('takes a job at the limit: %s', (_, change) => {
    expect(faultOf(change)).toBe('none');
  });

  it.each<[string, string, Readonly<Record<string, number>>]>([
    ['no rows', 'zeroLength', { m: 0 }],
    ['no columns', 'zeroLength', { n: 0 }],
    ['no elements', 'zeroLength', { k: 0 }],
    ['both operands in one bank', 'bank', { b: 40 }],
    ["lines of A that run on into B's bank", 'range', { a: 2 * BANK - 1, m: 3 }],
    ["lines of B that run on into A's bank", 'range', { a: 3 * BANK, b: 3 * BANK - 1, k: 2 }],
    ['lines of A in the next bank', 'range', { a: 4 * BANK - 1, m: 2 }],
    ['a row of A past its bank', 'range', { a: 1, aWidth: 1, aRow: 0xffff, m: 2 }],
    ['a line of a row of A past its bank', 'range', { a: 2, aStep: 0x7fff, m: 3 }],
    ['a fold of A past its bank', 'range', { a: 1, aFold: 0xffff, k: 3 }],
    ['a fold of B past its bank', 'range', { b: 2 * BANK + 1, bFold: 0xffff, n: 2 }],
    ['lines of A that pass all banks', 'range', { aStep: 0xffff, m: 40 }],
    ['lines of A past the bank', 'range', { a: 2 ** 20 - 1 }],
    ['lines of B past the last bank', 'range', { b: 7 * BANK }],
    ['results past the accumulator', 'range', { c: config.accLines, m: 2 }],
    ['a fold of results past the accumulator', 'range', { c: 1, cFold: config.accLines - 1, n: 2 }],
    ['the last results past the accumulator', 'range', { c: config.accLines - 1, m: 2 }],
  ])('says what is wrong with a job: %s', (_, fault, change) => {
    expect(faultOf(change)).toBe(fault);
  });
});
