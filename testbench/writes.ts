/** Which beat wrote each byte of DRAM last: leads from a wrong result to the cycle that stored it. */
import type { Simulator } from '../hdl/sim/index.ts';

/** A beat of data as it was taken: when, in time units, and which of its bytes count. */
interface Beat {
  readonly time: number;
  readonly strobes: bigint;
}

export class WriteLog {
  readonly #busBytes: number;
  /** Of each burst the address and the beats. */
  readonly #addresses: number[] = [];
  readonly #bursts: Beat[][] = [];
  readonly #stop: () => void;

  /** Logs what the NPU of a simulation of `System` writes, from the next step on. */
  constructor(sim: Simulator, busBytes: number) {
    this.#busBytes = busBytes;
    const signal = (name: string) => sim.signal(`npu.${name}`);
    const [awValid, awReady, address] = [signal('aw_valid'), signal('aw_ready'), signal('aw_payload_addr')];
    const [valid, ready] = [signal('w_valid'), signal('w_ready')];
    const [strobes, last] = [signal('w_payload_strb'), signal('w_payload_last')];
    let beats: Beat[] = [];
    this.#stop = sim.trace({ scope: 'irq' }).onSample(({ time }) => {
      if (awValid.get() === 1n && awReady.get() === 1n) this.#addresses.push(Number(address.get()));
      if (valid.get() !== 1n || ready.get() !== 1n) return;
      beats.push({ time, strobes: strobes.get() });
      if (last.get() !== 1n) return;
      this.#bursts.push(beats);
      beats = [];
    });
  }

  /** Time of the cycle in which the byte at an address was last written, in time units; null where it never was. */
  lastAt(byte: number): number | null {
    this.#stop();
    const [line, lane] = [Math.floor(byte / this.#busBytes), BigInt(byte % this.#busBytes)];
    const times = this.#bursts.flatMap((beats, burst) => {
      const beat = beats[line - Math.floor((this.#addresses[burst] ?? 0) / this.#busBytes)];
      return beat !== undefined && ((beat.strobes >> lane) & 1n) === 1n ? [beat.time] : [];
    });
    return times.reduce<number | null>((latest, time) => Math.max(latest ?? 0, time), null);
  }
}
