import { expect, it } from 'vitest';
import { elaborate } from '../../../hdl/index.ts';
import { simulate } from '../../../hdl/sim/index.ts';
import { npuConfig } from '../../config.ts';
import { faultNames } from '../../common/fault.ts';
import { SystolicEngine } from './engine.ts';

const BANK = 2 ** 16;
const config = npuConfig({ rows: 2, cols: 1, busBytes: 4, scratchpadBytes: 6 * 4 * BANK });
const sim = simulate(elaborate(SystolicEngine(config)));

/** Runs a job to its `done`; its fault. */
function faultOf(change: Readonly<Record<string, number>>): string | undefined {
  const fields = { dataflow: 0, accumulate: 0, a: 0, b: 2 * BANK, c: 0, m: 1, n: 1, k: 1, aZero: 0, bZero: 0 };
  const job = { ...fields, aUnsigned: 1, bUnsigned: 1, ...change };
  sim.reset();
  for (const [field, value] of Object.entries(job)) sim.poke(`job_payload_${field}`, value);
  sim.poke('job_valid', 1);
  sim.step();
  sim.poke('job_valid', 0);
  sim.runUntil('done', 200_000);
  return faultNames[Number(sim.peek('fault'))];
}

const [ws, os, int8, uint8] = [0, 1, 0, 1];

it.each<[string, Readonly<Record<string, number>>]>([
  ['a k above 32767 with outputs stationary', { dataflow: os, k: 32_768 }],
  ['the largest k with outputs stationary', { dataflow: os, k: 65_535 }],
  ['a zero point of A above int8', { aUnsigned: int8, aZero: 128 }],
  ['a zero point of A below int8', { aUnsigned: int8, aZero: -129 }],
  ['a zero point of B above int8', { bUnsigned: int8, bZero: 255 }],
  ['a zero point of B below int8', { bUnsigned: int8, bZero: -256 }],
  ['a zero point of A below uint8', { aUnsigned: uint8, aZero: -1 }],
  ['a zero point of B below uint8', { bUnsigned: uint8, bZero: -256 }],
])('a job whose sums could wrap unseen in the array is refused: %s', (_, change) => {
  expect(faultOf(change)).toBe('arithmetic');
});

it.each<[string, Readonly<Record<string, number>>]>([
  ['k, outputs stationary', { dataflow: os, k: 32_767 }],
  ['k, weights stationary', { dataflow: ws, k: 65_535 }],
  ['the highest zero points', { aUnsigned: int8, aZero: 127, bUnsigned: uint8, bZero: 255 }],
  ['the lowest zero points', { aUnsigned: uint8, aZero: 0, bUnsigned: int8, bZero: -128 }],
])('a job at the limit is not: %s', (_, change) => {
  expect(faultOf(change)).toBe('none');
});
