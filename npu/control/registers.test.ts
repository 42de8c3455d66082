/**
 * The registers against a model of them that is made from their written definitions: each alone, and all of them with
 * anything that a host does.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import type { EngineName } from '../../hdl/sim/index.ts';
import { Bench, type Levels } from '../../testbench/kit/bench.ts';
import { RegisterModel, type Events } from '../../testbench/monitor/register-model.ts';
import { Csr } from './csr.ts';
import { faultNames } from '../common/fault.ts';
import { counterNames, registers, type RegisterName } from './registers.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const size = { rows: 3, cols: 200 };
const design = elaborate(Csr(size), { monitors: true });
const quiet: Events = {
  running: [false, false, false, false],
  waiting: [false, false, false, false],
  idle: true,
  fetchFailed: null,
  commandTaken: false,
  report: null,
  interrupt: null,
  readBeat: false,
  writeBeat: false,
  readError: false,
  writeError: false,
  arrayActive: 0,
  overflow: 0,
};
const busy: Events = {
  ...quiet,
  running: [true, true, true, true],
  waiting: [true, true, true, true],
  idle: false,
  commandTaken: true,
  readBeat: true,
  writeBeat: true,
  arrayActive: 1,
  overflow: 3,
};

/**
 * What a host does in a cycle. A write's address and data come together or, with `early`, one a cycle before the
 * other.
 */
interface Access {
  readonly read: number | null;
  readonly write: {
    readonly address: number;
    readonly data: number;
    readonly strobes: number;
    readonly early: 'address' | 'data' | null;
  } | null;
}

const benches = { wasm: new Bench(design), reference: new Bench(design, { engine: 'reference' }) };

/** The registers and their model side by side, after a reset. */
function pair(engine: EngineName) {
  const bench = benches[engine];
  const { sim } = bench;
  const model = new RegisterModel(size);
  const set = (levels: Levels): void => bench.set(levels);
  const get = (name: string): number => bench.get(name);
  for (const { path, kind } of sim.signals()) if (kind === 'input' && !path.endsWith('rst')) sim.poke(path, 0);
  bench.begin();

  const number = (bits: readonly boolean[]): number => bits.reduce((all, one, unit) => all + (one ? 2 ** unit : 0), 0);
  const drive = ({ running, waiting, fetchFailed, report, interrupt, ...rest }: Events): void =>
    set({
      events_running: number(running),
      events_waiting: number(waiting),
      events_idle: rest.idle,
      events_fetchFailed: fetchFailed !== null,
      events_fetchAddress: fetchFailed ?? 0x1234,
      events_head: model.head,
      events_interrupt: interrupt !== null,
      events_interruptTag: interrupt ?? 77,
      events_report_valid: report !== null,
      events_report_fault: report?.fault ?? 3,
      events_report_tag: report?.tag ?? 55,
      events_report_address: report?.address ?? 0x4321,
      events_counts_arrayActive: rest.arrayActive === 1,
      events_counts_readBeats: rest.readBeat,
      events_counts_writeBeats: rest.writeBeat,
      events_counts_commands: rest.commandTaken,
      events_counts_loadErrors: rest.readError,
      events_counts_storeErrors: rest.writeError,
      events_wraps_sums: (rest.overflow & 1) !== 0,
      events_wraps_shifts: (rest.overflow & 2) !== 0,
    });
  /** One cycle. */
  const step = (events: Events, write: Parameters<RegisterModel['take']>[1] = null): number => {
    expect([get('irq'), get('ring_enable')]).toEqual([Number(model.irq), Number(model.enable)]);
    const resp = model.take(events, write);
    sim.step();
    return resp;
  };
  /**
   * An access from its first cycle to its answer, which waits for `patience` cycles; `events` last for one cycle, then
   * nothing happens.
   */
  const access = ({ read, write }: Access, events: Events, patience = 0): void => {
    drive(events);
    set({ lite_b_ready: patience === 0, lite_r_ready: patience === 0 });
    let now = events;
    const { early, ...written } = write ?? { early: null, address: 0, data: 0, strobes: 0 };
    set({
      lite_aw_payload_addr: written.address,
      lite_w_payload_data: written.data,
      lite_w_payload_strb: written.strobes,
    });
    if (early !== null) {
      set({ lite_aw_valid: early === 'address', lite_w_valid: early === 'data' });
      expect([get('lite_aw_ready') && get('lite_aw_valid'), get('lite_w_ready') && get('lite_w_valid')]).toEqual([
        0, 0,
      ]);
      step(now);
      drive((now = quiet));
    }
    set({
      lite_aw_valid: write !== null,
      lite_w_valid: write !== null,
      lite_ar_valid: read !== null,
      lite_ar_payload_addr: read ?? 0,
    });
    expect([get('lite_aw_ready'), get('lite_w_ready'), get('lite_ar_ready')]).toEqual([
      Number(write !== null),
      Number(write !== null),
      1,
    ]);
    const due = read === null ? null : model.read(read, now);
    const resp = step(now, write === null ? null : written);
    drive(quiet);
    // Another access has to wait until this one's answer is taken.
    set({
      lite_aw_valid: write !== null && patience > 0,
      lite_w_valid: write !== null && patience > 0,
      lite_ar_valid: read !== null && patience > 0,
    });
    for (let left = patience; left >= 0; left--) {
      set({ lite_b_ready: left === 0, lite_r_ready: left === 0 });
      if (left === 0) set({ lite_aw_valid: 0, lite_w_valid: 0, lite_ar_valid: 0 });
      else if (write !== null) expect([get('lite_aw_ready'), get('lite_w_ready')]).toEqual([0, 0]);
      if (left > 0 && read !== null) expect(get('lite_ar_ready')).toBe(0);
      expect([get('lite_b_valid'), write === null ? 0 : get('lite_b_payload_resp')]).toEqual([
        Number(write !== null),
        resp,
      ]);
      const answered =
        due === null ? null : { name: due.name, data: get('lite_r_payload_data'), resp: get('lite_r_payload_resp') };
      expect([get('lite_r_valid'), answered]).toEqual([Number(read !== null), due]);
      step(quiet);
    }
  };
  const write = (name: RegisterName, data: number, events = quiet, strobes = 15): void =>
    access({ read: null, write: { address: registers[name].address, data, strobes, early: null } }, events);
  const readAll = (events = quiet): void => {
    for (let address = 0; address < 256; address++) access({ read: address, write: null }, events);
  };
  return { sim, model, step, drive, access, write, readAll };
}

