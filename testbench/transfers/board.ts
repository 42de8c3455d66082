/**
 * An NPU that copies from one address to another, through its scratchpad: its bus is answered from TypeScript, at any
 * address and with any errors, watched by the protocol checker; the monitor recounts its registers.
 */
import { bit, elaborate, module } from '../../hdl/index.ts';
import { faultNames } from '../../npu/common/fault.ts';
import { bus, managerPorts } from '../../npu/common/axi.ts';
import { bank } from '../../npu/compiler/allocator.ts';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import { liteSizes, litePorts } from '../../npu/control/csr.ts';
import { registers } from '../../npu/control/registers.ts';
import { assemble, type Command } from '../../npu/isa/assembler.ts';
import { COMMAND_BYTES } from '../../npu/isa/operations.ts';
import { readsAhead } from '../../npu/isa/read-ahead.ts';
import { Npu } from '../../npu/npu.ts';
import { Bench } from '../kit/bench.ts';
import { watch } from '../kit/axi/checker.ts';
import { serveReads, serveWrites, type AxiBurst } from '../kit/axi/subordinate.ts';
import { RegisterHost } from '../kit/registers.ts';
import { monitorNpu } from '../monitor/npu-monitor.ts';
import type { Transfer, TransferError } from './list.ts';
import { SparseMemory } from './memory.ts';

/** What became of a transfer. */
export interface Outcome {
  readonly cycles: number;
  /** The first fault that the registers had, if any, and its address. */
  readonly fault: (typeof faultNames)[number];
  readonly faultAddress: number;
  /** Each error that the load and the store DMA told, by address. */
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Bursts of the store that the memory answered with an error, as it saw them. */
  readonly refused: readonly number[];
  /** Beats that wrote something though their store had been given up, of the store that has the most: one waited. */
  readonly late: number;
  /**
   * Cycles from that in which the load DMA, or the store DMA, took its first command to that of its last `done`; and
   * from the first one's to the last one's.
   */
  readonly took: { readonly load: number; readonly store: number; readonly both: number };
}

/** When a unit took its first command, and when it ended its last; −1 before. */
interface Span {
  from: number;
  to: number;
}
const noSpan = (): Span => ({ from: -1, to: -1 });

/** What the board's NPU has. */
const machine = { rows: 4, cols: 4, accumulatorBytes: 1024, outstanding: 8 } as const;
/** Small, so that transfers are cut. */
const SCRATCHPAD = 6 * 2048;
const [LOADED, FREE] = [0, 1];
const LIMIT = 2_000_000;

function Board(config: NpuConfig) {
  const manager = managerPorts(config.busBytes);
  const ports = {
    in: { ...litePorts.in, ...manager.in },
    out: { ...litePorts.out, ...manager.out, irq: bit },
  };
  return module('transfer_board', ports, (i, o) => {
    const npu = Npu(config)(i, { name: 'npu' });
    watch(
      'checker',
      {
        ar: { valid: npu.ar.valid, payload: npu.ar.payload, ready: o.ar.ready },
        r: i.r,
        aw: { valid: npu.aw.valid, payload: npu.aw.payload, ready: o.aw.ready },
        w: { valid: npu.w.valid, payload: npu.w.payload, ready: o.w.ready },
        b: i.b,
      },
      // The command fetch reads beside the load DMA; beats of a store that was given up write nothing.
      {
        ...bus(config.busBytes),
        maxBurst: config.maxBurst,
        outstanding: config.outstanding + readsAhead(config).inFlight,
        emptyStrobes: true,
      },
    );
    return npu;
  });
}

