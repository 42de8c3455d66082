/**
 * The registers by their written definitions (npu/control/registers.ts): what each must read as in every cycle, which
 * writes are taken, and the interrupt. Counters are counted once more, from what happens on the bus and to the jobs.
 */
import type { RegisterName } from '../../npu/control/registers.ts';
import type { Report } from './dispatch-model.ts';
import type { RingSeen } from './fetch-model.ts';

/** Names by byte address, as a host has them. */
const addresses: Readonly<Record<RegisterName, number>> = {
  id: 0x00,
  version: 0x04,
  shape: 0x08,
  control: 0x10,
  status: 0x14,
  ringBase: 0x20,
  ringEntries: 0x24,
  head: 0x28,
  tail: 0x2c,
  irqStatus: 0x30,
  irqMask: 0x34,
  irqTag: 0x38,
  errorCode: 0x40,
  errorTag: 0x44,
  errorAddress: 0x48,
  cycles: 0x80,
  loadBusy: 0x84,
  storeBusy: 0x88,
  matrixBusy: 0x8c,
  vectorBusy: 0x90,
  arrayActive: 0x94,
  readBeats: 0x98,
  writeBeats: 0x9c,
  commands: 0xa0,
  overflow: 0xa4,
  loadWaits: 0xa8,
  storeWaits: 0xac,
  matrixWaits: 0xb0,
  vectorWaits: 0xb4,
  loadErrors: 0xb8,
  storeErrors: 0xbc,
};
const nameAt = new Map(Object.entries(addresses).map(([name, address]) => [address, name]));
const SLVERR = 2;
const [BUS_READ, RING] = [2, 10];
const COMMAND_BYTES = 64;

/** The rest of what is seen in a cycle, from the bus and the units. */
export interface Events {
  readonly running: readonly boolean[];
  readonly waiting: readonly boolean[];
  readonly idle: boolean;
  /** The address of the burst where the command fetch has stopped. */
  readonly fetchFailed: number | null;
  readonly commandTaken: boolean;
  readonly report: Report | null;
  readonly interrupt: number | null;
  readonly readBeat: boolean;
  readonly writeBeat: boolean;
  /** A beat for a load, or an answer to a store, with an error. */
  readonly readError: boolean;
  readonly writeError: boolean;
  /** Cycles for which the array held operands in a job that ends now. */
  readonly arrayActive: number;
  readonly overflow: number;
}
export interface Write {
  readonly address: number;
  readonly data: number;
  readonly strobes: number;
}

const counterNames = [
  'cycles',
  'loadBusy',
  'storeBusy',
  'matrixBusy',
  'vectorBusy',
  'arrayActive',
  'readBeats',
  'writeBeats',
  'commands',
  'loadWaits',
  'storeWaits',
  'matrixWaits',
  'vectorWaits',
  'loadErrors',
  'storeErrors',
] as const;
const zeros = () => ({
  cycles: 0,
  loadBusy: 0,
  storeBusy: 0,
  matrixBusy: 0,
  vectorBusy: 0,
  arrayActive: 0,
  readBeats: 0,
  writeBeats: 0,
  commands: 0,
  loadWaits: 0,
  storeWaits: 0,
  matrixWaits: 0,
  vectorWaits: 0,
  loadErrors: 0,
  storeErrors: 0,
});

/** What the registers hold after a reset. */
const start = () => ({
  enable: 0,
  base: 0,
  entries: 1,
  tail: 0,
  head: 0,
  done: 0,
  error: 0,
  mask: 3,
  irqTag: 0,
  code: 0,
  tag: 0,
  address: 0,
  overflow: 0,
});
type State = ReturnType<typeof start>;

export class RegisterModel {
  readonly #shape: number;
  #r = start();
  #counters = zeros();

  constructor({ rows, cols }: { readonly rows: number; readonly cols: number }) {
    this.#shape = rows + cols * 0x1_0000;
  }

  reset(): void {
    this.#r = start();
    this.#counters = zeros();
  }

