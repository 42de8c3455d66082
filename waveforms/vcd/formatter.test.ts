/** Text made of words, against plain JavaScript. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChangeList } from '../../hdl/sim/changes.ts';
import { VcdFormatter } from './formatter.ts';
import { identifier } from './identifiers.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const width = fc.oneof(fc.constantFrom(1, 2, 16, 31, 32, 33, 63, 64, 65, 2000), fc.integer({ min: 1, max: 300 }));
const pattern = (bits: number): fc.Arbitrary<bigint> => {
  const all = (1n << BigInt(bits)) - 1n;
  return fc.oneof(fc.constantFrom(0n, 1n, all, 1n << BigInt(bits - 1)), fc.bigInt(0n, all));
};
type Piece =
  | { readonly text: string }
  | { readonly changes: readonly { readonly part: number; readonly value: bigint }[] };
const plan = fc
  .array(fc.record({ bits: width, id: fc.nat(3_000_000) }), { minLength: 1, maxLength: 12 })
  .chain((parts) => {
    const change = fc
      .nat(parts.length - 1)
      .chain((part) => pattern(parts[part]?.bits ?? 1).map((value) => ({ part, value })));
    const piece: fc.Arbitrary<Piece> = fc.oneof(
      fc.string({ unit: fc.constantFrom('#', '$', 'a', '0', '1', '\n'), maxLength: 400 }).map((text) => ({ text })),
      fc.uniqueArray(change, { selector: ({ part }) => part }).map((changes) => ({ changes })),
    );
    return fc.record({
      parts: fc.constant(parts),
      pieces: fc.array(piece, { maxLength: 60 }),
      repeat: fc.constantFrom(1, 1, 1, 40),
    });
  });

describe('the formatter', () => {
  it('writes texts and changes as they come', () => {
    fc.assert(
      fc.property(plan, ({ parts, pieces, repeat }) => {
        const written: Buffer[] = [];
        const widths = parts.map(({ bits }) => bits);
        const out = new VcdFormatter(
          {
            write: (bytes) => {
              written.push(Buffer.from(bytes));
            },
            open: null,
          },
          widths,
          Int32Array.from(parts, ({ id }) => id),
        );
        const list = new ChangeList(widths);
        let expected = '';
        for (let i = 0; i < repeat; i++) {
          for (const piece of pieces) {
            if ('text' in piece) {
              out.text(piece.text);
              expected += piece.text;
              continue;
            }
            list.clear();
            for (const { part, value } of piece.changes) {
              const { bits, id } = parts[part] ?? { bits: 0, id: 0 };
              list.add(part, value, bits);
              expected += bits === 1 ? `${value}${identifier(id)}\n` : `b${value.toString(2)} ${identifier(id)}\n`;
            }
            out.changes(list.changes);
          }
        }
        out.finish();
        out.stop();
        expect(Buffer.concat(written).toString('latin1')).toBe(expected);
      }),
      { numRuns: runsOf({ few: 60, all: 300 }) },
    );
  });

  it('goes on failing once its text could not be written', () => {
    let calls = 0;
    const write = (): void => {
      if (calls++ === 0) throw new Error('once');
    };
    const out = new VcdFormatter({ write, open: null }, [8], new Int32Array(1));
    const long = '-'.repeat(100_000);
    expect(() => out.text(long)).toThrow('once');
    expect(() => out.text(long)).toThrow('once');
    expect(() => out.finish()).toThrow('once');
    expect(calls).toBe(1);
    out.stop();
  });
});