const anyBit = fc.boolean();
const word = fc.oneof(
  fc.nat(9),
  fc.constantFrom(0x40, 0x1000, 0xffff_ffff, 0xffff_ffc0, 0xffff, 0x1_0000, 0x8000_0000),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
);
const known = Object.values(registers).map(({ address }) => address);
const address = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: fc.nat(255) });
const strobes = fc.oneof({ weight: 3, arbitrary: fc.constant(15) }, { weight: 1, arbitrary: fc.nat(15) });
const maybe = <T>(what: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(what, { nil: null, freq: 2 });
const anyEvents: fc.Arbitrary<Events> = fc.record({
  running: fc.tuple(anyBit, anyBit, anyBit, anyBit),
  waiting: fc.tuple(anyBit, anyBit, anyBit, anyBit),
  idle: anyBit,
  commandTaken: anyBit,
  readBeat: anyBit,
  writeBeat: anyBit,
  readError: anyBit,
  writeError: anyBit,
  arrayActive: fc.nat(1),
  overflow: fc.nat(3),
  fetchFailed: fc.option(word, { nil: null, freq: 5 }),
  report: fc.option(
    fc.record({ fault: fc.integer({ min: 1, max: faultNames.length - 1 }), tag: fc.nat(0xffff), address: word }),
    { nil: null, freq: 4 },
  ),
  interrupt: fc.option(fc.nat(0xffff), { nil: null, freq: 4 }),
});
const anyAccess = fc.record({
  read: maybe(address),
  write: maybe(
    fc.record({
      address,
      data: word,
      strobes,
      early: fc.constantFrom('address' as const, 'data' as const, null, null),
    }),
  ),
});
/** What a driver does to begin: without it, few random writes would start anything. */
const beginning = fc.constantFrom<[RegisterName, number][]>(
  [],
  [
    ['ringEntries', 6],
    ['tail', 3],
    ['control', 1],
  ],
  [
    ['ringBase', 0xffff_ff00],
    ['ringEntries', 4],
    ['control', 1],
  ],
);

describe.each<EngineName>(['wasm', 'reference'])('the registers in the engine %s', (engine) => {
  it('have their reset values, and every other address answers SLVERR', () => {
    const { readAll } = pair(engine);
    readAll();
    readAll({ ...busy, commandTaken: false });
  });

  it.each(
    Object.entries(registers)
      .filter(([, { access }]) => access !== 'ro')
      .map(([name]) => name),
  )('take %s byte by byte', (name) => {
    const found = Object.entries(registers).find(([one]) => one === name)?.[1];
    const { access } = pair(engine);
    for (const data of [0xffff_ffc1, 0x0102_0340, 0x4000_0040]) {
      for (let strobes = 0; strobes < 16; strobes++) {
        access(
          { read: null, write: { address: found?.address ?? 0, data, strobes, early: null } },
          { ...quiet, interrupt: 9, report: { fault: 4, tag: 6, address: 7 } },
        );
        for (const one of known) access({ read: one, write: null }, quiet);
      }
    }
  });

  it('ignore writes to what can only be read', () => {
    const { access, write, readAll } = pair(engine);
    write('ringEntries', 9);
    write('tail', 8);
    write('control', 1);
    for (const { address: one, access: how } of Object.values(registers))
      if (how === 'ro')
        access({ read: null, write: { address: one, data: 0xffff_ffff, strobes: 15, early: null } }, busy);
    readAll();
  });

  it('count in 32 bits, and from 0 again once control bit 0 was low', () => {
    const { sim, model, step, drive, write, readAll } = pair(engine);
    write('ringEntries', 0xffff);
    write('control', 1);
    // Doorbells of the largest ring there is.
    for (const tail of [1, 2, 0x8000, 0xfffe]) write('tail', tail);
    for (const before of [0xff, 0xffff, 0xff_ffff, 0xffff_fffe]) {
      for (const name of counterNames)
        sim.poke(
          name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          before,
        );
      model.setCounters(before);
      drive(busy);
      step(busy);
      step(busy);
      drive(quiet);
      readAll();
    }
    write('control', 0);
    readAll({ ...busy, commandTaken: false });
  });

  it('are as defined whatever the host does and whatever happens', () => {
    const runs = runsOf(engine === 'wasm' ? { few: 25, all: 200 } : { few: 2, all: 20 });
    const one = fc.record({ access: anyAccess, events: anyEvents, patience: fc.constantFrom(0, 0, 0, 1, 3) });
    fc.assert(
      fc.property(beginning, fc.array(one, { minLength: 5, maxLength: 40 }), (first, steps) => {
        const { access, write } = pair(engine);
        for (const [name, value] of first) write(name, value);
        for (const { access: what, events, patience } of steps) access(what, events, patience);
        for (const at of known) access({ read: at, write: null }, quiet);
      }),
      { numRuns: runs },
    );
  });
});
