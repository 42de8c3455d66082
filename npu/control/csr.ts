/**
 * Control and status registers (registers.ts) behind AXI4-Lite, and the counters.
 *
 * Interface: AXI4-Lite as five streams; the ring's registers out; events in. `irq` is high while a masked-in bit of
 * irqStatus is set. Timing: a write takes effect in the cycle after address and data were both there; a read answers in
 * the cycle after its address. An event in the cycle of a write that clears its bit of irqStatus sets it. Counters are
 * cleared while control bit 0 is low, and wrap. Addresses without a register read 0 and ignore writes, with SLVERR.
 *
 * Invariants: while `ring.enable` is high, `base` and `entries` stay, the ring ends below 2^32, and `tail` is one of
 * its entries. A write that would break this, or take back commands that were already announced, changes nothing,
 * answers SLVERR and is a fault (`ring`).
 */
import {
  bit,
  cat,
  constant,
  module,
  reg,
  regs,
  select,
  selectAs,
  struct,
  uint,
  when,
  type Bit,
  type UInt,
} from '../../hdl/index.ts';
import { liteSubordinate, response } from '../../hdl/lib/axi.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { byName } from '../common/records.ts';
import { COMMAND_BYTES } from '../isa/operations.ts';
import { unitNames, wrapNames } from '../isa/units.ts';
import { report } from './dispatch.ts';
import { fault } from '../common/fault.ts';
import { ENTRY_BITS, ring } from './fetch.ts';
import {
  counterNames,
  counterOf,
  eventNames,
  ID_VALUE,
  MAP_VERSION,
  registers,
  type CounterName,
  type RegisterName,
} from './registers.ts';

/** Of a register's byte address, and of a register. */
export const liteSizes = { addressBits: 8, dataBits: 32 } as const;
const lite = liteSubordinate(liteSizes);
/** Ports of the subordinate. */
export const litePorts = {
  in: { lite_aw: lite.in.aw, lite_w: lite.in.w, lite_ar: lite.in.ar },
  out: { lite_b: lite.out.b, lite_r: lite.out.r },
};

/** What the units tell in each cycle. */
export const events = struct({
  running: uint(unitNames.length),
  waiting: uint(unitNames.length),
  idle: bit,
  fetchFailed: bit,
  fetchAddress: uint(ADDRESS_BITS),
  head: uint(ENTRY_BITS),
  interrupt: bit,
  interruptTag: uint(16),
  report,
  /** What is counted in this cycle, and what wraps. */
  counts: struct(byName(eventNames, () => bit)),
  wraps: struct(byName(wrapNames, () => bit)),
});