  get enable(): boolean {
    return this.#r.enable === 1;
  }
  get irq(): boolean {
    return ((this.#r.done | (this.#r.error << 1)) & this.#r.mask) !== 0;
  }
  get ring(): RingSeen {
    const { base, entries, tail } = this.#r;
    return { base, entries, tail };
  }
  /** The entry whose command is given next. */
  get head(): number {
    return this.#r.head;
  }

  /** Puts all counters at a value, as one may do with the hardware's. */
  setCounters(value: number): void {
    for (const name of counterNames) this.#counters[name] = value;
  }

  /** What a read at `address` answers in this cycle. */
  read(
    address: number,
    { running, idle, fetchFailed }: Events,
  ): { readonly name: string; readonly data: number; readonly resp: number } {
    const r = this.#r;
    const values: Readonly<Record<RegisterName, number>> = {
      id: 0x53595354,
      version: 1,
      shape: this.#shape,
      control: r.enable,
      status:
        running.reduce((bits, one, unit) => bits + (one ? 2 ** unit : 0), 0) +
        (idle ? 0x100 : 0) +
        (fetchFailed !== null ? 0x200 : 0),
      ringBase: r.base,
      ringEntries: r.entries,
      head: r.head,
      tail: r.tail,
      irqStatus: r.done + 2 * r.error,
      irqMask: r.mask,
      irqTag: r.irqTag,
      errorCode: r.code,
      errorTag: r.tag,
      errorAddress: r.address,
      ...this.#counters,
      overflow: r.overflow,
    };
    const name = nameAt.get(address);
    const found = Object.entries(values).find(([one]) => one === name);
    return found === undefined
      ? { name: `address ${address}`, data: 0, resp: SLVERR }
      : { name: found[0], data: found[1] % 2 ** 32, resp: 0 };
  }

  /** Takes a cycle over, in which the host writes or not. @returns the response to the write */
  take(events: Events, write: Write | null): number {
    this.#count(events);
    // A write is judged by what was there before this cycle.
    const r = write === null ? this.#r : { ...this.#r };
    const { enable } = this;
    r.overflow = enable ? r.overflow | events.overflow : 0;
    if (events.commandTaken) r.head = (r.head + 1) % r.entries;
    if (!enable) r.head = 0;
    const { resp, refused } = write === null ? { resp: 0, refused: null } : this.#write(write, r);
    // What happens in the cycle of a write that clears it stays.
    if (events.interrupt !== null) [r.done, r.irqTag] = [1, events.interrupt];
    const found =
      events.report ??
      (events.fetchFailed !== null
        ? { fault: BUS_READ, tag: 0, address: events.fetchFailed }
        : refused !== null
          ? { fault: RING, tag: 0, address: refused }
          : null);
    if (found !== null && r.error === 0)
      [r.error, r.code, r.tag, r.address] = [1, found.fault, found.tag, found.address];
    this.#r = r;
    return resp;
  }

  #count(events: Events): void {
    const { running, waiting, idle, commandTaken, readBeat, writeBeat, readError, writeError, arrayActive } = events;
    const { enable, head, tail } = this.#r;
    if (enable === 0) {
      this.#counters = zeros();
      return;
    }
    const c = this.#counters;
    if (!idle || head !== tail) c.cycles++;
    if (running[0] === true) c.loadBusy++;
    if (running[1] === true) c.storeBusy++;
    if (running[2] === true) c.matrixBusy++;
    if (running[3] === true) c.vectorBusy++;
    if (waiting[0] === true) c.loadWaits++;
    if (waiting[1] === true) c.storeWaits++;
    if (waiting[2] === true) c.matrixWaits++;
    if (waiting[3] === true) c.vectorWaits++;
    if (readBeat) c.readBeats++;
    if (writeBeat) c.writeBeats++;
    if (commandTaken) c.commands++;
    if (readError) c.loadErrors++;
    if (writeError) c.storeErrors++;
    c.arrayActive += arrayActive;
  }

  /** `refused`: the value that a register of the ring did not take, which is a fault. */
  #write({ address, data, strobes }: Write, r: State): { readonly resp: number; readonly refused: number | null } {
    const now = this.#r;
    const lanes = [0, 1, 2, 3].reduce((mask, byte) => mask + ((strobes >> byte) & 1 ? 0xff * 2 ** (8 * byte) : 0), 0);
    const merged = (old: number): number => ((old & ~lanes) | (data & lanes)) >>> 0;
    const ring = (name: 'enable' | 'base' | 'entries' | 'tail', value: number, allowed: boolean) => {
      if (allowed) r[name] = value;
      return { resp: allowed ? 0 : SLVERR, refused: allowed ? null : data };
    };
    const announced = (tail: number): number => (tail - now.head + now.entries) % now.entries;
    switch (nameAt.get(address)) {
      case 'control': {
        const enable = merged(now.enable) & 1;
        return ring(
          'enable',
          enable,
          enable === 0 || (now.tail < now.entries && now.base + COMMAND_BYTES * now.entries <= 2 ** 32),
        );
      }
      case 'ringBase':
        return ring('base', merged(now.base), now.enable === 0 && merged(now.base) % COMMAND_BYTES === 0);
      case 'ringEntries':
        return ring(
          'entries',
          merged(now.entries),
          now.enable === 0 && merged(now.entries) > 0 && merged(now.entries) < 2 ** 16,
        );
      case 'tail': {
        const tail = merged(now.tail);
        return ring(
          'tail',
          tail,
          now.enable === 1 ? tail < now.entries && announced(tail) >= announced(now.tail) : tail < 2 ** 16,
        );
      }
      case 'irqMask':
        r.mask = merged(now.mask) & 3;
        break;
      case 'irqStatus':
        if (data & lanes & 1) r.done = 0;
        if (data & lanes & 2) r.error = 0;
        break;
      default:
        return { resp: SLVERR, refused: null };
    }
    return { resp: 0, refused: null };
  }
}
