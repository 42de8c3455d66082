/**
 * An AXI4 manager played by TypeScript, against a subordinate whose ports are the top module's.
 *
 * Reads wait in order, and so do writes; data and responses come back in the objects that asked for them. It offers and
 * takes in the bench's rhythm. The data of a write is offered from the cycle after its address was taken.
 */
import { axiChannels, BURST_INCR, sizeCode, type AxiSizes } from '../../../hdl/lib/axi.ts';
import type { Bench } from '../bench.ts';
import { BenchError } from '../error.ts';
import type { EndOptions, Part } from '../stream.ts';

export type AxiResponse = 'okay' | 'exokay' | 'slverr' | 'decerr';

export interface AxiRead {
  readonly id: number;
  readonly address: number;
  readonly beats: number;
  /** What came: a bus word and a response for each beat, with the cycle in which it moved. */
  readonly got: { readonly data: bigint; readonly resp: AxiResponse; readonly cycle: number }[];
  /** The cycle in which the request was accepted; −1 before. */
  asked: number;
}

export interface AxiBeat {
  readonly data: bigint;
  /** Bit i: byte i counts. */
  readonly strobes: bigint;
}

export interface AxiWrite {
  readonly id: number;
  readonly address: number;
  readonly beats: readonly AxiBeat[];
  /** The response; null before it. */
  resp: AxiResponse | null;
  /** Cycles of the address's, the last beat's and the response's transfers; −1 before. */
  asked: number;
  written: number;
  answered: number;
}

export interface AxiManagerOptions extends EndOptions {
  /** What the names of the five streams begin with (nothing), such as `axi_`. */
  readonly prefix?: string;
}

export class AxiManager implements Part {
  readonly #send: ReturnType<typeof sources>;
  readonly #size: number;
  readonly #reading: AxiRead[] = [];
  readonly #writing: AxiWrite[] = [];

  constructor(bench: Bench, sizes: AxiSizes, { prefix = '', ...end }: AxiManagerOptions = {}) {
    const { r, b } = axiChannels(sizes);
    this.#size = sizeCode(sizes.busBytes);
    this.#send = sources(bench, sizes, prefix, end);
    bench.sink(`${prefix}r`, r, { ...end, take: (beat, cycle) => this.#takeBeat(beat, cycle) });
    bench.sink(`${prefix}b`, b, { ...end, take: (answer, cycle) => this.#takeAnswer(answer, cycle) });
    bench.add(this);
  }

  /** Asks for a burst, after those that were asked for before. */
  read(address: number, beats: number, id = 0): AxiRead {
    const one: AxiRead = { id, address, beats, got: [], asked: -1 };
    this.#reading.push(one);
    const sent = (cycle: number): void => void (one.asked = cycle);
    this.#send.ar.push(this.#request(id, address, beats), { sent });
    return one;
  }

  /** Writes a burst, after those that were given before. */
  write(address: number, beats: readonly AxiBeat[], id = 0): AxiWrite {
    const one: AxiWrite = { id, address, beats, resp: null, asked: -1, written: -1, answered: -1 };
    this.#writing.push(one);
    const sent = (cycle: number): void => {
      one.asked = cycle;
      beats.forEach(({ data, strobes }, i) => {
        const last = i + 1 === beats.length;
        this.#send.w.push({ data, strb: strobes, last }, last ? { sent: (at) => void (one.written = at) } : {});
      });
    };
    this.#send.aw.push(this.#request(id, address, beats.length), { sent });
    return one;
  }

  begin(): void {
    this.#reading.length = 0;
    this.#writing.length = 0;
  }

  busy(): boolean {
    return this.#reading.length + this.#writing.length > 0;
  }

  waits(): string {
    return `AXI manager: ${this.#reading.length} reads and ${this.#writing.length} writes are not finished`;
  }

  #request(id: number, address: number, beats: number) {
    return { id, addr: address, len: beats - 1, size: this.#size, burst: BURST_INCR };
  }

  #takeBeat(beat: { id: bigint; data: bigint; resp: AxiResponse; last: boolean }, cycle: number): void {
    const at = this.#reading.findIndex(({ id, asked }) => BigInt(id) === beat.id && asked >= 0);
    const one = this.#reading[at];
    if (one === undefined)
      throw new BenchError(`read data with id ${beat.id} that nothing asked for, in cycle ${cycle}`);
    one.got.push({ data: beat.data, resp: beat.resp, cycle });
    const { length } = one.got;
    if (beat.last !== (length === one.beats))
      throw new BenchError(`last is ${beat.last} on beat ${length} of ${one.beats}, in cycle ${cycle}`);
    if (beat.last) this.#reading.splice(at, 1);
  }

  #takeAnswer({ id, resp }: { id: bigint; resp: AxiResponse }, cycle: number): void {
    const at = this.#writing.findIndex((one) => BigInt(one.id) === id && one.written >= 0);
    const [one] = at < 0 ? [] : this.#writing.splice(at, 1);
    if (one === undefined) throw new BenchError(`a response with id ${id} to no finished write, in cycle ${cycle}`);
    one.resp = resp;
    one.answered = cycle;
  }
}

function sources(bench: Bench, sizes: AxiSizes, prefix: string, end: EndOptions) {
  const { ar, aw, w } = axiChannels(sizes);
  return {
    ar: bench.source(`${prefix}ar`, ar, end),
    aw: bench.source(`${prefix}aw`, aw, end),
    w: bench.source(`${prefix}w`, w, end),
  };
}
