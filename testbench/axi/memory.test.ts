import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elaborate, module } from '../../hdl/index.ts';
import { compile, simulate, type CompiledDesign } from '../../hdl/sim/index.ts';
import { runsOf } from '../../hdl/testing-runs.ts';
import { managerPorts } from '../../npu/common/axi.ts';
import { watch } from './checker.ts';
import { Manager, read, write, type Read, type Write } from './manager.ts';
import { AxiMemory, type AxiMemoryOptions, type ErrorRange } from './memory.ts';
import { tuneMemory } from './settings.ts';

/** A memory alone, its port watched. */
function benchOf(options: AxiMemoryOptions) {
  const { busBytes, outstanding = 8 } = options;
  const { in: fromMemory, out: toMemory } = managerPorts(busBytes);
  const top = module('bench', { in: toMemory, out: fromMemory }, ({ ar, aw, w }, o) => {
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
      { busBytes, outstanding },
    );
    return { r, b };
  });
  return elaborate(top);
}

function bench(options: AxiMemoryOptions) {
  const sim = simulate(benchOf(options));
  sim.reset();
  return sim;
}

const tunable = new Map<string, CompiledDesign>();

/** The same of a tunable memory of twice the size: one compiled design for all that can be set. */
function tuned({ bytes, latency, stall, seed, ...design }: AxiMemoryOptions) {
  const key = JSON.stringify(design);
  let compiled = tunable.get(key);
  if (compiled === undefined) {
    tunable.set(
      key,
      (compiled = compile(benchOf({ ...design, bytes: 2 * bytes, latency: 9, stall: 99, seed: 9, tunable: true }))),
    );
  }
  const sim = compiled.start();
  sim.reset();
  tuneMemory(sim, 'memory', design.busBytes, { bytes, latency, stall, seed });
  return sim;
}

const codes = { okay: 0, slverr: 2, decerr: 3 };

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

  #response(start: number, on: 'read' | 'write'): number {
    if (start >= this.bytes.length) return codes.decerr;
    const hit = this.#errors.find(
      (e) => (e.on === on || e.on === 'both') && e.address < start + this.#busBytes && start < e.address + e.length,
    );
    return hit === undefined ? codes.okay : codes[hit.response];
  }

  #start(address: number, beat: number): number {
    return address - (address % this.#busBytes) + beat * this.#busBytes;
  }

  write({ address, beats }: Write): number {
    return Math.max(
      ...beats.map(({ data, strobes }, beat) => {
        const start = this.#start(address, beat);
        const resp = this.#response(start, 'write');
        for (let i = 0; i < this.#busBytes; i++) {
          if (resp === codes.okay && ((strobes >> BigInt(i)) & 1n) === 1n)
            this.bytes[start + i] = Number((data >> BigInt(i * 8)) & 255n);
        }
        return resp;
      }),
    );
  }

  read({ address, beats }: Read): { data: bigint; resp: number }[] {
    return Array.from({ length: beats }, (_, beat) => {
      const start = this.#start(address, beat);
      const resp = this.#response(start, 'read');
      let data = 0n;
      for (let i = this.#busBytes - 1; i >= 0 && resp === codes.okay; i--)
        data = (data << 8n) | BigInt(this.bytes[start + i] ?? 0);
      return { data, resp };
    });
  }
}

/** mulberry32: numbers for traffic, from a seed that fast-check chooses and prints. */
function random(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
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

function randomBeats(
  next: (below: number) => number,
  busBytes: number,
  address: number,
  count: number,
): Write['beats'] {
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
    busBytes: fc.constantFrom(1, 2, 4, 8, 16, 32),
    latency: fc.integer({ min: 0, max: 20 }),
    seed: fc.integer(),
    outstanding: fc.constantFrom(1, 2, 5, 9),
    stall: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
    lazy: fc.constantFrom(0, 1, 3),
    errors: fc.boolean(),
  });
  type Settings = typeof settings extends fc.Arbitrary<infer T> ? T : never;
  const bytes = 8192 + 64;

  /** Random traffic on a memory made by `start`, judged by a byte array; what moved, and when. */
  function traffic(start: (options: AxiMemoryOptions) => ReturnType<typeof bench>, given: Settings): unknown {
    const { busBytes, latency, seed, outstanding, stall, lazy } = given;
    const errors: ErrorRange[] = given.errors
      ? [
          { address: 515, length: 70, response: 'slverr', on: 'read' },
          { address: 560, length: 30, response: 'decerr', on: 'both' },
          { address: 5000, length: 1, response: 'slverr', on: 'write' },
        ]
      : [];
    const sim = start({ busBytes, bytes, latency, stall, seed, outstanding, errors });
    const next = random(seed);
    const model = new Model(bytes, busBytes, errors);
    const dram = sim.memory('memory.dram');
    const first = Uint8Array.from({ length: bytes }, () => next(256));
    dram.load(first);
    model.bytes.set(first);
    const manager = new Manager(sim, busBytes, () => next(4) >= lazy);
    const low: readonly [number, number] = [0, 4096];
    const high: readonly [number, number] = [4096, bytes + 256];
    const moved: (readonly (Read | Write)[])[] = [];
    // Reads and writes in flight keep to different halves, since their order is not defined; then they change sides.
    for (let phase = 0; phase < 4; phase++) {
      const [readIn, writeIn] = phase % 2 === 0 ? [low, high] : [high, low];
      const reads = Array.from({ length: 6 }, () => {
        const { address, beats } = place(next, busBytes, readIn);
        return read(next(2), address, beats);
      });
      const writes = Array.from({ length: 6 }, () => {
        const { address, beats } = place(next, busBytes, writeIn);
        return write(address, randomBeats(next, busBytes, address, beats));
      });
      for (const one of reads) manager.read(one);
      for (const one of writes) manager.write(one);
      manager.finish(20_000);
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
      { numRuns: runsOf({ few: 12, all: 40 }) },
    );
  });

  test('a tunable memory does in every cycle what a memory designed so does', () => {
    fc.assert(
      fc.property(settings, (given) => {
        expect(traffic(tuned, given)).toEqual(traffic(bench, given));
      }),
      { numRuns: runsOf({ few: 3, all: 8 }) },
    );
  });
});

