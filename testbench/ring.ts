/**
 * What a driver does for a program that is longer than the ring: puts its commands where those were that the NPU has
 * fetched.
 */
import type { Simulator } from '../hdl/sim/index.ts';
import { COMMAND_BYTES } from '../npu/isa/operations.ts';
import type { Program } from '../npu/compiler/program.ts';
import type { Host } from './host.ts';

/** Cycles for each command that the ring was given, after which the host looks how many of them are left. */
export const FEED_CYCLES = 4;

export class RingFeeder {
  readonly #sim: Simulator;
  readonly #host: Host;
  readonly #program: Pick<Program, 'code' | 'ring'>;
  readonly #busBytes: number;
  /** Commands that were announced to the NPU. */
  #given: number;

  /** The first `ring.tail` commands are in DRAM. */
  constructor(sim: Simulator, host: Host, program: Pick<Program, 'code' | 'ring'>, busBytes: number) {
    this.#sim = sim;
    this.#host = host;
    this.#program = program;
    this.#busBytes = busBytes;
    this.#given = program.ring.tail;
  }

  /** Cycles between two looks: a ring that was full is about half empty then, at the soonest. */
  get interval(): number {
    return this.#program.ring.entries * FEED_CYCLES;
  }

  /** The NPU has, or can fetch, all commands. */
  get done(): boolean {
    return this.#given * COMMAND_BYTES >= this.#program.code.length;
  }

  /** Fills the ring up, but for the one entry that tells a full one from an empty one. Takes a few cycles. */
  feed(): void {
    const {
      code,
      ring: { base, entries },
    } = this.#program;
    let tail = this.#given % entries;
    const free = (this.#host.read('head') - tail - 1 + entries) % entries;
    const until = Math.min(this.#given + free, code.length / COMMAND_BYTES);
    if (until === this.#given) return;
    while (this.#given < until) {
      const count = Math.min(until - this.#given, entries - tail);
      const bytes = code.subarray(this.#given * COMMAND_BYTES, (this.#given + count) * COMMAND_BYTES);
      this.#sim.memory('memory.dram').load(bytes, (base + tail * COMMAND_BYTES) / this.#busBytes);
      this.#given += count;
      tail = this.#given % entries;
    }
    this.#host.write('tail', tail);
  }
}
