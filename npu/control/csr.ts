/**
 * Control and status registers (registers.ts) behind AXI4-Lite, and the counters.
 *
 * Interface: AXI4-Lite as five streams; the ring's registers out; events in. `irq` is high while a masked-in bit of irqStatus is set.
 * Timing: a write takes effect in the cycle after address and data were both there; a read answers in the cycle after its address.
 * An event in the cycle of a write that clears its bit of irqStatus sets it. Counters are cleared while control bit 0 is low, and wrap. Addresses without a register read 0 and ignore writes, with SLVERR.
 */
import { bit, cat, constant, module, reg, regs, select, selectAs, stream, struct, uint, when, type Bit, type UInt } from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../axi.ts';
import { COMMAND_BYTES, units } from '../isa/operations.ts';
import { report } from './dispatch.ts';
import { fault } from './fault.ts';
import { ENTRY_BITS, ring } from './fetch.ts';
import { ID_VALUE, MAP_VERSION, registers, type RegisterName } from './registers.ts';

/** Bits of a register's byte address. */
const CSR_ADDRESS_BITS = 8;
const SLVERR = 2;

const liteAddress = struct({ addr: uint(CSR_ADDRESS_BITS) });
const liteWrite = struct({ data: uint(32), strb: uint(4) });
const liteRead = struct({ data: uint(32), resp: uint(2) });
const liteResponse = struct({ resp: uint(2) });

/** Ports of the subordinate. */
export const litePorts = {
  in: { lite_aw: stream(liteAddress), lite_w: stream(liteWrite), lite_ar: stream(liteAddress) },
  out: { lite_b: stream(liteResponse), lite_r: stream(liteRead) },
};

/** What the units tell in each cycle. */
export const events = struct({
  running: uint(units.length), idle: bit, fetchFailed: bit, fetchAddress: uint(ADDRESS_BITS), head: uint(ENTRY_BITS), fetched: bit, interrupt: bit, interruptTag: uint(16),
  report, arrayActive: bit, readBeat: bit, writeBeat: bit, overflow: bit,
});