export const Csr = ({ rows, cols }: { readonly rows: number; readonly cols: number }) =>
  module('csr', { in: { ...litePorts.in, events }, out: { ...litePorts.out, ring, irq: bit } }, (i, o) => {
    const e = i.events;
    const r = regs({
      enable: bit,
      ringBase: uint(ADDRESS_BITS),
      ringEntries: [uint(ENTRY_BITS), 1],
      tail: uint(ENTRY_BITS),
      irqDone: bit,
      irqError: bit,
      irqMask: [uint(2), 3],
      irqTag: uint(16),
      errorCode: fault,
      errorTag: uint(16),
      errorAddress: uint(ADDRESS_BITS),
      overflow: uint(wrapNames.length),
    });
    const counter = (name: CounterName, event: Bit): UInt<32> => {
      // In waves as other registers are.
      const count = reg(
        name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        uint(32),
      );
      when(r.enable.not(), () => {
        count.next = 0;
      }).elsewhen(event, () => {
        count.next = count.add(1);
      });
      return count;
    };
    const at = (address: UInt, name: RegisterName): Bit => address.eq(registers[name].address);

    // Writes: address and data together, when the last answer is taken.
    const answered = regs({ writing: bit, writeResp: response, reading: bit, readResp: response, readData: uint(32) });
    const [aw, w, ar] = [i.lite_aw, i.lite_w, i.lite_ar];
    const write = aw.valid.and(w.valid).and(answered.writing.not());
    aw.ready = write;
    w.ready = write;
    const target = aw.payload.addr;
    const lanes = cat(...[3, 2, 1, 0].map((byte) => selectAs(uint(8), w.payload.strb.bit(byte), 0xff, 0))).truncate(32);
    const merged = (old: UInt): UInt<32> => old.extend(32).and(lanes.not()).or(w.payload.data.and(lanes));
    const taken = w.payload.data.and(lanes);

    when(r.enable.not(), () => {
      r.overflow.next = 0;
    }).otherwise(() => {
      const wrapped = cat(...wrapNames.map((name) => e.wraps[name]).reverse());
      r.overflow.next = r.overflow.or(wrapped.truncate(wrapNames.length));
    });
    const writable = (name: RegisterName, effect: () => void): Bit => {
      const mine = at(target, name);
      when(write.and(mine), effect);
      return mine;
    };

    // Of the ring's registers, only what can be is taken.
    const refusals: Bit[] = [];
    const ringRegister = (name: RegisterName, wrong: Bit, effect: () => void): Bit => {
      refusals.push(at(target, name).and(wrong));
      return writable(name, () => when(wrong.not(), effect));
    };
    const isEntry = (value: UInt): Bit => value.extend(32).lt(r.ringEntries.extend(32));
    const fitsEntry = (value: UInt<32>): Bit => value.shr(ENTRY_BITS).eq(0);
    /** How many entries from `head` on `tail` announces. */
    const announced = (tail: UInt<typeof ENTRY_BITS>): UInt<typeof ENTRY_BITS> =>
      tail.sub(e.head).add(select(tail.lt(e.head), r.ringEntries, 0));
    const end = r.ringBase.extend(33).add(r.ringEntries.extend(33).shl(Math.log2(COMMAND_BYTES)));
    const [enable, tail] = [merged(r.enable.asUint()), merged(r.tail)];
    const [base, entries] = [merged(r.ringBase), merged(r.ringEntries)];
    const aligned = base.truncate(Math.log2(COMMAND_BYTES)).eq(0);
    const mayStart = isEntry(r.tail).and(end.le(2 ** ADDRESS_BITS));
    const tailGoes = isEntry(tail).and(announced(tail.truncate(ENTRY_BITS)).ge(announced(r.tail)));
    const accepted = [
      ringRegister('control', enable.bit(0).and(mayStart.not()), () => {
        r.enable.next = enable.bit(0);
      }),
      ringRegister('ringBase', r.enable.or(aligned.not()), () => {
        r.ringBase.next = base;
      }),
      ringRegister('ringEntries', r.enable.or(entries.eq(0)).or(fitsEntry(entries).not()), () => {
        r.ringEntries.next = entries.truncate(ENTRY_BITS);
      }),
      ringRegister('tail', select(r.enable, tailGoes, fitsEntry(tail)).not(), () => {
        r.tail.next = tail.truncate(ENTRY_BITS);
      }),
      writable('irqMask', () => {
        r.irqMask.next = merged(r.irqMask).truncate(2);
      }),
      writable('irqStatus', () => {
        when(taken.bit(0), () => {
          r.irqDone.next = 0;
        });
        when(taken.bit(1), () => {
          r.irqError.next = 0;
        });
      }),
    ].reduce((a, b) => a.or(b));
    const refused = refusals.reduce((a, b) => a.or(b));
    // All of a write is worked out only where there is one: simulations have few.
    when(write, () => {
      answered.writing.next = 1;
      answered.writeResp.next = selectAs(response, accepted.and(refused.not()), 'okay', 'slverr');
      when(refused.and(r.irqError.not()), () => {
        r.irqError.next = 1;
        r.errorCode.next = 'ring';
        r.errorTag.next = 0;
        r.errorAddress.next = w.payload.data;
      });
    }).elsewhen(o.lite_b.ready, () => {
      answered.writing.next = 0;
    });
    // What happens in the cycle of the write was not what the host saw: it stays.
    when(e.interrupt, () => {
      r.irqDone.next = 1;
      r.irqTag.next = e.interruptTag;
    });
    const free = r.irqError.not().or(write.and(at(target, 'irqStatus')).and(taken.bit(1)));
    when(free.and(e.report.valid), () => {
      r.irqError.next = 1;
      r.errorCode.next = e.report.fault;
      r.errorTag.next = e.report.tag;
      r.errorAddress.next = e.report.address;
    }).elsewhen(free.and(e.fetchFailed), () => {
      r.irqError.next = 1;
      r.errorCode.next = 'busRead';
      r.errorTag.next = 0;
      r.errorAddress.next = e.fetchAddress;
    });

    const active = r.enable.and(e.idle.not().or(e.head.ne(r.tail)));
    const happens: Readonly<Record<CounterName, Bit>> = {
      ...byName(counterNames, () => active),
      ...Object.fromEntries(unitNames.map((unit, at) => [counterOf(unit, 'busy'), e.running.bit(at)])),
      ...Object.fromEntries(unitNames.map((unit, at) => [counterOf(unit, 'waits'), e.waiting.bit(at)])),
      ...byName(eventNames, (name) => e.counts[name]),
    };
    const bits = (...parts: readonly Bit[]): UInt<32> => cat(...[...parts].reverse()).extend(32);
    const word = (value: UInt): UInt<32> => value.extend(32);
    const values: Record<RegisterName, UInt<32>> = {
      id: constant(uint(32), ID_VALUE),
      version: constant(uint(32), MAP_VERSION),
      shape: constant(uint(32), rows + cols * 0x10000),
      control: bits(r.enable),
      status: word(cat(e.fetchFailed, e.idle, constant(uint(8 - unitNames.length), 0), e.running)),
      ringBase: r.ringBase,
      ringEntries: word(r.ringEntries),
      head: word(e.head),
      tail: word(r.tail),
      irqStatus: bits(r.irqDone, r.irqError),
      irqMask: word(r.irqMask),
      irqTag: word(r.irqTag),
      errorCode: word(r.errorCode.asUint()),
      errorTag: word(r.errorTag),
      errorAddress: r.errorAddress,
      ...byName(counterNames, (name) => counter(name, happens[name])),
      overflow: word(r.overflow),
    };
    const names = Object.keys(registers).filter((name): name is RegisterName => name in registers);
    const source = ar.payload.addr;
    ar.ready = answered.reading.not();
    when(ar.fire, () => {
      answered.reading.next = 1;
      answered.readData.next = names.reduceRight(
        (rest, name) => select(at(source, name), values[name], rest),
        constant(uint(32), 0),
      );
      answered.readResp.next = selectAs(
        response,
        names.map((name) => at(source, name)).reduce((a, b) => a.or(b)),
        'okay',
        'slverr',
      );
    }).elsewhen(o.lite_r.ready, () => {
      answered.reading.next = 0;
    });

    return {
      ring: { enable: r.enable, base: r.ringBase, entries: r.ringEntries, tail: r.tail },
      irq: r.irqDone.and(r.irqMask.bit(0)).or(r.irqError.and(r.irqMask.bit(1))),
      lite_b: { valid: answered.writing, payload: { resp: answered.writeResp } },
      lite_r: { valid: answered.reading, payload: { data: answered.readData, resp: answered.readResp } },
    };
  });
