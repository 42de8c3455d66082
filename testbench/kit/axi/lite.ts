/**
 * An AXI4-Lite manager played by TypeScript, against a subordinate whose ports are the top module's.
 *
 * Reads and writes wait in order; answers come back in the objects that asked for them. The address and the data of a
 * write are offered each in its own time, so in a rhythm of its own either comes first.
 */
import { liteChannels, type LiteSizes } from '../../../hdl/lib/axi.ts';
import type { Bench } from '../bench.ts';
import { BenchError } from '../error.ts';
import type { EndOptions, Part } from '../stream.ts';
import type { AxiResponse } from './manager.ts';

export interface LiteAccess {
  readonly address: number;
  /** Null before the answer. */
  resp: AxiResponse | null;
  /** The cycle of the answer; −1 before. */
  answered: number;
}
export interface LiteRead extends LiteAccess {
  data: bigint;
}

export interface LiteOptions extends EndOptions {
  /** What the names of the five streams begin with (nothing), such as `lite_`. */
  readonly prefix?: string;
}

export class LiteManager implements Part {
  readonly #send: ReturnType<typeof sources>;
  readonly #strobes: number;
  readonly #reading: LiteRead[] = [];
  readonly #writing: LiteAccess[] = [];

  constructor(bench: Bench, sizes: LiteSizes, { prefix = '', ...end }: LiteOptions = {}) {
    const { r, b } = liteChannels(sizes);
    this.#strobes = 2 ** (sizes.dataBits / 8) - 1;
    this.#send = sources(bench, sizes, prefix, end);
    bench.sink(`${prefix}r`, r, {
      ...end,
      take: ({ data, resp }, cycle) => {
        const one = answered(this.#reading, resp, cycle);
        one.data = data;
      },
    });
    bench.sink(`${prefix}b`, b, { ...end, take: ({ resp }, cycle) => void answered(this.#writing, resp, cycle) });
    bench.add(this);
  }

  /** Asks for a word, after those that were asked for before. */
  read(address: number): LiteRead {
    const one: LiteRead = { address, resp: null, answered: -1, data: 0n };
    this.#reading.push(one);
    this.#send.ar.push({ addr: address });
    return one;
  }

  /** Writes a word, or the bytes of it that `strobes` says, after those that were given before. */
  write(address: number, data: number | bigint, strobes = this.#strobes): LiteAccess {
    const one: LiteAccess = { address, resp: null, answered: -1 };
    this.#writing.push(one);
    this.#send.aw.push({ addr: address });
    this.#send.w.push({ data, strb: strobes });
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
    return `AXI4-Lite manager: ${this.#reading.length} reads and ${this.#writing.length} writes are not answered`;
  }
}

function answered<A extends LiteAccess>(waiting: A[], resp: AxiResponse, cycle: number): A {
  const one = waiting.shift();
  if (one === undefined) throw new BenchError(`an answer that nothing asked for, in cycle ${cycle}`);
  one.resp = resp;
  one.answered = cycle;
  return one;
}

function sources(bench: Bench, sizes: LiteSizes, prefix: string, end: EndOptions) {
  const { ar, aw, w } = liteChannels(sizes);
  return {
    ar: bench.source(`${prefix}ar`, ar, end),
    aw: bench.source(`${prefix}aw`, aw, end),
    w: bench.source(`${prefix}w`, w, end),
  };
}
