/**
 * The NPU: units joined by streams. Wiring, and the sharing of the read channels and of the local memories.
 *
 * Interface: an AXI4-Lite subordinate for the registers (control/registers.ts), one AXI4 manager for commands and data,
 * an interrupt.
 */
import {
  arbiter,
  bit,
  delay,
  map,
  module,
  produce,
  select,
  uint,
  vec,
  wire,
  type Bit,
  type Stream,
} from '../hdl/index.ts';
import { managerPorts } from './common/axi.ts';
import { numbers } from './common/numbers.ts';
import { byName } from './common/records.ts';
import type { NpuConfig } from './config.ts';
import { Csr, events, litePorts } from './control/csr.ts';
import { Dispatch, status } from './control/dispatch.ts';
import { CommandFetch } from './control/fetch.ts';
import { LoadDma } from './dma/load.ts';
import { StoreDma } from './dma/store.ts';
import { decode } from './isa/layout.ts';
import { unitNames, units } from './isa/units.ts';
import { Accumulator } from './memory/accumulator.ts';
import type { Space } from './common/local.ts';
import { Scratchpad } from './memory/scratchpad.ts';
import { matrixEngineOf } from './matrix/engines.ts';
import { VectorUnit } from './vector/engine.ts';

/** Whose a read on the bus is. */
const LOAD_ID = 0;
const FETCH_ID = 1;

/** A stream in two: what `first` says of its payload goes to the first. */
function split<T>(
  names: readonly [string, string],
  input: Stream<T>,
  first: (payload: T) => Bit,
): [Stream<T>, Stream<T>] {
  const toFirst = first(input.payload);
  const one = produce(names[0], { valid: input.valid.and(toFirst), payload: input.payload });
  const other = produce(names[1], { valid: input.valid.and(toFirst.not()), payload: input.payload });
  input.ready = select(toFirst, one.ready, other.ready);
  return [one, other];
}

export const Npu = (config: NpuConfig) => {
  const { busBytes, groupBytes, queueDepth } = config;
  const bus = managerPorts(busBytes);

  return module('npu', { in: { ...litePorts.in, ...bus.in }, out: { ...litePorts.out, ...bus.out, irq: bit } }, (i) => {
    // What goes round in circles between the units: named here, driven below.
    const happened = wire('events', events);
    const statuses = byName(unitNames, (unit) => wire(`${unit}_status`, status));
    const line = vec(config.lineBytes, uint(8));
    const operands = { a: wire('a_data', line), b: wire('b_data', line) };
    const sums = wire('vector_sums', vec(config.cols, numbers.sum));
    const vectorLine = wire('vector_line', vec(config.cols, uint(8)));
    const stored = wire('store_data', uint(groupBytes * 8));

    // Control.
    const [loadR, fetchR] = split(['load_r', 'fetch_r'], i.r, (beat) => beat.id.eq(LOAD_ID));
    const csr = Csr(config)({ lite_aw: i.lite_aw, lite_w: i.lite_w, lite_ar: i.lite_ar, events: happened });
    const fetch = CommandFetch(config, FETCH_ID)(
      { ring: csr.ring, contended: happened.running.bit(unitNames.indexOf('load')), r: fetchR },
      { name: 'fetch' },
    );
    const fetched = fetch.command.fire;
    const dispatch = Dispatch(queueDepth)({ enable: csr.ring.enable, command: fetch.command, status: statuses });

    // Units.
    const jobs = {
      load: map('load_job', dispatch.load, (command) => decode(units.load, command)),
      store: map('store_job', dispatch.store, (command) => decode(units.store, command)),
      matrix: map('matrix_job', dispatch.matrix, (command) => decode(units.matrix, command)),
      vector: map('vector_job', dispatch.vector, (command) => decode(units.vector, command)),
    };
    const load = LoadDma({ ...config, id: LOAD_ID })({ job: jobs.load, r: loadR }, { name: 'load' });
    const store = StoreDma(config)({ job: jobs.store, b: i.b, data: stored }, { name: 'store' });
    const matrix = matrixEngineOf(config).hardware(config)(
      { job: jobs.matrix, aData: operands.a, bData: operands.b },
      { name: 'matrix' },
    );
    const vector = VectorUnit(config)({ job: jobs.vector, sumsData: sums, lineData: vectorLine }, { name: 'vector' });
    const parts = { load, store, matrix, vector };

    // Local memories.
    const inScratchpad = (payload: { readonly space: Space }): Bit => payload.space.is('scratchpad');
    const [loadLines, loadSums] = split(['load_lines', 'load_sums'], load.write, inScratchpad);
    const [storeLines, storeSums] = split(['store_lines', 'store_sums'], store.read, inScratchpad);
    const scratchpad = Scratchpad(config)({
      a: matrix.aRead,
      b: matrix.bRead,
      line: vector.lineRead,
      read: storeLines,
      load: loadLines,
      results: vector.write,
    });
    const accumulator = Accumulator(config)({
      update: matrix.update,
      load: loadSums,
      line: vector.sumsRead,
      group: storeSums,
    });
    operands.a.next = scratchpad.aData;
    operands.b.next = scratchpad.bData;
    sums.next = accumulator.lineData;
    vectorLine.next = scratchpad.lineData;
    stored.next = select(delay('store_from_lines', storeLines.fire), scratchpad.data, accumulator.data);

    const goesOn = { load: load.goesOn, store: store.goesOn, matrix: 0, vector: 0 } as const;
    for (const unit of unitNames) {
      const { room, done, fault, faultAddress } = parts[unit];
      statuses[unit].next = { room, done, fault, faultAddress, goesOn: goesOn[unit] };
    }

    const ar = arbiter('read_request', [load.ar, fetch.ar]).out;
    happened.next = {
      running: dispatch.running,
      waiting: dispatch.waiting,
      idle: dispatch.idle,
      fetchFailed: fetch.failed,
      fetchAddress: fetch.address,
      head: fetch.head,
      interrupt: dispatch.interrupt,
      interruptTag: dispatch.interruptTag,
      report: dispatch.report,
      counts: {
        arrayActive: matrix.active,
        readBeats: i.r.fire,
        writeBeats: store.w.fire,
        commands: fetched,
        loadErrors: load.busError.valid,
        storeErrors: store.busError.valid,
      },
      wraps: { sums: accumulator.overflow, shifts: vector.wrapped },
    };
    return { lite_b: csr.lite_b, lite_r: csr.lite_r, ar, aw: store.aw, w: store.w, irq: csr.irq };
  });
};
