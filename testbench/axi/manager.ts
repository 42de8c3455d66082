/**
 * An AXI4 manager played by TypeScript: drives the ports of a top module whose streams `ar`, `aw`, `w`, `r`, `b` are a
 * subordinate's.
 *
 * Requests wait in order, one queue for reads and one for writes. Data and responses come back in the objects that
 * asked for them. `eager` is the chance that it offers what it has, or is ready for what comes, in a cycle; a valid
 * once offered is kept.
 */
import type { simulate } from '../../hdl/sim/index.ts';
import { BURST_INCR, sizeCode } from '../../npu/common/axi.ts';

type Simulator = ReturnType<typeof simulate>;
type Drive = number | bigint | boolean;

export interface Read {
  readonly id: number;
  readonly address: number;
  readonly beats: number;
  /** What came: a bus word and a response code for each beat, with the cycle in which it moved. */
  readonly got: { data: bigint; resp: number; cycle: number }[];
  /** The cycle in which the request was accepted; −1 before. */
  asked: number;
}

export interface Write {
  readonly address: number;
  readonly beats: readonly { readonly data: bigint; readonly strobes: bigint }[];
  /** The response code; −1 before it. */
  resp: number;
  /** Cycles of the address's, the last beat's and the response's transfers; −1 before. */
  asked: number;
  written: number;
  answered: number;
}

export const read = (id: number, address: number, beats: number): Read => ({ id, address, beats, got: [], asked: -1 });
export const write = (address: number, beats: Write['beats']): Write => ({
  address,
  beats,
  resp: -1,
  asked: -1,
  written: -1,
  answered: -1,
});

/** A stream's signals at the top, looked up once. */
class Channel {
  readonly #sim: Simulator;
  readonly #name: string;
  constructor(sim: Simulator, name: string) {
    this.#sim = sim;
    this.#name = name;
  }
  get valid(): boolean {
    return this.#sim.peek(`${this.#name}_valid`) === 1n;
  }
  get ready(): boolean {
    return this.#sim.peek(`${this.#name}_ready`) === 1n;
  }
  get moves(): boolean {
    return this.valid && this.ready;
  }
  field(name: string): bigint {
    return this.#sim.peek(`${this.#name}_payload_${name}`);
  }
  offer(payload: Readonly<Record<string, Drive>> | null): void {
    this.#sim.poke(`${this.#name}_valid`, payload !== null);
    for (const [name, value] of Object.entries(payload ?? {})) this.#sim.poke(`${this.#name}_payload_${name}`, value);
  }
  accept(ready: boolean): void {
    this.#sim.poke(`${this.#name}_ready`, ready);
  }
}

export class Manager {
  readonly #sim: Simulator;
  readonly #size: number;
  readonly #eager: () => boolean;
  readonly #channels: Readonly<Record<'ar' | 'aw' | 'w' | 'r' | 'b', Channel>>;
  readonly #toRead: Read[] = [];
  readonly #reading: Read[] = [];
  readonly #toWrite: Write[] = [];
  readonly #writing: Write[] = [];
  readonly #answering: Write[] = [];
  #beat = 0;

  constructor(sim: Simulator, busBytes: number, eager: () => boolean = () => true) {
    this.#sim = sim;
    this.#size = sizeCode(busBytes);
    this.#eager = eager;
    const channel = (name: string): Channel => new Channel(sim, name);
    this.#channels = { ar: channel('ar'), aw: channel('aw'), w: channel('w'), r: channel('r'), b: channel('b') };
  }

  read(one: Read): void {
    this.#toRead.push(one);
  }
  write(one: Write): void {
    this.#toWrite.push(one);
  }
  get busy(): boolean {
    return [this.#toRead, this.#reading, this.#toWrite, this.#writing, this.#answering].some(
      (queue) => queue.length > 0,
    );
  }

  /** One cycle: drives, looks, steps. */
  step(): void {
    const { ar, aw, w, r, b } = this.#channels;
    const [asking, ordering, sending] = [this.#toRead[0], this.#toWrite[0], this.#writing[0]];
    const data = sending?.beats[this.#beat];
    if (!ar.valid && asking !== undefined && this.#eager())
      ar.offer(this.#request(asking.id, asking.address, asking.beats));
    if (!aw.valid && ordering !== undefined && this.#eager())
      aw.offer(this.#request(0, ordering.address, ordering.beats.length));
    if (!w.valid && data !== undefined && this.#eager())
      w.offer({ data: data.data, strb: data.strobes, last: this.#beat + 1 === sending?.beats.length });
    r.accept(this.#eager());
    b.accept(this.#eager());

    const { cycle } = this.#sim;
    const moved = { ar: ar.moves, aw: aw.moves, w: w.moves };
    if (r.moves) this.#takeBeat(r, cycle);
    if (b.moves) this.#takeResponse(b, cycle);
    if (moved.ar && asking !== undefined) {
      asking.asked = cycle;
      this.#toRead.shift();
      this.#reading.push(asking);
    }
    if (moved.aw && ordering !== undefined) {
      ordering.asked = cycle;
      this.#toWrite.shift();
      this.#writing.push(ordering);
    }
    if (moved.w && sending !== undefined && ++this.#beat === sending.beats.length) {
      sending.written = cycle;
      this.#beat = 0;
      this.#writing.shift();
      this.#answering.push(sending);
    }
    this.#sim.step();
    if (moved.ar) ar.offer(null);
    if (moved.aw) aw.offer(null);
    if (moved.w) w.offer(null);
  }

  /** Steps until nothing is left to do. @throws Error after `limit` cycles. */
  finish(limit: number): void {
    for (let i = 0; this.busy; i++) {
      if (i === limit) throw new Error(`the manager is not done after ${limit} cycles`);
      this.step();
    }
  }

  #request(id: number, address: number, beats: number): Readonly<Record<string, Drive>> {
    return { id, addr: address, len: beats - 1, size: this.#size, burst: BURST_INCR };
  }

  #takeBeat(r: Channel, cycle: number): void {
    const [reading] = this.#reading;
    if (reading === undefined) throw new Error('a beat of read data that nothing asked for');
    if (r.field('id') !== BigInt(reading.id)) throw new Error(`read data with id ${r.field('id')}, not ${reading.id}`);
    reading.got.push({ data: r.field('data'), resp: Number(r.field('resp')), cycle });
    const ended = reading.got.length === reading.beats;
    if ((r.field('last') === 1n) !== ended)
      throw new Error(`last is ${r.field('last')} on beat ${reading.got.length} of ${reading.beats}`);
    if (ended) this.#reading.shift();
  }

  #takeResponse(b: Channel, cycle: number): void {
    const answered = this.#answering.shift();
    if (answered === undefined) throw new Error('a response to a write that is not finished');
    answered.resp = Number(b.field('resp'));
    answered.answered = cycle;
  }
}
