import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { simulate, type Simulator } from '../../hdl/sim/index.ts';
import { Csr } from './csr.ts';
import { registers, type RegisterName } from './registers.ts';

function start(): Simulator {
  const sim = simulate(elaborate(Csr({ rows: 3, cols: 4 }), { monitors: true }));
  sim.reset();
  sim.poke('lite_b_ready', 1);
  sim.poke('lite_r_ready', 1);
  return sim;
}

/** Takes two cycles: the write, in which `during` holds, and its answer. */
function write(sim: Simulator, name: RegisterName, value: number, during: Readonly<Record<string, number>> = {}): void {
  const set = (values: Readonly<Record<string, number>>): void => { for (const [port, level] of Object.entries(values)) sim.poke(port, level); };
  set({ lite_aw_valid: 1, lite_aw_payload_addr: registers[name].address, lite_w_valid: 1, lite_w_payload_data: value, lite_w_payload_strb: 15, ...during });
  sim.step();
  set({ lite_aw_valid: 0, lite_w_valid: 0, ...Object.fromEntries(Object.keys(during).map((port) => [port, 0])) });
  sim.step();
}

function read(sim: Simulator, name: RegisterName): number {
  sim.poke('lite_ar_valid', 1);
  sim.poke('lite_ar_payload_addr', registers[name].address);
  sim.step();
  sim.poke('lite_ar_valid', 0);
  const value = Number(sim.peek('lite_r_payload_data'));
  sim.step();
  return value;
}

describe('irqStatus', () => {
  it('keeps an interrupt that comes in the cycle in which the last one is cleared', () => {
    const sim = start();
    write(sim, 'irqStatus', 0, { events_interrupt: 1, events_interruptTag: 5 });
    write(sim, 'irqStatus', 1, { events_interrupt: 1, events_interruptTag: 6 });
    expect([read(sim, 'irqStatus'), read(sim, 'irqTag')]).toEqual([1, 6]);
    write(sim, 'irqStatus', 1);
    expect(read(sim, 'irqStatus')).toBe(0);
  });

  it('keeps the first error until it is cleared, and one that comes in that cycle', () => {
    const sim = start();
    const fault = (tag: number) => ({ events_report_valid: 1, events_report_fault: 4, events_report_tag: tag });
    write(sim, 'irqStatus', 0, fault(1));
    write(sim, 'irqStatus', 1, fault(2));
    expect([read(sim, 'irqStatus'), read(sim, 'errorTag')]).toEqual([2, 1]);
    write(sim, 'irqStatus', 2, fault(3));
    expect([read(sim, 'irqStatus'), read(sim, 'errorTag')]).toEqual([2, 3]);
    write(sim, 'irqStatus', 2);
    expect(read(sim, 'irqStatus')).toBe(0);
  });
});

it('ringBase is a multiple of 64, whatever is written', () => {
  const sim = start();
  write(sim, 'ringBase', 0xffff_ffff);
  expect([read(sim, 'ringBase'), Number(sim.peek('ring_base'))]).toEqual([0xffff_ffc0, 0xffff_ffc0]);
});

it('a bus error of the command fetch stays an error, with its address, until the fetch is stopped', () => {
  const sim = start();
  sim.poke('events_fetchFailed', 1);
  sim.poke('events_fetchAddress', 0x1040);
  write(sim, 'irqStatus', 2);
  expect([read(sim, 'irqStatus'), read(sim, 'errorCode'), read(sim, 'errorTag'), read(sim, 'errorAddress')]).toEqual([2, 2, 0, 0x1040]);
  write(sim, 'irqStatus', 2);
  expect(read(sim, 'irqStatus')).toBe(2);
  sim.poke('events_fetchFailed', 0);
  write(sim, 'irqStatus', 2);
  expect(read(sim, 'irqStatus')).toBe(0);
});
