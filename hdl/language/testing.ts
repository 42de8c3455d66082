/**
 * Drives the streams of small circuits in tests: sources and sinks with stalls, all settled before any transfer is
 * looked at.
 */
import type { Simulator } from '../sim/index.ts';

export type Stalls = (cycle: number) => boolean;
type Payload = number | Readonly<Record<string, number>>;

interface End {
  drive(): void;
  look(): void;
}

export class Bench {
  readonly sim: Simulator;
  readonly #ends: End[] = [];
  #cycle = 0;
  constructor(sim: Simulator) {
    this.sim = sim;
  }

  /** Offers `values` in order on an input stream; once offered, a value stays until it is taken. */
  source(name: string, values: readonly Payload[], stalls: Stalls = () => false): void {
    const { sim } = this;
    const rest = [...values];
    let offered = false;
    this.#ends.push({
      drive: () => {
        const [value] = rest;
        offered = value !== undefined && (offered || !stalls(this.#cycle));
        sim.poke(`${name}_valid`, offered);
        if (value === undefined || !offered) return;
        if (typeof value === 'number') sim.poke(`${name}_payload`, value);
        else for (const [field, number] of Object.entries(value)) sim.poke(`${name}_payload_${field}`, number);
      },
      look: () => {
        if (!offered || sim.peek(`${name}_ready`) === 0n) return;
        rest.shift();
        offered = false;
      },
    });
  }

  /**
   * Takes what an output stream offers; the list grows while the bench runs: one number, or one for each of `fields`.
   */
  sink(name: string, stalls: Stalls = () => false, fields: readonly string[] = []): bigint[][] {
    const { sim } = this;
    const got: bigint[][] = [];
    const ports = fields.length === 0 ? [`${name}_payload`] : fields.map((field) => `${name}_payload_${field}`);
    let ready = false;
    this.#ends.push({
      drive: () => {
        ready = !stalls(this.#cycle);
        sim.poke(`${name}_ready`, ready);
      },
      look: () => {
        if (ready && sim.peek(`${name}_valid`) === 1n) got.push(ports.map((port) => sim.peek(port)));
      },
    });
    return got;
  }

  /** One cycle. */
  step(): void {
    for (const end of this.#ends) end.drive();
    for (const end of this.#ends) end.look();
    this.sim.step();
    this.#cycle++;
  }

  run(cycles: number): void {
    for (let i = 0; i < cycles; i++) this.step();
  }
}

/** Stalls in the given rhythm; one that would never end is every other cycle. */
export function rhythm(pattern: readonly boolean[]): Stalls {
  return pattern.every(Boolean) ? (cycle) => cycle % 2 === 0 : (cycle) => pattern[cycle % pattern.length] ?? false;
}
