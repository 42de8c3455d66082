import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elaborate, module } from '../../../hdl/index.ts';
import { compile, type CompiledDesign } from '../../../hdl/sim/index.ts';
import { runsOf } from '../../../hdl/testing-runs.ts';
import { axiSubordinate } from '../../../hdl/lib/axi.ts';
import { Bench } from '../bench.ts';
import { randomOf } from '../random.ts';
import { watch } from './checker.ts';
import { AxiManager, type AxiBeat, type AxiRead, type AxiWrite } from './manager.ts';
import { AxiMemory, type AxiMemoryOptions, type ErrorRange } from './memory.ts';
import { tuneMemory } from './settings.ts';

/** A memory alone, its port watched. */
function benchOf(options: AxiMemoryOptions) {
  const { addressBits, idBits, busBytes, outstanding = 8 } = options;
  const top = module('bench', axiSubordinate(options), ({ ar, aw, w }, o) => {
    const { r, b } = AxiMemory(options)({ ar, aw, w }, { name: 'memory' });
    watch(
      'checker',
      {
        ar,
        aw,
        w,
        r: { valid: r.valid, payload: r.payload, ready: o.r.ready },
        b: { valid: b.valid, payload: b.payload, ready: o.b.ready },
      },
      { addressBits, idBits, busBytes, outstanding },
    );
    return { r, b };
  });
  return elaborate(top);
}

const sizes = { addressBits: 32, idBits: 1 } as const;

/** A bench of a memory that keeps what it is designed with, and a manager in it. */
function bench(options: AxiMemoryOptions, stall = 0) {
  const made = new Bench(benchOf(options), { stall, seed: options.seed ?? 1 });
  made.begin();
  return { bench: made, sim: made.sim, manager: new AxiManager(made, options) };
}

const tunable = new Map<string, CompiledDesign>();

/** The same of a tunable memory of twice the size: one compiled design for all that can be set. */
function tuned({ bytes, latency, stall, seed, ...design }: AxiMemoryOptions, lazy = 0) {
  const key = JSON.stringify(design);
  let compiled = tunable.get(key);
  if (compiled === undefined) {
    tunable.set(
      key,
      (compiled = compile(benchOf({ ...design, bytes: 2 * bytes, latency: 9, stall: 99, seed: 9, tunable: true }))),
    );
  }
  const made = new Bench(compiled.start(), { stall: lazy, seed: seed ?? 1 });
  made.begin();
  tuneMemory(made.sim, 'memory', design.busBytes, { bytes, latency, stall, seed });
  return { bench: made, sim: made.sim, manager: new AxiManager(made, design) };
}

/** From the best to the worst. */
const responses = ['okay', 'slverr', 'decerr'] as const;
type Response = (typeof responses)[number];
const worse = (a: Response, b: Response): Response => (responses.indexOf(b) > responses.indexOf(a) ? b : a);

/** What the memory must do, in bytes. */
class Model {
  readonly bytes: Uint8Array;
  readonly #busBytes: number;
  readonly #errors: readonly ErrorRange[];
  constructor(size: number, busBytes: number, errors: readonly ErrorRange[]) {
    this.bytes = new Uint8Array(size);
    this.#busBytes = busBytes;
    this.#errors = errors;
  }

  #response(start: number, on: 'read' | 'write'): Response {
    if (start >= this.bytes.length) return 'decerr';
    const hit = this.#errors.find(
      (e) => (e.on === on || e.on === 'both') && e.address < start + this.#busBytes && start < e.address + e.length,
    );
    return hit?.response ?? 'okay';
  }

  #start(address: number, beat: number): number {
    return address - (address % this.#busBytes) + beat * this.#busBytes;
  }

  write({ address, beats }: AxiWrite): Response {
    return beats
      .map(({ data, strobes }, beat) => {
        const start = this.#start(address, beat);
        const resp = this.#response(start, 'write');
        for (let i = 0; i < this.#busBytes; i++) {
          if (resp === 'okay' && ((strobes >> BigInt(i)) & 1n) === 1n)
            this.bytes[start + i] = Number((data >> BigInt(i * 8)) & 255n);
        }
        return resp;
      })
      .reduce(worse);
  }

  read({ address, beats }: AxiRead): { data: bigint; resp: Response }[] {
    return Array.from({ length: beats }, (_, beat) => {
      const start = this.#start(address, beat);
      const resp = this.#response(start, 'read');
      let data = 0n;
      for (let i = this.#busBytes - 1; i >= 0 && resp === 'okay'; i--)
        data = (data << 8n) | BigInt(this.bytes[start + i] ?? 0);
      return { data, resp };
    });
  }
}

/** Whole numbers for traffic, from a seed that fast-check chooses and prints. */
function random(seed: number): (below: number) => number {
  const next = randomOf(seed);
  return (below) => Math.floor(next() * below);
}

/** A burst somewhere in [from, to), within a page. */
function place(
  next: (below: number) => number,
  busBytes: number,
  [from, to]: readonly [number, number],
): { address: number; beats: number } {
  const address = from + next(to - from);
  const word = address - (address % busBytes);
  const room = Math.min(to, word - (word % 4096) + 4096) - word;
  return { address, beats: 1 + next(Math.min(next(8) === 0 ? 256 : 12, Math.max(1, Math.floor(room / busBytes)))) };
}