/** The commands of a transfer: piece by piece through the banks of the scratchpad, which come round. */
function commandsOf(config: NpuConfig, { bytes, from, to, errors }: Transfer): Command[] {
  const { scratchpadBanks, bankLines, lineBytes } = config;
  const most = bankLines * lineBytes;
  const pieces = Math.max(1, Math.ceil(bytes / most));
  const policy = (on: TransferError['on']): TransferError['policy'] =>
    errors.find((error) => error.on === on)?.policy ?? 'abort';
  return Array.from({ length: pieces }, (_, piece) => {
    const size = Math.min(most, bytes - piece * most);
    const fields = {
      lines: 1,
      lineBytes: size,
      stride: size,
      space: 'scratchpad',
      local: bank(piece % scratchpadBanks),
      pieceBytes: lineBytes,
      lineStep: 1,
      pieceStep: 1,
    };
    const at = (base: number): number => (base + piece * most) >>> 0;
    const load: Command = {
      operation: 'load',
      tag: 2 * piece,
      wait: piece < scratchpadBanks ? [] : [FREE],
      signal: [LOADED],
      fields: { ...fields, dram: at(from), onError: policy('read') },
    };
    const store: Command = {
      operation: 'store',
      tag: 2 * piece + 1,
      wait: [LOADED],
      signal: piece + scratchpadBanks < pieces ? [FREE] : [],
      fields: { ...fields, dram: at(to), onError: policy('write') },
    };
    return [load, store];
  }).flat();
}

export interface TransferPace {
  /** The chance that an end of a channel stands still in a cycle. */
  readonly stall: number;
  /** Cycles from a request to its answer. */
  readonly latency: number;
  readonly seed: number;
  /** Whether the NPU is told of a command when the one before it is done: none is fetched meanwhile (false). */
  readonly oneByOne?: boolean;
}

export interface BoardSizes {
  readonly busBytes: number;
  readonly maxBurst: number;
  readonly scratchpadBytes?: number;
}

