/**
 * For the tests of the DMA: jobs as numbers, what they mean byte by byte, and the other ends of every stream, driven
 * cycle by cycle.
 */
import type { Design } from '../../hdl/ir/types.ts';
import { simulate, type Signal, type Simulator } from '../../hdl/sim/index.ts';

export interface Job {
  readonly dram: number;
  readonly lines: number;
  readonly lineBytes: number;
  readonly stride: number;
  readonly space: 0 | 1;
  readonly local: number;
  readonly pieceBytes: number;
  readonly lineStep: number;
  readonly pieceStep: number;
}

/** One line of `bytes` bytes, in pieces of 64. */
export const oneLine = (dram: number, bytes: number): Job => ({
  dram,
  lines: 1,
  lineBytes: bytes,
  stride: bytes,
  space: 0,
  local: 100,
  pieceBytes: 64,
  lineStep: 1,
  pieceStep: 1,
});

/** Every byte of a job, in order: where it is in DRAM, and in which local line at which place, which need not exist. */
export function* bytesOf(
  job: Job,
): Generator<{ readonly dram: number; readonly local: string; readonly address: number; readonly place: number }> {
  for (let line = 0; line < job.lines; line++) {
    for (let byte = 0; byte < job.lineBytes; byte++) {
      const address = job.local + line * job.lineStep + Math.floor(byte / job.pieceBytes) * job.pieceStep;
      const at = byte % job.pieceBytes;
      yield {
        dram: (job.dram + line * job.stride + byte) >>> 0,
        local: place(job.space, address, at),
        address,
        place: at,
      };
    }
  }
}

export const place = (space: number, address: number, byte: number): string => `${space}:${address}:${byte}`;

/** Bytes that tell apart where they come from. */
export const noise = (seed: number): number => (Math.imul(seed ^ (seed >>> 7), 0x9e3779b1) >>> 11) & 0xff;

/** Pseudo-random numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Parts of the cycles in which each side stalls, and the least cycles between request and answer. */
export interface Pace {
  readonly stall: number;
  readonly latency: number;
  readonly seed: number;
}
export const fullSpeed: Pace = { stall: 0, latency: 1, seed: 1 };

/** A module under test. Elaborate it with monitors: they check the rules of its output streams. */
export class Bench {
  readonly sim: Simulator;
  random: () => number = randomOf(1);
  stall = 0;
  private readonly found = new Map<string, Signal>();
  constructor(sim: Simulator) {
    this.sim = sim;
  }

  static of(design: Design): Bench {
    return new Bench(simulate(design));
  }

  begin(pace: Pace): void {
    this.random = randomOf(pace.seed);
    this.stall = pace.stall;
    this.sim.reset();
  }
  signal(name: string): Signal {
    const known = this.found.get(name) ?? this.sim.signal(name);
    this.found.set(name, known);
    return known;
  }
  get(name: string): number {
    return Number(this.signal(name).get());
  }
  wide(name: string): bigint {
    return this.signal(name).get();
  }
  set(name: string, value: number | bigint): void {
    this.signal(name).set(value);
  }
  fires(stream: string): boolean {
    return this.get(`${stream}_valid`) === 1 && this.get(`${stream}_ready`) === 1;
  }
  moves(): boolean {
    return this.random() >= this.stall;
  }
  /** Gives a stream input nothing, or this payload. */
  offer(stream: string, payload: Readonly<Record<string, number | bigint>> | null): void {
    this.set(`${stream}_valid`, payload === null ? 0 : 1);
    for (const [field, value] of Object.entries(payload ?? {})) this.set(`${stream}_payload_${field}`, value);
  }
  accept(stream: string): void {
    this.set(`${stream}_ready`, this.moves() ? 1 : 0);
  }
}

/** The producer of a stream input: payloads wait in `queue`; once offered, one is offered until it is taken. */
export class Source {
  readonly queue: { readonly due: number; readonly payload: Readonly<Record<string, number | bigint>> }[] = [];
  private offered = false;
  private readonly bench: Bench;
  private readonly name: string;
  constructor(bench: Bench, name: string) {
    this.bench = bench;
    this.name = name;
  }
  drive(cycle: number): void {
    const [head] = this.queue;
    this.offered = head !== undefined && (this.offered || (head.due <= cycle && this.bench.moves()));
    this.bench.offer(this.name, this.offered && head !== undefined ? head.payload : null);
  }
  /** Takes note of a transfer in this cycle. */
  settle(): void {
    if (!this.offered || this.bench.get(`${this.name}_ready`) === 0) return;
    this.queue.shift();
    this.offered = false;
  }
}

export interface Burst {
  readonly address: number;
  readonly beats: number;
}

/** What AXI allows of a burst and what the unit promises of it. */
export function checkBurst(bench: Bench, channel: string, busBytes: number, maxBurst: number): Burst {
  const field = (name: string): number => bench.get(`${channel}_payload_${name}`);
  const [address, beats] = [field('addr'), field('len') + 1];
  const wrong = [
    address % busBytes === 0 ? '' : 'is not aligned',
    beats <= maxBurst ? '' : `has ${beats} beats`,
    field('burst') === 1 ? '' : 'is not INCR',
    1 << field('size') === busBytes ? '' : 'has beats of another size than the bus',
    Math.floor(address / 4096) === Math.floor((address + beats * busBytes - 1) / 4096) ? '' : 'crosses 4 KiB',
  ].filter((text) => text !== '');
  if (wrong.length > 0) throw new Error(`${channel} burst at ${address} of ${beats} beats ${wrong.join(', ')}`);
  return { address, beats };
}

/** How a job ended, and in how many cycles from the one that took it to `done`. */
export interface Outcome {
  readonly cycles: number;
  readonly fault: number;
  readonly faultAddress: number;
  readonly bursts: readonly Burst[];
}

export const outcome = (bench: Bench, cycles: number, bursts: readonly Burst[]): Outcome => ({
  cycles,
  fault: bench.get('fault'),
  faultAddress: bench.get('faultAddress'),
  bursts,
});