function randomBeats(next: (below: number) => number, busBytes: number, address: number, count: number): AxiBeat[] {
  return Array.from({ length: count }, (_, beat) => {
    let data = 0n;
    for (let i = 0; i < busBytes; i++) data = (data << 8n) | BigInt(next(256));
    const legal = beat === 0 ? address % busBytes : 0;
    let strobes = 0n;
    while (strobes === 0n) for (let i = legal; i < busBytes; i++) strobes |= BigInt(next(4) > 0 ? 1 : 0) << BigInt(i);
    return { data, strobes };
  });
}

describe('the memory answers as a byte array does', () => {
  const settings = fc.record({
    bits: fc.constantFrom({ addressBits: 32, idBits: 1 }, { addressBits: 15, idBits: 4 }),
    busBytes: fc.constantFrom(1, 2, 4, 8, 16, 32),
    latency: fc.integer({ min: 0, max: 20 }),
    seed: fc.integer(),
    outstanding: fc.constantFrom(1, 2, 5, 9),
    stall: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
    lazy: fc.constantFrom(0, 1, 3),
    errors: fc.boolean(),
  });
  type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;
  type Start = (options: AxiMemoryOptions, lazy: number) => ReturnType<typeof bench>;
  const bytes = 8192 + 64;

  /** Random traffic on a memory made by `start`, judged by a byte array; what moved, and when. */
  function traffic(start: Start, given: Settings): unknown {
    const { bits, busBytes, latency, seed, outstanding, stall, lazy } = given;
    const errors: ErrorRange[] = given.errors
      ? [
          { address: 515, length: 70, response: 'slverr', on: 'read' },
          { address: 560, length: 30, response: 'decerr', on: 'both' },
          { address: 5000, length: 1, response: 'slverr', on: 'write' },
        ]
      : [];
    const options = { ...bits, busBytes, bytes, latency, stall, seed, outstanding, errors };
    const { bench: made, sim, manager } = start(options, lazy / 4);
    const next = random(seed);
    const model = new Model(bytes, busBytes, errors);
    const dram = sim.memory('memory.dram');
    const first = Uint8Array.from({ length: bytes }, () => next(256));
    dram.load(first);
    model.bytes.set(first);
    const low: readonly [number, number] = [0, 4096];
    const high: readonly [number, number] = [4096, bytes + 256];
    const moved: (readonly (AxiRead | AxiWrite)[])[] = [];
    const ids = 2 ** bits.idBits;
    // Reads and writes in flight keep to different halves, since their order is not defined; then they change sides.
    for (let phase = 0; phase < 4; phase++) {
      const [readIn, writeIn] = phase % 2 === 0 ? [low, high] : [high, low];
      const reads = Array.from({ length: 6 }, () => {
        const { address, beats } = place(next, busBytes, readIn);
        return manager.read(address, beats, next(ids));
      });
      const writes = Array.from({ length: 6 }, () => {
        const { address, beats } = place(next, busBytes, writeIn);
        return manager.write(address, randomBeats(next, busBytes, address, beats), next(ids));
      });
      made.run(20_000);
      for (const one of reads) {
        expect(one.got.map(({ data, resp }) => ({ data, resp }))).toEqual(model.read(one));
        expect(one.got[0]?.cycle).toBeGreaterThanOrEqual(one.asked + Math.max(2, latency));
      }
      for (const one of writes) {
        expect(one.resp).toBe(model.write(one));
        expect(one.answered).toBeGreaterThanOrEqual(one.written + Math.max(2, latency));
      }
      moved.push(reads, writes);
    }
    expect(dram.dump(bytes)).toEqual(model.bytes);
    return moved;
  }

  test('random traffic', () => {
    fc.assert(
      fc.property(settings, (given) => {
        traffic(tuned, given);
      }),
      { numRuns: runsOf({ few: 5, all: 40 }) },
    );
  });

  test('a tunable memory does in every cycle what a memory designed so does', () => {
    fc.assert(
      fc.property(settings, (given) => {
        expect(traffic(tuned, given)).toEqual(traffic(bench, given));
      }),
      { numRuns: runsOf({ few: 2, all: 8 }) },
    );
  });
});

