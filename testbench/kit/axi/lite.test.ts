/** A unit with registers behind AXI4-Lite: what drives it, what checks it, and a host that knows it by names. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cat, constant, elaborate, module, regs, select, selectAs, uint, when } from '../../../hdl/index.ts';
import { liteSubordinate, response } from '../../../hdl/lib/axi.ts';
import { runsOf } from '../../../hdl/testing-runs.ts';
import { Bench } from '../bench.ts';
import { BenchError } from '../error.ts';
import { RegisterError, RegisterHost, type RegisterMap } from '../registers.ts';
import { LiteManager, type LiteAccess } from './lite.ts';
import { LiteChecker, watchLite } from './lite-checker.ts';

const sizes = { addressBits: 4, dataBits: 32 } as const;

/** Three words that can be written byte by byte. Reads of a fourth answer DECERR, writes SLVERR. */
const Words = module('words', liteSubordinate(sizes), ({ ar, aw, w }, o) => {
  const words = regs({ w0: uint(32), w1: uint(32), w2: uint(32) });
  const state = regs({ reading: uint(1), writing: uint(1), data: uint(32), from: uint(2), to: uint(2) });
  const all = [words.w0, words.w1, words.w2];
  ar.ready = state.reading.eq(0);
  when(ar.fire, () => {
    state.reading.next = 1;
    state.from.next = ar.payload.addr.slice(2, 2);
    state.data.next = all.reduceRight(
      (rest, word, i) => select(ar.payload.addr.slice(2, 2).eq(i), word, rest),
      constant(uint(32), 0),
    );
  }).elsewhen(o.r.ready, () => {
    state.reading.next = 0;
  });
  const write = aw.valid.and(w.valid).and(state.writing.eq(0));
  aw.ready = write;
  w.ready = write;
  const lanes = cat(...[3, 2, 1, 0].map((byte) => selectAs(uint(8), w.payload.strb.bit(byte), 0xff, 0))).truncate(32);
  when(write, () => {
    state.writing.next = 1;
    state.to.next = aw.payload.addr.slice(2, 2);
    all.forEach((word, i) =>
      when(aw.payload.addr.slice(2, 2).eq(i), () => {
        word.next = word.and(lanes.not()).or(w.payload.data.and(lanes));
      }),
    );
  }).elsewhen(o.b.ready, () => {
    state.writing.next = 0;
  });
  return {
    r: {
      valid: state.reading.eq(1),
      payload: { data: state.data, resp: selectAs(response, state.from.eq(3), 'decerr', 'okay') },
    },
    b: { valid: state.writing.eq(1), payload: { resp: selectAs(response, state.to.eq(3), 'slverr', 'okay') } },
  };
});

/** The unit with its port watched. */
const Watched = module('watched', { in: Words.in, out: Words.out }, (i, o) => {
  const unit = Words(i, { name: 'unit' });
  const { r, b } = unit;
  const answers = {
    r: { valid: r.valid, payload: r.payload, ready: o.r.ready },
    b: { valid: b.valid, payload: b.payload, ready: o.b.ready },
  };
  watchLite('checker', { ...i, ...answers }, { ...sizes, outstanding: 1 });
  return unit;
});
const design = elaborate(Watched, { monitors: true });

const registers = {
  first: { address: 0, access: 'rw' },
  second: { address: 4, access: 'wo' },
  third: { address: 8, access: 'ro' },
  bad: { address: 12, access: 'rw' },
} as const satisfies RegisterMap;

