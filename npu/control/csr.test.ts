import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { Bench, type Levels } from '../../testbench/kit/bench.ts';
import { RegisterHost } from '../../testbench/kit/registers.ts';
import { Csr, liteSizes } from './csr.ts';
import { faultNames } from '../common/fault.ts';
import { registers, type RegisterName } from './registers.ts';

const design = elaborate(Csr({ rows: 3, cols: 4 }), { monitors: true });

function start() {
  const bench = new Bench(design);
  bench.begin();
  const host = new RegisterHost(bench, registers, { ...liteSizes, prefix: 'lite_' });
  return {
    bench,
    read: (name: RegisterName): number => host.read(name),
    /** Takes two cycles: the write, in which `during` holds, and its answer. */
    write: (name: RegisterName, value: number, during: Levels = {}): string => {
      bench.pulse(during);
      return host.offer(name, value);
    },
  };
}

describe('irqStatus', () => {
  it('keeps an interrupt that comes in the cycle in which the last one is cleared', () => {
    const unit = start();
    unit.write('irqStatus', 0, { events_interrupt: 1, events_interruptTag: 5 });
    unit.write('irqStatus', 1, { events_interrupt: 1, events_interruptTag: 6 });
    expect([unit.read('irqStatus'), unit.read('irqTag')]).toEqual([1, 6]);
    unit.write('irqStatus', 1);
    expect(unit.read('irqStatus')).toBe(0);
  });

  it('keeps the first error until it is cleared, and one that comes in that cycle', () => {
    const unit = start();
    const fault = (tag: number) => ({ events_report_valid: 1, events_report_fault: 4, events_report_tag: tag });
    unit.write('irqStatus', 0, fault(1));
    unit.write('irqStatus', 1, fault(2));
    expect([unit.read('irqStatus'), unit.read('errorTag')]).toEqual([2, 1]);
    unit.write('irqStatus', 2, fault(3));
    expect([unit.read('irqStatus'), unit.read('errorTag')]).toEqual([2, 3]);
    unit.write('irqStatus', 2);
    expect(unit.read('irqStatus')).toBe(0);
  });
});

describe('the registers of the ring', () => {
  type Steps = readonly (readonly [RegisterName, number])[];
  /**
   * Writes values in order, where commands are fetched up to what is written to `head`: the error and the ring that
   * are left.
   */
  const after = (steps: Steps) => {
    const unit = start();
    for (const [name, value] of steps) {
      if (name === 'head') unit.bench.set({ events_head: value });
      else unit.write(name, value);
    }
    const [code, tag, address] = [unit.read('errorCode'), unit.read('errorTag'), unit.read('errorAddress')];
    return {
      error: unit.read('irqStatus') === 0 ? null : { fault: faultNames[code], tag, address },
      ring: (['control', 'ringBase', 'ringEntries', 'tail'] as const).map((name) => unit.read(name)),
      driven: ['ring_enable', 'ring_base', 'ring_entries', 'ring_tail'].map((port) => unit.bench.get(port)),
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
    const unit = start();
    expect([unit.write('ringEntries', 0), unit.bench.get('irq')]).toEqual(['slverr', 1]);
  });
});

it('overflow keeps what wrapped, bit by bit, until control bit 0 is low', () => {
  const unit = start();
  unit.write('control', 1);
  unit.write('irqMask', 0, { events_wraps_sums: 1 });
  expect(unit.read('overflow')).toBe(1);
  unit.write('irqMask', 0, { events_wraps_shifts: 1 });
  expect(unit.read('overflow')).toBe(3);
  unit.write('control', 0);
  expect(unit.read('overflow')).toBe(0);
});

it('a bus error of the command fetch stays an error, with its address, until the fetch is stopped', () => {
  const unit = start();
  unit.bench.set({ events_fetchFailed: 1 });
  unit.bench.set({ events_fetchAddress: 0x1040 });
  unit.write('irqStatus', 2);
  expect([unit.read('irqStatus'), unit.read('errorCode'), unit.read('errorTag'), unit.read('errorAddress')]).toEqual([
    2, 2, 0, 0x1040,
  ]);
  unit.write('irqStatus', 2);
  expect(unit.read('irqStatus')).toBe(2);
  unit.bench.set({ events_fetchFailed: 0 });
  unit.write('irqStatus', 2);
  expect(unit.read('irqStatus')).toBe(0);
});