describe('timing without stalls', () => {
  test.each([0, 1, 2, 3, 10, 20])('latency %i: one burst, and bursts back to back at a beat each cycle', (latency) => {
    const first = Math.max(2, latency);
    const { bench: made, manager } = bench({
      ...sizes,
      busBytes: 8,
      bytes: 4096,
      latency,
      outstanding: 4,
      init: Uint8Array.from({ length: 16 }, (_, i) => i),
    });
    const reads = Array.from({ length: 6 }, (_, i) => manager.read(i * 64, 8, i % 2));
    made.run(1000);
    const [asked = 0] = reads.map((one) => one.asked);
    expect(reads[0]?.got[1]?.data).toBe(0x0f0e0d0c0b0a0908n);
    expect(reads.flatMap((one) => one.got.map(({ cycle }) => cycle))).toEqual(
      Array.from({ length: 48 }, (_, i) => asked + first + i),
    );
  });

  test.each([0, 2, 7])('latency %i: writes back to back take a beat each cycle, and each B its latency', (latency) => {
    const { bench: made, manager } = bench({ ...sizes, busBytes: 4, bytes: 4096, latency });
    const writes = Array.from({ length: 5 }, (_, i) =>
      manager.write(
        i * 16,
        Array.from({ length: 4 }, (_unused, j) => ({ data: BigInt(i * 4 + j), strobes: 15n })),
      ),
    );
    made.run(1000);
    const [asked = 0] = writes.map((one) => one.asked);
    expect(writes.map((one) => one.written)).toEqual([4, 8, 12, 16, 20].map((n) => asked + n));
    expect(writes.map((one) => one.answered - one.written)).toEqual(writes.map(() => Math.max(2, latency)));
  });

  test('single beats keep the pace when enough reads may be outstanding', () => {
    const { bench: made, manager } = bench({ ...sizes, busBytes: 8, bytes: 4096, latency: 6, outstanding: 8 });
    const reads = Array.from({ length: 20 }, (_, i) => manager.read(i * 8, 1));
    made.run(1000);
    const cycles = reads.map((one) => one.got[0]?.cycle ?? 0);
    expect(cycles).toEqual(cycles.map((_, i) => (cycles[0] ?? 0) + i));
  });
});

test.each([false, true])('a memory of all addresses has no place past its end (tunable: %s)', (isTunable) => {
  const { bench: made, manager } = bench({ addressBits: 6, idBits: 1, busBytes: 8, bytes: 64, tunable: isTunable });
  const beats = Array.from({ length: 8 }, (_, i) => ({ data: BigInt(i + 1), strobes: 0xffn }));
  const stored = manager.write(0, beats);
  made.run(100);
  const found = manager.read(0, 8);
  made.run(100);
  expect([stored.resp, found.got.map(({ data, resp }) => (resp === 'okay' ? data : resp))]).toEqual([
    'okay',
    beats.map(({ data }) => data),
  ]);
});

test('stalls depend on the seed and on nothing else', () => {
  const finish = (seed: number): number => {
    const { bench: made, manager } = bench({ ...sizes, busBytes: 8, bytes: 4096, stall: 128, seed });
    for (let i = 0; i < 10; i++) manager.read(i * 64, 8);
    made.run(2000);
    return made.cycle;
  };
  expect(finish(1)).toBe(finish(1));
  expect(new Set([1, 2, 3, 4].map(finish)).size).toBeGreaterThan(1);
  // Half of the cycles stall: 80 beats take about 160.
  expect(finish(5)).toBeGreaterThan(120);
});

test('a stall of one channel leaves the others alone', () => {
  const { bench: made, manager } = bench({ ...sizes, busBytes: 8, bytes: 4096, stall: { w: 200 } });
  const one = manager.read(0, 8);
  made.run(100);
  expect((one.got[7]?.cycle ?? 0) - one.asked).toBe(9);
});

test('a memory of one word, and sizes that cannot be', () => {
  const { bench: made, manager } = bench({ ...sizes, busBytes: 4, bytes: 4 });
  const stored = manager.write(1, [{ data: 0x44332211n, strobes: 14n }]);
  const missed = manager.write(4, [{ data: 1n, strobes: 1n }]);
  made.run(100);
  expect([stored.resp, missed.resp]).toEqual(['okay', 'decerr']);
  expect([...made.sim.memory('memory.dram').dump(4)]).toEqual([0, 0x22, 0x33, 0x44]);
  expect(() => AxiMemory({ ...sizes, busBytes: 3, bytes: 30 })).toThrow('not 3');
  expect(() => AxiMemory({ ...sizes, busBytes: 8, bytes: 12 })).toThrow('not 12 bytes');
  expect(() => AxiMemory({ ...sizes, addressBits: 3, busBytes: 8, bytes: 8 })).toThrow('more than a beat');
  expect(() => AxiMemory({ ...sizes, addressBits: 4, busBytes: 8, bytes: 24 })).toThrow('at most 16 bytes');
  const words = { ...sizes, busBytes: 8, bytes: 16 };
  const refused = (name: 'stall' | 'latency' | 'seed', least: number, most: number): void => {
    for (const value of [least - 1, most + 1, 1.5, NaN]) {
      const message = `an AXI memory needs a ${name} that is a whole number from ${least} to ${most}, not ${value}`;
      expect(() => AxiMemory({ ...words, [name]: value })).toThrow(message);
    }
  };
  refused('stall', 0, 255);
  refused('latency', 0, 2 ** 22 - 1);
  refused('seed', -(2 ** 31), 2 ** 32 - 1);
  expect(() => AxiMemory({ ...words, stall: { r: 256 } })).toThrow(
    'a stall that is a whole number from 0 to 255, not 256',
  );
  const other: object = { q: 3 };
  expect(() => AxiMemory({ ...words, stall: other })).toThrow('needs stalls of ar, r, aw, w, b, not of q');
});