describe('a manager of AXI4-Lite', () => {
  const access = fc.record({
    read: fc.boolean(),
    word: fc.nat(3),
    data: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    strobes: fc.nat(15),
  });

  it('gets the answers of a unit with registers, whoever stalls', () => {
    fc.assert(
      fc.property(
        fc.array(access, { maxLength: 15 }),
        fc.constantFrom(0, 0.4, 0.8),
        fc.integer(),
        (list, stall, seed) => {
          const bench = new Bench(design, { seed, stall });
          const manager = new LiteManager(bench, sizes);
          bench.begin();
          const words = [0, 0, 0];
          for (const { read, word, data, strobes } of list) {
            // One after the other: the order of reads and writes on their way is not defined.
            const one: LiteAccess & { data?: bigint } = read
              ? manager.read(4 * word)
              : manager.write(4 * word, data, strobes);
            bench.run(200);
            if (read) {
              expect([one.data, one.resp]).toEqual(word === 3 ? [0n, 'decerr'] : [BigInt(words[word] ?? 0), 'okay']);
              continue;
            }
            expect(one.resp).toBe(word === 3 ? 'slverr' : 'okay');
            const lanes = [0, 1, 2, 3].reduce(
              (mask, byte) => mask + ((strobes >> byte) & 1) * 0xff * 2 ** (8 * byte),
              0,
            );
            if (word < 3) words[word] = (((words[word] ?? 0) & ~lanes) | (data & lanes)) >>> 0;
          }
        },
      ),
      { numRuns: runsOf({ few: 15, all: 300 }) },
    );
  });

  it('asks in order, as fast as the unit answers', () => {
    const bench = new Bench(design);
    const manager = new LiteManager(bench, sizes);
    bench.begin();
    const writes = [1, 2, 3].map((data, i) => manager.write(4 * i, data));
    bench.run(100);
    const reads = [0, 1, 2].map((i) => manager.read(4 * i));
    bench.run(100);
    expect(reads.map(({ data }) => data)).toEqual([1n, 2n, 3n]);
    expect([...writes, ...reads].map(({ answered }) => answered)).toEqual([2, 4, 6, 8, 10, 12]);
  });
});

describe('a host', () => {
  const start = () => {
    const bench = new Bench(design);
    const host = new RegisterHost(bench, registers, sizes);
    bench.begin();
    return { bench, host };
  };

  it('reads and writes registers by name', () => {
    const { bench, host } = start();
    host.write('first', 0xffff_ffff);
    host.write('second', 7n);
    expect([host.read('first'), host.readBits('first'), host.read('third')]).toEqual([2 ** 32 - 1, 0xffff_ffffn, 0]);
    expect([host.offer('bad', 1), bench.get('unit.w1')]).toEqual(['slverr', 7]);
  });

  it('says what a unit refuses, and what cannot be', () => {
    const { host } = start();
    const told = (message: string): BenchError => new BenchError(message);
    expect(() => host.write('bad', 9)).toThrow(new RegisterError('bad', 'given 9', 'slverr'));
    expect(() => host.read('bad')).toThrow('bad was read, and the answer is decerr');
    expect(() => host.read('second')).toThrow(told('register second can only be written'));
    expect(() => host.write('third', 1)).toThrow(told('register third can only be read'));
    for (const value of [-1, 2 ** 32, 0.5]) {
      const range = 'a register takes a whole number from 0 to 4294967295';
      expect(() => host.write('first', value)).toThrow(told(`first is given ${value}; ${range}`));
    }
  });

  it('tells a unit that does not answer', () => {
    const bench = new Bench(design);
    const host = new RegisterHost(bench, registers, { ...sizes, limit: 5, stall: () => true });
    bench.begin();
    expect(() => host.write('first', 1)).toThrow(
      /^no end after 5 steps .*\n {2}aw: 1 payloads are not taken, the first is not offered yet\n {2}w: 1 payloads/,
    );
  });

  it.each<[RegisterMap, string]>([
    [{ a: { address: 2, access: 'rw' } }, 'register a is at 2; give a multiple of 4 below 16'],
    [{ a: { address: 16, access: 'rw' } }, 'register a is at 16; give a multiple of 4 below 16'],
    [
      { a: { address: 4, access: 'rw' }, b: { address: 4, access: 'ro' } },
      'register b is at 4, where a is; give each an address of its own',
    ],
  ])('refuses a map that cannot be: %o', (map, message) => {
    expect(() => new RegisterHost(new Bench(design), map, sizes)).toThrow(new BenchError(message));
  });
});

