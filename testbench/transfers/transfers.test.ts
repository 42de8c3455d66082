import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { judge } from './judge.ts';
import { parseTransfers, TransferListError, type Transfer } from './list.ts';
import { SparseMemory } from './memory.ts';
import { replayTransfers } from './replay.ts';

/** Bursts of few lengths, so that few boards are made. */
const longest = fc.constantFrom(2, 16, 256);
/** Around the ends of pages, and of all addresses. */
const place = (pages: readonly number[]): fc.Arbitrary<number> =>
  fc.tuple(fc.constantFrom(...pages), fc.integer({ min: -40, max: 40 })).map(([page, by]) => (page + by) >>> 0);
const errorsOf = (from: number, to: number, bytes: number): fc.Arbitrary<Transfer['errors']> => {
  const policy = fc.constantFrom('abort' as const, 'continue' as const);
  const at = fc.array(fc.nat(Math.max(0, bytes - 1)), { maxLength: 3 });
  return fc
    .record({ reads: at, writes: at, read: policy, write: policy })
    .map(({ reads, writes, read, write }) => [
      ...reads.map((by) => ({ on: 'read' as const, policy: read, address: (from + by) >>> 0 })),
      ...writes.map((by) => ({ on: 'write' as const, policy: write, address: (to + by) >>> 0 })),
    ]);
};
const transfer: fc.Arbitrary<Transfer> = fc
  .record({
    bytes: fc.oneof(fc.nat(40), fc.nat(700), fc.integer({ min: 4000, max: 15_000 })),
    from: place([4096, 0x1_0000, 2 ** 32]),
    to: place([0x20_0000, 0xfff0_0000, 0x7000_1000]),
    longest,
    fails: fc.boolean(),
  })
  .chain(({ fails, ...one }) =>
    (fails ? errorsOf(one.from, one.to, one.bytes) : fc.constant([])).map((errors) => ({ ...one, errors })),
  );

describe('transfers', () => {
  it.each([4, 8, 16])('from and to anywhere, with errors of both policies, on a bus of %d bytes', (busBytes) => {
    fc.assert(
      fc.property(
        fc.array(transfer, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(0, 0.3),
        fc.constantFrom(1, 2, 30),
        fc.nat(),
        (list, stall, latency, seed) => {
          replayTransfers(list, { busBytes, stall, latency, seed });
        },
      ),
      { numRuns: runsOf({ few: 3, all: 12 }), endOnFailure: true },
    );
  });
});

test('each of two stores that are given up may have a beat that waited', () => {
  const to = 0xfff0_0018;
  const refused = [0xfff0_229c, 0xfff0_2b49].map((address) => ({ on: 'write', policy: 'abort', address }) as const);
  const given: Transfer = { bytes: 14_302, from: 0x1000, to, longest: 16, errors: refused };
  for (let seed = 0; seed < 4; seed++) replayTransfers([given], { busBytes: 16, stall: 0.3, latency: 30, seed });
});

describe('a list', () => {
  const list = ['32', '0x10', '0x20', '0', '0', '256', '4', '0', '1', '2', 'rc0x14', 'wa0x2f', '0'];

  it('is read value by value', () => {
    expect(parseTransfers([...list, '1', '2', '0', '0', '8', '8', '0', '0', '0', ''].join('\n'), 'a list')).toEqual([
      {
        bytes: 32,
        from: 16,
        to: 32,
        longest: 4,
        errors: [
          { on: 'read', policy: 'continue', address: 0x14 },
          { on: 'write', policy: 'abort', address: 0x2f },
        ],
      },
      { bytes: 0, from: 1, to: 2, longest: 8, errors: [] },
    ]);
  });

  it.each([
    [list.slice(0, 11), 'line 12 of list.txt is missing; give r or w, c or a, and an address'],
    [list.with(1, 'x'), "line 2 of list.txt is 'x'; give an address"],
    [list.with(3, '1'), 'line 4 of list.txt is 1; give the protocol of the source, AXI4 from 0 to 0'],
    [list.with(5, '300'), 'line 6 of list.txt is 300; give beats of a burst from 1 to 256'],
    [list.with(10, 'rx0x14'), "line 11 of list.txt is 'rx0x14'; give r or w, c or a, and an address"],
  ])('is refused in a line (%#)', (lines, message) => {
    expect(() => parseTransfers(lines.join('\n'), 'list.txt')).toThrow(new TransferListError(message));
  });
});

describe('the judge', () => {
  const one: Transfer = {
    bytes: 4,
    from: 0,
    to: 64,
    longest: 4,
    errors: [{ on: 'read', policy: 'abort', address: 2 }],
  };
  const took = { load: 1, store: 1, both: 2 };
  const good = {
    took,
    cycles: 1,
    fault: 'busRead',
    faultAddress: 0,
    reads: [0],
    writes: [],
    refused: [],
    late: 0,
  } as const;
  const judged = (outcome: Partial<Parameters<typeof judge>[1]>, written?: number): void => {
    const [memory, model] = [new SparseMemory(), new SparseMemory()];
    if (written !== undefined) memory.write(65, written);
    judge(one, { ...good, ...outcome }, { memory, model, busBytes: 4 });
  };

  it.each([
    [{ reads: [] }, 'its fault is busRead'],
    [{ reads: [0, 4] }, 'beats at 0 fail'],
    [{ reads: [4] }, 'beats at 0 fail'],
    [{ writes: [64] }, 'told were 64'],
    [{ late: 2 }, '2 beats were written'],
    [{ fault: 'none' as const }, 'its fault is none'],
    [{ faultAddress: 4 }, 'not in the burst'],
  ])('does not let %o pass', (wrong, message) => {
    judged({});
    expect(() => judged(wrong)).toThrow(message);
  });

  it('lets nothing be written that was not read', () => {
    const was = new SparseMemory().read(65);
    expect(() => judged({}, was ^ 1)).toThrow('after it was given up');
  });
});
