import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bank, LocalMemory, type Fit, type LocalBuffer } from './allocator.ts';
import type { Run } from './region.ts';

const sizes = { scratchpadBanks: 6, bankLines: 10, accLines: 25 };
const bankOf = ({ address }: LocalBuffer): number => Math.floor(address / bank(1));
/** Every line of a buffer, by its name. */
const linesOf = ({ memory, address, lines }: LocalBuffer): string[] =>
  Array.from({ length: lines }, (_, i) => `${memory} ${address + i}`);

interface Request {
  readonly memory: LocalBuffer['memory'];
  readonly lines: number;
  /** Of the scratchpad, the banks that it may be in. */
  readonly among: Run;
  readonly fit: Fit;
  /** Which of the buffers in use is freed afterwards. */
  readonly free: number | null;
}
const requests: fc.Arbitrary<Request[]> = fc.array(
  fc.record({
    memory: fc.constantFrom('scratchpad' as const, 'accumulator' as const),
    lines: fc.integer({ min: 1, max: 12 }),
    among: fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 6 })).map(([from, size]) => ({ from, to: from + size })),
    fit: fc.constantFrom('first' as const, 'next' as const),
    free: fc.option(fc.nat(20), { nil: null }),
  }),
  { maxLength: 40 },
);

it('gives every line to one buffer at a time, and says no only where there is no room', () => {
  fc.assert(
    fc.property(requests, (drawn) => {
      const memory = new LocalMemory(sizes);
      let used: LocalBuffer[] = [];
      for (const { memory: space, lines, among, fit, free } of drawn) {
        const buffer = memory.allocate(space, lines, among, fit);
        const taken = new Set(used.flatMap(linesOf));
        const stores =
          space === 'accumulator' ? [0] : [0, 1, 2, 3, 4, 5].filter((one) => one >= among.from && one < among.to);
        const depth = space === 'accumulator' ? sizes.accLines : sizes.bankLines;
        const free1 = (first: number): boolean => {
          const all = linesOf({ memory: space, address: first, lines });
          return (first % bank(1)) + lines <= depth && all.every((line) => !taken.has(line));
        };
        const room = stores.some((store) => Array.from({ length: depth }, (_, i) => bank(store) + i).some(free1));
        expect(buffer !== null).toBe(room);
        if (buffer !== null) {
          expect([buffer.memory, buffer.lines, free1(buffer.address)]).toEqual([space, lines, true]);
          expect(stores).toContain(bankOf(buffer));
          used.push(buffer);
        }
        const gone = free === null ? undefined : used[free];
        if (gone !== undefined) {
          memory.free(gone);
          expect(() => {
            memory.free(gone);
          }).toThrow(`no buffer of ${gone.lines} lines is in use at ${gone.address} of the ${gone.memory}`);
          used = used.filter((other) => other !== gone);
        }
      }
      for (const buffer of used) memory.free(buffer);
      expect(memory.allocate('accumulator', sizes.accLines)).not.toBeNull();
      for (let i = 0; i < sizes.scratchpadBanks; i++)
        expect(memory.allocate('scratchpad', sizes.bankLines)).not.toBeNull();
    }),
  );
});

it('gives buffers that are used at the same time banks of their own while there are any', () => {
  const memory = new LocalMemory(sizes);
  const banks = Array.from({ length: 6 }, (_, i) => memory.allocate('scratchpad', 1 + (i % 3))).map((buffer) =>
    buffer === null ? null : bankOf(buffer),
  );
  expect(banks).toEqual([0, 1, 2, 3, 4, 5]);
});

it('gives lines again that have been free for longest, where it is asked for the next ones', () => {
  const memory = new LocalMemory({ ...sizes, scratchpadBanks: 1 });
  const take = (fit: Fit): number | null => {
    const buffer = memory.allocate('scratchpad', 4, undefined, fit);
    if (buffer !== null) memory.free(buffer);
    return buffer === null ? null : buffer.address;
  };
  expect([take('first'), take('next'), take('next'), take('next'), take('first')]).toEqual([0, 4, 0, 4, 0]);
});
