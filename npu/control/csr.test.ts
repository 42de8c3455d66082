import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { simulate, type Simulator } from '../../hdl/sim/index.ts';
import { Csr } from './csr.ts';
import { faultNames } from '../common/fault.ts';
import { registers, type RegisterName } from './registers.ts';

const design = elaborate(Csr({ rows: 3, cols: 4 }), { monitors: true });

function start(): Simulator {
  const sim = simulate(design);
  sim.reset();
  sim.poke('lite_b_ready', 1);
  sim.poke('lite_r_ready', 1);
  return sim;
}

/** Takes two cycles: the write, in which `during` holds, and its answer. */
function write(sim: Simulator, name: RegisterName, value: number, during: Readonly<Record<string, number>> = {}): void {
  const set = (values: Readonly<Record<string, number>>): void => {
    for (const [port, level] of Object.entries(values)) sim.poke(port, level);
  };
  set({
    lite_aw_valid: 1,
    lite_aw_payload_addr: registers[name].address,
    lite_w_valid: 1,
    lite_w_payload_data: value,
    lite_w_payload_strb: 15,
    ...during,
  });
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

describe('the registers of the ring', () => {
  type Steps = readonly (readonly [RegisterName, number])[];
  /**
   * Writes values in order, where commands are fetched up to what is written to `head`: the error and the ring that
   * are left.
   */
  const after = (steps: Steps) => {
    const sim = start();
    for (const [name, value] of steps) {
      if (name === 'head') sim.poke('events_head', value);
      else write(sim, name, value);
    }
    const [code, tag, address] = [read(sim, 'errorCode'), read(sim, 'errorTag'), read(sim, 'errorAddress')];
    return {
      error: read(sim, 'irqStatus') === 0 ? null : { fault: faultNames[code], tag, address },
      ring: (['control', 'ringBase', 'ringEntries', 'tail'] as const).map((name) => read(sim, name)),
      driven: ['ring_enable', 'ring_base', 'ring_entries', 'ring_tail'].map((port) => Number(sim.peek(port))),
    };
  };
  const [base, eight] = [
    ['ringBase', 0x1000],
    ['ringEntries', 8],
  ] as const;
  const started = [base, eight, ['control', 1]] as const;

  it.each<[string, Steps, readonly number[]]>([
    ['a base that is no multiple of 64', [base, ['ringBase', 0x2020]], [0, 0x1000, 1, 0]],
    ['a base while commands are fetched', [...started, ['ringBase', 0x2000]], [1, 0x1000, 8, 0]],
    ['no entries', [eight, ['ringEntries', 0]], [0, 0, 8, 0]],
    ['more entries than a ring can have', [eight, ['ringEntries', 0x1_0004]], [0, 0, 8, 0]],
    ['entries while commands are fetched', [...started, ['ringEntries', 16]], [1, 0x1000, 8, 0]],
    ['a tail past any ring', [eight, ['tail', 0x1_0004]], [0, 0, 8, 0]],
    ['a tail past the ring', [...started, ['tail', 8]], [1, 0x1000, 8, 0]],
    ['a tail that takes commands back', [...started, ['tail', 5], ['head', 2], ['tail', 4]], [1, 0x1000, 8, 5]],
    ['a tail that overtakes head', [...started, ['tail', 2], ['head', 2], ['tail', 1], ['tail', 2]], [1, 0x1000, 8, 1]],
    [
      'a tail that overtakes head, past the last entry',
      [...started, ['tail', 6], ['head', 6], ['tail', 3], ['tail', 7]],
      [1, 0x1000, 8, 3],
    ],
    ['a start with a tail past the ring', [eight, ['tail', 8], ['control', 1]], [0, 0, 8, 8]],
    [
      'a start with a ring that runs past the last address',
      [
        ['ringBase', 0xffff_ff00],
        ['ringEntries', 5],
        ['control', 1],
      ],
      [0, 0xffff_ff00, 5, 0],
    ],
  ])('refuse %s: nothing changes, and the fault has the value', (_, steps, ring) => {
    const address = steps.at(-1)?.[1] ?? 0;
    expect(after(steps)).toEqual({ error: { fault: 'ring', tag: 0, address }, ring, driven: ring });
  });

  it.each<[string, Steps, readonly number[]]>([
    [
      'the last aligned address',
      [
        ['ringBase', 0xffff_ffc0],
        ['control', 1],
      ],
      [1, 0xffff_ffc0, 1, 0],
    ],
    [
      'the most entries',
      [
        ['ringEntries', 0xffff],
        ['tail', 0xfffe],
        ['control', 1],
      ],
      [1, 0, 0xffff, 0xfffe],
    ],
    [
      'a tail up to the entry before head',
      [...started, ['tail', 5], ['head', 3], ['tail', 7], ['tail', 0], ['tail', 2]],
      [1, 0x1000, 8, 2],
    ],
    [
      'a tail half way round the largest ring',
      [
        ['ringEntries', 0xffff],
        ['tail', 0x9000],
        ['control', 1],
        ['head', 0x9000],
        ['tail', 0x7001],
      ],
      [1, 0, 0xffff, 0x7001],
    ],
    ['the same tail again', [...started, ['tail', 2], ['head', 1], ['tail', 2]], [1, 0x1000, 8, 2]],
    ['any tail where nothing is announced', [...started, ['tail', 5], ['head', 5], ['tail', 4]], [1, 0x1000, 8, 4]],
    [
      'a tail before the entries, and back, while nothing is fetched',
      [['tail', 9], ['tail', 3], eight, ['control', 1]],
      [1, 0, 8, 3],
    ],
  ])('take %s', (_, steps, ring) => {
    expect(after(steps)).toEqual({ error: null, ring, driven: ring });
  });

  it('answer a refused write with SLVERR, and it is the reason for an interrupt', () => {
    const sim = start();
    sim.poke('lite_b_ready', 0);
    write(sim, 'ringEntries', 0);
    expect([sim.peek('lite_b_payload_resp'), sim.peek('irq')]).toEqual([2n, 1n]);
  });
});

it('overflow keeps what wrapped, bit by bit, until control bit 0 is low', () => {
  const sim = start();
  write(sim, 'control', 1);
  write(sim, 'irqMask', 0, { events_wraps_sums: 1 });
  expect(read(sim, 'overflow')).toBe(1);
  write(sim, 'irqMask', 0, { events_wraps_shifts: 1 });
  expect(read(sim, 'overflow')).toBe(3);
  write(sim, 'control', 0);
  expect(read(sim, 'overflow')).toBe(0);
});

it('a bus error of the command fetch stays an error, with its address, until the fetch is stopped', () => {
  const sim = start();
  sim.poke('events_fetchFailed', 1);
  sim.poke('events_fetchAddress', 0x1040);
  write(sim, 'irqStatus', 2);
  expect([read(sim, 'irqStatus'), read(sim, 'errorCode'), read(sim, 'errorTag'), read(sim, 'errorAddress')]).toEqual([
    2, 2, 0, 0x1040,
  ]);
  write(sim, 'irqStatus', 2);
  expect(read(sim, 'irqStatus')).toBe(2);
  sim.poke('events_fetchFailed', 0);
  write(sim, 'irqStatus', 2);
  expect(read(sim, 'irqStatus')).toBe(0);
});
