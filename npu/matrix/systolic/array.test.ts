import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../../hdl/index.ts';
import { simulate } from '../../../hdl/sim/index.ts';
import { recordText } from '../../../waveforms/index.ts';
import { latency, SystolicArray } from './array.ts';
import { int8, integers, type NumberFormat } from '../../common/format.ts';
import { Cell } from './cell.ts';
import { runsOf } from '../../../hdl/testing-runs.ts';

type Row = readonly bigint[];

const packed = ({ operandBits }: NumberFormat, values: Row): bigint =>
  values.reduce((all, value, i) => all | (BigInt.asUintN(operandBits, value) << BigInt(operandBits * i)), 0n);
const unpacked = ({ sumBits }: NumberFormat, value: bigint, count: number): bigint[] =>
  Array.from({ length: count }, (_, i) => BigInt.asIntN(sumBits, value >> BigInt(sumBits * i)));
const product = ({ reference }: NumberFormat, a: readonly Row[], b: readonly Row[]): bigint[][] =>
  a.map((row) =>
    (b[0] ?? []).map((_, n) =>
      row.reduce((sum, value, k) => reference.add(sum, reference.multiply(value, b[k]?.[n] ?? 0n)), 0n),
    ),
  );
const matrix = ({ operandBits }: NumberFormat, rows: number, cols: number) => {
  const most = 2n ** BigInt(operandBits - 1) - 1n;
  const row = fc.array(fc.bigInt({ min: -most - 1n, max: most }), { minLength: cols, maxLength: cols });
  return fc.array(row, { minLength: rows, maxLength: rows });
};
const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 6 }),
  cols: fc.integer({ min: 1, max: 6 }),
  stream: fc.integer({ min: 1, max: 9 }),
});

/** What enters in a cycle; nothing where a part is missing. */
interface Entry {
  readonly a?: Row;
  readonly b?: Row;
  readonly swap?: boolean;
  readonly mark?: boolean;
}

/** Feeds an array cycle by cycle; the rows of sums that come out, with the cycles they do. */
function feed(
  format: NumberFormat,
  size: { rows: number; cols: number },
  os: boolean,
  entries: readonly Entry[],
): { readonly cycle: number; readonly sums: bigint[] }[] {
  const sim = simulate(elaborate(SystolicArray(size, format)));
  sim.reset();
  sim.poke('os', os);
  const start = sim.cycle;
  const out = [];
  for (let t = 0; t < entries.length + 3 * (size.rows + size.cols) + 4; t++) {
    const { a, b, swap, mark } = entries[t] ?? {};
    sim.poke('a', packed(format, a ?? []));
    sim.poke('b', packed(format, b ?? []));
    sim.poke('live', a !== undefined);
    sim.poke('swap', swap ?? false);
    sim.poke('mark', mark ?? false);
    if (sim.peek('valid') === 1n)
      out.push({ cycle: sim.cycle - start, sums: unpacked(format, sim.peek('sums'), size.cols) });
    sim.step();
  }
  return out;
}

/** Formats of other widths than the NPU's: narrow enough that sums wrap, wide enough that they pass 32 bits. */
const formats = [int8, integers('int4', 4, 12), integers('int16', 16, 48)];

describe.each(formats)('the systolic array of $name', (format) => {
  it('multiplies by weights that stay, each row of sums rows + cols + 1 cycles after its operands', () => {
    fc.assert(
      fc.property(
        sizes.chain(({ rows, cols, stream }) =>
          fc.tuple(fc.constant({ rows, cols }), matrix(format, stream, rows), matrix(format, rows, cols)),
        ),
        ([size, a, b]) => {
          const weights: Entry[] = b.map((row, r) => ({ b: row, mark: r === 0 }));
          const operands: Entry[] = a.map((row, m) => ({ a: row, swap: m === 0 }));
          const out = feed(format, size, false, [...weights, ...operands]);
          expect(out).toEqual(product(format, a, b).map((sums, m) => ({ cycle: size.rows + m + latency(size), sums })));
        },
      ),
      { numRuns: runsOf({ few: 8, all: 40 }) },
    );
  });

  it('gathers outputs that stay, and sends them out row by row', () => {
    fc.assert(
      fc.property(
        sizes.chain(({ rows, cols, stream }) =>
          fc.tuple(fc.constant({ rows, cols }), matrix(format, stream, rows), matrix(format, stream, cols)),
        ),
        ([size, a, b]) => {
          const k = Math.max(a.length, size.rows);
          const entries: Entry[] = Array.from({ length: k + 2 }, (_, t) => ({
            ...(a[t] === undefined ? {} : { a: a[t] }),
            ...(b[t] === undefined ? {} : { b: b[t] }),
            swap: t === 0 || t === k,
            mark: t === k + 1,
          }));
          const transposed = Array.from({ length: size.rows }, (_, r) => a.map((column) => column[r] ?? 0n));
          expect(feed(format, size, true, entries)).toEqual(
            product(format, transposed, b).map((sums, r) => ({ cycle: k + 1 + r + latency(size), sums })),
          );
        },
      ),
      { numRuns: runsOf({ few: 8, all: 40 }) },
    );
  });
});

describe('a cell', () => {
  it('takes a weight from the north, makes it current with a swap, and adds its products to the sum', () => {
    const sim = simulate(elaborate(Cell(int8)));
    sim.reset();
    const wave = recordText(sim.trace(), {
      signals: ['north', 'northMark', 'west', 'westLive', 'westSwap', 'northSum', 'hold', 'cur', 'sum', 'valid'],
    });
    const cycles = [
      { north: 7, northMark: 1 },
      {},
      { west: 3, westLive: 1, westSwap: 1, northSum: 100 },
      { west: -4, westLive: 1, northSum: 200 },
      {},
    ];
    for (const cycle of cycles) {
      for (const name of ['north', 'northMark', 'west', 'westLive', 'westSwap', 'northSum'] as const) sim.poke(name, 0);
      for (const [name, value] of Object.entries(cycle)) sim.poke(name, value);
      sim.step();
    }
    expect(wave.toString()).toMatchInlineSnapshot(`
      "cycle     1     2     3     4     5     6
                ┬─────┬─────────────────────────────
      north     │7    │0
                ──────┐
      northMark       └─────────────────────────────
                ┬───────────┬─────┬─────┬───────────
      west      │0          │3    │-4   │0
                            ┌───────────┐
      westLive  ────────────┘           └───────────
                            ┌─────┐
      westSwap  ────────────┘     └─────────────────
                ┬───────────┬─────┬─────┬───────────
      northSum  │0          │100  │200  │0
                ┬─────┬─────────────────────────────
      hold      │0    │7
                ┬─────────────────┬─────────────────
      cur       │0                │7
                ┬─────────────────┬─────┬─────┬─────
      sum       │0                │121  │172  │0
                                  ┌───────────┐
      valid     ──────────────────┘           └─────"
    `);
  });
});