describe('timing without stalls', () => {
  test.each([0, 1, 2, 3, 10, 20])('latency %i: one burst, and bursts back to back at a beat each cycle', (latency) => {
    const first = Math.max(2, latency);
    const sim = bench({
      busBytes: 8,
      bytes: 4096,
      latency,
      outstanding: 4,
      init: Uint8Array.from({ length: 16 }, (_, i) => i),
    });
    const manager = new Manager(sim, 8);
    const reads = Array.from({ length: 6 }, (_, i) => read(i % 2, i * 64, 8));
    for (const one of reads) manager.read(one);
    manager.finish(1000);
    const [asked = 0] = reads.map((one) => one.asked);
    expect(reads[0]?.got[1]?.data).toBe(0x0f0e0d0c0b0a0908n);
    expect(reads.flatMap((one) => one.got.map(({ cycle }) => cycle))).toEqual(
      Array.from({ length: 48 }, (_, i) => asked + first + i),
    );
  });

  test.each([0, 2, 7])('latency %i: writes back to back take a beat each cycle, and each B its latency', (latency) => {
    const sim = bench({ busBytes: 4, bytes: 4096, latency });
    const manager = new Manager(sim, 4);
    const writes = Array.from({ length: 5 }, (_, i) =>
      write(
        i * 16,
        Array.from({ length: 4 }, (_unused, j) => ({ data: BigInt(i * 4 + j), strobes: 15n })),
      ),
    );
    for (const one of writes) manager.write(one);
    manager.finish(1000);
    const [asked = 0] = writes.map((one) => one.asked);
    expect(writes.map((one) => one.written)).toEqual([4, 8, 12, 16, 20].map((n) => asked + n));
    expect(writes.map((one) => one.answered - one.written)).toEqual(writes.map(() => Math.max(2, latency)));
  });

  test('single beats keep the pace when enough reads may be outstanding', () => {
    const sim = bench({ busBytes: 8, bytes: 4096, latency: 6, outstanding: 8 });
    const manager = new Manager(sim, 8);
    const reads = Array.from({ length: 20 }, (_, i) => read(0, i * 8, 1));
    for (const one of reads) manager.read(one);
    manager.finish(1000);
    const cycles = reads.map((one) => one.got[0]?.cycle ?? 0);
    expect(cycles).toEqual(cycles.map((_, i) => (cycles[0] ?? 0) + i));
  });
});

test('stalls depend on the seed and on nothing else', () => {
  const finish = (seed: number): number => {
    const sim = bench({ busBytes: 8, bytes: 4096, stall: 128, seed });
    const manager = new Manager(sim, 8);
    for (let i = 0; i < 10; i++) manager.read(read(0, i * 64, 8));
    manager.finish(2000);
    return sim.cycle;
  };
  expect(finish(1)).toBe(finish(1));
  expect(new Set([1, 2, 3, 4].map(finish)).size).toBeGreaterThan(1);
  // Half of the cycles stall: 80 beats take about 160.
  expect(finish(5)).toBeGreaterThan(120);
});

test('a stall of one channel leaves the others alone', () => {
  const sim = bench({ busBytes: 8, bytes: 4096, stall: { w: 200 } });
  const manager = new Manager(sim, 8);
  const one = read(0, 0, 8);
  manager.read(one);
  manager.finish(100);
  expect((one.got[7]?.cycle ?? 0) - one.asked).toBe(9);
});

test('a memory of one word, and sizes that cannot be', () => {
  const sim = bench({ busBytes: 4, bytes: 4 });
  const manager = new Manager(sim, 4);
  const [stored, missed] = [write(1, [{ data: 0x44332211n, strobes: 14n }]), write(4, [{ data: 1n, strobes: 1n }])];
  manager.write(stored);
  manager.write(missed);
  manager.finish(100);
  expect([stored.resp, missed.resp]).toEqual([0, 3]);
  expect([...sim.memory('memory.dram').dump(4)]).toEqual([0, 0x22, 0x33, 0x44]);
  expect(() => AxiMemory({ busBytes: 3, bytes: 30 })).toThrow('not 3');
  expect(() => AxiMemory({ busBytes: 8, bytes: 12 })).toThrow('not 12 bytes');
  const words = { busBytes: 8, bytes: 16 };
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