export const Csr = ({ rows, cols }: { readonly rows: number; readonly cols: number }) =>
  module('csr', { in: { ...litePorts.in, events }, out: { ...litePorts.out, ring, irq: bit } }, (i, o) => {
    const e = i.events;
    const r = regs({
      enable: bit, ringBase: uint(ADDRESS_BITS), ringEntries: [uint(ENTRY_BITS), 1], tail: uint(ENTRY_BITS),
      irqDone: bit, irqError: bit, irqMask: [uint(2), 3], irqTag: uint(16), errorCode: fault, errorTag: uint(16), errorAddress: uint(ADDRESS_BITS),
      overflow: bit,
    });
    const counter = (name: string, event: Bit): UInt<32> => {
      const count = reg(name, uint(32));
      when(r.enable.not(), () => { count.next = 0; }).elsewhen(event, () => { count.next = count.add(1); });
      return count;
    };
    const at = (address: UInt, name: RegisterName): Bit => address.eq(registers[name].address);

    // Writes: address and data together, when the last answer is taken.
    const answered = regs({ writing: bit, writeResp: uint(2), reading: bit, readResp: uint(2), readData: uint(32) });
    const [aw, w, ar] = [i.lite_aw, i.lite_w, i.lite_ar];
    const write = aw.valid.and(w.valid).and(answered.writing.not());
    aw.ready = write;
    w.ready = write;
    const target = aw.payload.addr;
    const lanes = cat(...[3, 2, 1, 0].map((byte) => selectAs(uint(8), w.payload.strb.bit(byte), 0xff, 0))).truncate(32);
    const merged = <W extends number>(old: UInt<W>): UInt<W> => {
      const wide = old.extend(32);
      return wide.and(lanes.not()).or(w.payload.data.and(lanes)).truncate(old.width);
    };
    const taken = w.payload.data.and(lanes);

    when(r.enable.not(), () => { r.overflow.next = 0; }).elsewhen(e.overflow, () => { r.overflow.next = 1; });
    const writable = (name: RegisterName, effect: () => void): Bit => {
      const mine = at(target, name);
      when(write.and(mine), effect);
      return mine;
    };
    const accepted = [
      writable('control', () => { r.enable.next = merged(r.enable.asUint()).bit(0); }),
      writable('ringBase', () => { r.ringBase.next = merged(r.ringBase).and(0x1_0000_0000 - COMMAND_BYTES); }),
      writable('ringEntries', () => { r.ringEntries.next = merged(r.ringEntries); }),
      writable('tail', () => { r.tail.next = merged(r.tail); }),
      writable('irqMask', () => { r.irqMask.next = merged(r.irqMask); }),
      writable('irqStatus', () => {
        when(taken.bit(0), () => { r.irqDone.next = 0; });
        when(taken.bit(1), () => { r.irqError.next = 0; });
      }),
    ].reduce((a, b) => a.or(b));
    // What happens in the cycle of the write was not what the host saw: it stays.
    when(e.interrupt, () => { r.irqDone.next = 1; r.irqTag.next = e.interruptTag; });
    const free = r.irqError.not().or(write.and(at(target, 'irqStatus')).and(taken.bit(1)));
    when(free.and(e.report.valid), () => {
      r.irqError.next = 1;
      r.errorCode.next = e.report.fault;
      r.errorTag.next = e.report.tag;
      r.errorAddress.next = e.report.address;
    }).elsewhen(free.and(e.fetchFailed), () => { r.irqError.next = 1; r.errorCode.next = 'busRead'; r.errorTag.next = 0; r.errorAddress.next = e.fetchAddress; });
    when(write, () => { answered.writing.next = 1; answered.writeResp.next = selectAs(uint(2), accepted, 0, SLVERR); })
      .elsewhen(o.lite_b.ready, () => { answered.writing.next = 0; });

    const active = r.enable.and(e.idle.not().or(e.head.ne(r.tail)));
    const busy = (unit: number): Bit => e.running.bit(unit);
    const bits = (...parts: readonly Bit[]): UInt<32> => cat(...[...parts].reverse()).extend(32);
    const word = (value: UInt): UInt<32> => value.extend(32);
    const values: Record<RegisterName, UInt<32>> = {
      id: constant(uint(32), ID_VALUE), version: constant(uint(32), MAP_VERSION), shape: constant(uint(32), rows + cols * 0x10000),
      control: bits(r.enable), status: word(cat(e.fetchFailed, e.idle, constant(uint(8 - units.length), 0), e.running)),
      ringBase: r.ringBase, ringEntries: word(r.ringEntries), head: word(e.head), tail: word(r.tail),
      irqStatus: bits(r.irqDone, r.irqError), irqMask: word(r.irqMask), irqTag: word(r.irqTag),
      errorCode: word(r.errorCode.asUint()), errorTag: word(r.errorTag), errorAddress: r.errorAddress,
      cycles: counter('cycles', active),
      loadBusy: counter('load_busy', busy(0)), storeBusy: counter('store_busy', busy(1)), matrixBusy: counter('matrix_busy', busy(2)), vectorBusy: counter('vector_busy', busy(3)),
      arrayActive: counter('array_active', e.arrayActive), readBeats: counter('read_beats', e.readBeat), writeBeats: counter('write_beats', e.writeBeat),
      commands: counter('commands', e.fetched), overflow: bits(r.overflow),
    };
    const names = Object.keys(registers).filter((name): name is RegisterName => name in registers);
    const source = ar.payload.addr;
    ar.ready = answered.reading.not();
    when(ar.fire, () => {
      answered.reading.next = 1;
      answered.readData.next = names.reduceRight((rest, name) => select(at(source, name), values[name], rest), constant(uint(32), 0));
      answered.readResp.next = selectAs(uint(2), names.map((name) => at(source, name)).reduce((a, b) => a.or(b)), 0, SLVERR);
    }).elsewhen(o.lite_r.ready, () => { answered.reading.next = 0; });

    return {
      ring: { enable: r.enable, base: r.ringBase, entries: r.ringEntries, tail: r.tail },
      irq: r.irqDone.and(r.irqMask.bit(0)).or(r.irqError.and(r.irqMask.bit(1))),
      lite_b: { valid: answered.writing, payload: { resp: answered.writeResp } },
      lite_r: { valid: answered.reading, payload: { data: answered.readData, resp: answered.readResp } },
    };
  });