export class TransferBoard {
  readonly #config: NpuConfig;
  readonly #bench: Bench;
  readonly #host: RegisterHost<typeof registers>;
  #memory = new SparseMemory();
  #ring: Uint8Array = new Uint8Array();
  #base = 0;
  #errors: readonly TransferError[] = [];
  #latency = 1;
  #seen = {
    reads: [] as number[],
    writes: [] as number[],
    refused: [] as number[],
    late: new Map<number, Set<number>>(),
  };
  #spans = { load: noSpan(), store: noSpan() };
  /** Stores that were taken, and that have ended; of bursts whose data is to come, the store's number. */
  #stores = { taken: 0, ended: 0, writing: [] as number[] };

  constructor({ scratchpadBytes = SCRATCHPAD, ...sizes }: BoardSizes) {
    const config = npuConfig({ ...machine, ...sizes, scratchpadBytes });
    const { busBytes } = config;
    this.#config = config;
    const bench = new Bench(elaborate(Board(config), { monitors: true }));
    this.#bench = bench;
    monitorNpu(bench.sim, config);
    const wrong = (on: TransferError['on'], address: number, beats: number): boolean =>
      this.#errors.some(
        (error) => error.on === on && within(error.address, beatOf(address, busBytes), beats * busBytes),
      );
    const latency = (): number => this.#latency;
    serveReads(
      bench,
      bus(busBytes),
      {
        read: (address) =>
          within(address, this.#base, this.#ring.length)
            ? (this.#ring[(address - this.#base) >>> 0] ?? 0)
            : this.#memory.read(address),
        respond: (address) => (wrong('read', address, 1) ? 'slverr' : 'okay'),
      },
      { latency },
    );
    serveWrites(
      bench,
      bus(busBytes),
      {
        write: (address, byte) => {
          const { ended, writing } = this.#stores;
          if (bench.get('npu.store.stopped') === 1 && writing[0] === ended)
            this.#late(ended).add(beatOf(address >>> 0, busBytes));
          if (!wrong('write', beatOf(address, busBytes), 1)) this.#memory.write(address, byte);
        },
        asked: () => void this.#stores.writing.push(this.#stores.taken - 1),
        respond: ({ address, beats }: AxiBurst) => {
          this.#stores.writing.shift();
          if (!wrong('write', address, beats)) return 'okay';
          this.#seen.refused.push(address);
          return 'decerr';
        },
      },
      { latency },
    );
    bench.add({
      look: (cycle) => {
        for (const unit of ['load', 'store'] as const) {
          const span = this.#spans[unit];
          const taken = bench.get(`npu.${unit}.job_valid`) === 1 && bench.get(`npu.${unit}.job_ready`) === 1;
          const ends = bench.get(`npu.${unit}.done`) === 1;
          if (taken && span.from < 0) span.from = cycle;
          if (ends) span.to = cycle;
          if (unit === 'store') {
            this.#stores.taken += Number(taken);
            this.#stores.ended += Number(ends);
          }
        }
        if (bench.get('npu.load.busError_valid') === 1) this.#seen.reads.push(bench.get('npu.load.busError_address'));
        if (bench.get('npu.store.busError_valid') === 1)
          this.#seen.writes.push(bench.get('npu.store.busError_address'));
      },
    });
    this.#host = new RegisterHost(bench, registers, { ...liteSizes, prefix: 'lite_' });
  }

  /** The late beats of a store. */
  #late(store: number): Set<number> {
    const { late } = this.#seen;
    const beats = late.get(store) ?? new Set();
    late.set(store, beats);
    return beats;
  }

  /** Carries a transfer out in a memory. @throws whatever a check, a monitor or the bench throws */
  run(transfer: Transfer, memory: SparseMemory, { stall, latency, seed, oneByOne = false }: TransferPace): Outcome {
    const [bench, host] = [this.#bench, this.#host];
    const end: Command[] = ['fence' as const, 'interrupt' as const].map((operation) => ({
      operation,
      tag: 0xffff,
      fields: {},
    }));
    const commands = [...commandsOf(this.#config, transfer), ...end];
    this.#ring = Uint8Array.from(commands.flatMap((command) => [...assemble(command)]));
    this.#base = freeOf(transfer, this.#ring.length);
    this.#errors = transfer.errors;
    this.#memory = memory;
    this.#latency = latency;
    this.#seen = { reads: [], writes: [], refused: [], late: new Map() };
    this.#spans = { load: noSpan(), store: noSpan() };
    this.#stores = { taken: 0, ended: 0, writing: [] };
    bench.begin({ stall, seed });
    host.write('ringBase', this.#base);
    host.write('ringEntries', this.#ring.length / COMMAND_BYTES + 1);
    host.write('control', 1);
    const from = bench.cycle;
    const idle = (): boolean => bench.get('npu.dispatch.idle') === 1;
    for (let tail = oneByOne ? 1 : commands.length; tail <= commands.length; tail++) {
      host.write('tail', tail);
      if (oneByOne && tail < commands.length) {
        bench.step(COMMAND_BYTES + latency);
        bench.run(LIMIT, idle);
      }
    }
    let first: Pick<Outcome, 'fault' | 'faultAddress'> = { fault: 'none', faultAddress: 0 };
    for (;;) {
      bench.run(LIMIT, () => bench.get('irq') === 1);
      const status = host.read('irqStatus');
      if ((status & 2) !== 0) {
        const fault = faultNames[host.read('errorCode')] ?? 'none';
        if (first.fault === 'none') first = { fault, faultAddress: host.read('errorAddress') };
        host.write('irqStatus', 2);
      }
      const halted = ['load', 'store'].some((unit) => bench.get(`npu.dispatch.${unit}_halted`) === 1);
      if ((status & 1) !== 0 || halted) break;
    }
    const counted = { load: host.read('loadErrors'), store: host.read('storeErrors') };
    host.write('control', 0);
    bench.run(LIMIT, idle);
    const cycles = bench.cycle - from;
    const { late, ...told } = this.#seen;
    if (counted.load > told.reads.length || counted.store > told.writes.length)
      throw new Error(`the registers count ${counted.load} and ${counted.store} errors, more than there were`);
    const { load, store } = this.#spans;
    const took = { load: load.to - load.from, store: store.to - store.from, both: store.to - load.from };
    return { cycles, ...first, ...told, late: Math.max(0, ...[...late.values()].map(({ size }) => size)), took };
  }
}

const beatOf = (address: number, busBytes: number): number => address - (address % busBytes);

/** Whether an address is one of `length` from `from` on, which may wrap. */
const within = (address: number, from: number, length: number): boolean => (address - from) >>> 0 < length;

/** Where `bytes` bytes are that a transfer leaves alone. */
function freeOf({ bytes, from, to }: Transfer, length: number): number {
  const clear = (base: number, other: number): boolean =>
    !within(other, base - 4096, length + 8192) && !within(base, other - 4096, bytes + 8192);
  const base = [0x4000_0000, 0x8000_0000, 0xc000_0000].find((one) => clear(one, from) && clear(one, to));
  if (base === undefined) throw new RangeError('no place is left for commands');
  return base;
}
