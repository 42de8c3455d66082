/** Where fields are put: those that stand in no operation together may share bytes, and then tell nothing to others. */
import { expect, it } from 'vitest';
import { bit, elaborate, module, sint, struct, uint } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import type { UnitSpec } from '../common/unit.ts';
import { decode, placed } from './layout.ts';
import { COMMAND_BITS } from './operations.ts';

const [all, first, other, wide] = [uint(12), sint(9), uint(8), uint(16)];
const fields = { all, first, other, wide, both: bit };
const operation = (code: number, own: UnitSpec['fields']) => ({ code, unit: 'any', fields: own, meaning: '' });
const unit = {
  title: 'unit',
  jobs: 1,
  job: struct(fields),
  fields,
  operations: { one: operation(7, { all, first, both: bit }), two: operation(8, { all, other, wide, both: bit }) },
  counters: {},
  wraps: {},
} satisfies UnitSpec;

it('each field takes the lowest bytes that none has with which it stands in an operation', () => {
  const places = placed(unit).map(({ name, at }) => [name, at]);
  expect(places).toEqual([
    ['all', 64],
    ['first', 80],
    ['other', 80],
    ['wide', 88],
    ['both', 104],
  ]);
});

it('fields that do not fit a command are refused by name', () => {
  const many = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`field${i}`, uint(32)]));
  const full = { fields: many, operations: { one: operation(1, many) } };
  expect(() => placed(full)).toThrow('field field14 ends at bit 544, past the 512 of a command');
});

it('a field that an operation does not have is 0', () => {
  const Decoder = module('decoder', { in: { command: uint(COMMAND_BITS) }, out: { job: unit.job } }, ({ command }) => ({
    job: decode(unit, command),
  }));
  const sim = simulate(elaborate(Decoder));
  const job = (code: number): bigint[] => {
    const given = (0x5n << 64n) | (0x1ffn << 80n) | (0xabcn << 88n) | (1n << 104n);
    sim.poke('command', given | BigInt(code));
    return ['all', 'first', 'other', 'wide', 'both'].map((name) => sim.peek(`job_${name}`));
  };
  expect(job(7)).toEqual([5n, -1n, 0n, 0n, 1n]);
  expect(job(8)).toEqual([5n, 0n, 0xffn, 0xabdn, 1n]);
});