describe('the checker', () => {
  type Levels = Readonly<Record<string, number>>;
  /** The channels that are valid in a cycle, and ready unless it says that one is not. */
  const play = (cycles: readonly Levels[]): void => {
    const bench = new Bench(elaborate(LiteChecker({ ...sizes, outstanding: 2 })));
    bench.begin();
    for (const cycle of [...cycles, {}]) {
      for (const name of ['ar', 'r', 'aw', 'w', 'b']) bench.pulse({ [`${name}_ready`]: 1 });
      bench.pulse(
        Object.fromEntries(
          Object.entries(cycle).map(([name, level]) => [name.replace(/^(ar|aw|r|w|b)$/, '$1_valid'), level]),
        ),
      );
      bench.step();
    }
  };
  const [ar, r, aw, w, b]: readonly Levels[] = [{ ar: 1 }, { r: 1 }, { aw: 1 }, { w: 1 }, { b: 1 }];
  const made = (...cycles: readonly (Levels | undefined)[]): Levels[] => cycles.map((cycle) => cycle ?? {});
  const held = (name: string, before: readonly Levels[], field: string): [string, readonly Levels[]][] => {
    const stays = { [name]: 1, [`${name}_ready`]: 0 };
    return [
      [`${name.toUpperCase()}: VALID must stay high until READY`, [...before, stays, {}]],
      [
        `${name.toUpperCase()}: the payload must not change while VALID waits for READY`,
        [...before, stays, { ...stays, [`${name}_payload_${field}`]: 2 }],
      ],
    ];
  };

  test.each<[string, readonly Levels[]]>([
    ['reads that overlap', made(ar, { ar: 1, r: 1 }, { ar: 1, r: 1 }, r)],
    ['an address before its data, and after', made(aw, w, { b: 1, w: 1 }, aw, b)],
    ['two of each', made(ar, ar, { r: 1, r_payload_resp: 2 }, r, aw, { aw: 1, w: 1 }, { w: 1, b: 1 }, b)],
    ['what is held', [{ ar: 1, ar_ready: 0, ar_payload_addr: 4 }, { ar: 1, ar_payload_addr: 4 }, { r: 1 }]],
  ])('lets pass what the protocol allows: %s', (_, cycles) => {
    play(cycles);
  });

  test.each<[string, readonly Levels[]]>([
    ...held('ar', [], 'addr'),
    ...held('r', made(ar), 'data'),
    ...held('aw', [], 'addr'),
    ...held('w', [], 'strb'),
    ...held('b', made({ aw: 1, w: 1 }), 'resp'),
    ['R: data must answer an accepted AR', made(r)],
    ['R: data must answer an accepted AR', made({ ar: 1, r: 1 })],
    ['R: data must answer an accepted AR', made(ar, r, r)],
    ['B: a response must answer an accepted AW and its W', made(aw, b)],
    ['B: a response must answer an accepted AW and its W', made(w, b)],
    ['B: a response must answer an accepted AW and its W', made({ aw: 1, w: 1 }, aw, b, b)],
    ['AR: at most 2 may be unanswered', made(ar, ar, ar)],
    ['AW: at most 2 may be unanswered', made(aw, aw, aw)],
    ['W: at most 2 may be unanswered', made(w, w, w)],
    ['R: EXOKAY is no answer of AXI4-Lite', made(ar, { r: 1, r_payload_resp: 1 })],
    ['B: EXOKAY is no answer of AXI4-Lite', made({ aw: 1, w: 1 }, { b: 1, b_payload_resp: 1 })],
  ])('names what it forbids: %s', (message, cycles) => {
    play(cycles.slice(0, -2));
    expect(() => play(cycles)).toThrow(`: ${message}\n`);
  });
});
