import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { Bench, type Levels } from '../../testbench/kit/bench.ts';
import { requantiseFields } from '../../testbench/testing-commands.ts';
import { assemble, type Command } from '../isa/assembler.ts';
import { Dispatch } from './dispatch.ts';
import { unitNames } from '../isa/units.ts';
import { faultNames } from '../common/fault.ts';

const fields = {
  dram: 0,
  lines: 1,
  lineBytes: 8,
  stride: 8,
  space: 'scratchpad',
  local: 0,
  pieceBytes: 8,
  lineStep: 1,
  pieceStep: 1,
  onError: 'abort',
};
const load: Command = { operation: 'load', tag: 5, fields };
const store: Command = { operation: 'store', tag: 6, fields };
const interrupt: Command = { operation: 'interrupt', tag: 7, fields: {} };

/** A dispatcher whose units take a job at once and end it when `done` is called. */
function start() {
  const bench = new Bench(elaborate(Dispatch(4), { monitors: true }));
  const { sim } = bench;
  const set = (levels: Levels): void => bench.set(levels);
  const get = (...ports: readonly string[]): number[] => bench.all(...ports);
  bench.begin();
  set({ enable: 1 });
  for (const unit of unitNames) set({ [`${unit}_ready`]: 1, [`status_${unit}_room`]: 1 });
  return {
    sim,
    set,
    get,
    /** Offers a command, until it is taken. */
    give(command: Command | Uint8Array): void {
      const bytes = command instanceof Uint8Array ? command : assemble(command);
      sim.poke(
        'command_payload',
        bytes.reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n),
      );
      set({ command_valid: 1 });
      sim.runUntil('command_ready', 20);
    },
    taken(): void {
      sim.step();
      set({ command_valid: 0 });
    },
    /** The units end their jobs in one cycle, with these faults; what is reported then. */
    done(
      units: Readonly<Record<string, { readonly fault?: (typeof faultNames)[number]; readonly address: number }>>,
    ): number[] {
      for (const [unit, { fault = 'none', address }] of Object.entries(units))
        set({
          [`status_${unit}_done`]: 1,
          [`status_${unit}_fault`]: faultNames.indexOf(fault),
          [`status_${unit}_faultAddress`]: address,
        });
      const reported = get('report_valid', 'report_fault', 'report_tag', 'report_address');
      sim.step();
      for (const unit of Object.keys(units)) set({ [`status_${unit}_done`]: 0 });
      return reported;
    },
  };
}

describe('a fault is reported', () => {
  it('with the address of the unit that had it, whoever else is done in that cycle', () => {
    const { give, taken, done, sim } = start();
    for (const command of [load, store]) {
      give(command);
      taken();
    }
    sim.step(3);
    expect(done({ load: { address: 0x100 }, store: { fault: 'busWrite', address: 0x200 } })).toEqual([
      1,
      faultNames.indexOf('busWrite'),
      6,
      0x200,
    ]);
  });

  it('and neither stops its queue nor keeps its command from signalling where the job goes on', () => {
    const { give, taken, done, sim, get, set } = start();
    for (const command of [{ ...load, signal: [2] }, load]) {
      give(command);
      taken();
    }
    sim.step(3);
    set({ status_load_goesOn: 1 });
    const address = 0x300;
    expect(done({ load: { fault: 'busRead', address } })).toEqual([1, faultNames.indexOf('busRead'), 5, address]);
    expect(get('semaphore_2', 'load_halted')).toEqual([1, 0]);
    sim.step(2);
    expect(get('load_busy')).toEqual([1]);
    set({ status_load_goesOn: 0 });
    done({ load: { fault: 'busRead', address } });
    expect(get('semaphore_2', 'load_halted')).toEqual([1, 1]);
  });

  it('with the tag of the command whose signals overflow a semaphore, which then stops its queue', () => {
    const { give, taken, done, sim, get } = start();
    const address = 0;
    for (let level = 0; level < 15; level++) {
      give({ ...load, signal: [2] });
      taken();
      sim.step(2);
      expect(done({ load: { address } })[0]).toBe(0);
    }
    give({ ...store, tag: 61, signal: [1, 2] });
    taken();
    give(load);
    taken();
    sim.step(2);
    expect(done({ load: { address }, store: { address } })).toEqual([1, faultNames.indexOf('semaphore'), 61, 0]);
    expect(get('semaphore_1', 'semaphore_2', 'load_halted', 'store_halted')).toEqual([1, 15, 0, 1]);
  });

  it.each<[string, Uint8Array]>([
    ['an unknown operation', Uint8Array.of(99)],
    ...(
      [
        [8, load, 'the byte after the operation'],
        [40, load, 'a semaphore to wait for that there is not'],
        [63, load, 'a semaphore to signal that there is not'],
        [32, interrupt, 'a semaphore for the dispatcher to wait for'],
        [55, interrupt, 'a semaphore for the dispatcher to signal'],
      ] as const
    ).map(([at, command, what]): [string, Uint8Array] => {
      const bytes = assemble(command);
      bytes[at >> 3] = 1 << (at & 7);
      return [what, bytes];
    }),
  ])('for %s, and nothing else comes of the command', (_, bytes) => {
    const { give, taken, get, sim } = start();
    give(bytes);
    expect(get('report_valid', 'report_fault', 'report_tag', 'interrupt')).toEqual([
      1,
      faultNames.indexOf('illegal'),
      bytes[2] ?? 0,
      0,
    ]);
    taken();
    sim.step(2);
    expect(get('idle', 'report_valid')).toEqual([1, 0]);
  });
});

describe('a unit that has room', () => {
  const gemm: Command = {
    operation: 'gemm',
    tag: 20,
    signal: [5],
    fields: {
      dataflow: 'ws',
      accumulate: 0,
      a: 0,
      b: 65_536,
      c: 0,
      m: 1,
      n: 1,
      k: 1,
      aZero: 0,
      bZero: 0,
      aUnsigned: 0,
      bUnsigned: 0,
      aFold: 1,
      aWidth: 0,
      aStep: 1,
      aRow: 0,
      bFold: 1,
      cFold: 1,
    },
  };
  /** Three commands that the matrix engine has at once, with tags 20, 21, 22. */
  function startThree() {
    const bench = start();
    for (const tag of [20, 21, 22]) {
      bench.give({ ...gemm, tag });
      bench.taken();
    }
    bench.sim.step(2);
    expect(bench.get('matrix_jobs', 'matrix_queue_count')).toEqual([3, 0]);
    return bench;
  }
  const ends = { matrix: { address: 0 } };

  it('is given its next commands before the ones before have ended, as many as it can have', () => {
    const { give, taken, done, get, sim } = startThree();
    for (const tag of [23, 24]) {
      give({ ...gemm, tag });
      taken();
    }
    sim.step(2);
    expect(get('matrix_jobs', 'matrix_queue_count', 'matrix_tag')).toEqual([4, 1, 20]);
    done(ends);
    expect(get('matrix_jobs', 'matrix_queue_count', 'matrix_tag', 'semaphore_5')).toEqual([3, 1, 21, 1]);
    sim.step(1);
    expect(get('matrix_jobs', 'matrix_queue_count')).toEqual([4, 0]);
    for (const tag of [21, 22, 23, 24]) {
      expect(get('matrix_tag')).toEqual([tag]);
      done(ends);
    }
    expect(get('matrix_jobs', 'matrix_busy', 'semaphore_5', 'idle')).toEqual([0, 0, 5, 1]);
  });

  it('is given nothing without room, and keeps nobody else from a command', () => {
    const { give, taken, get, set, sim } = start();
    set({ status_load_room: 0 });
    for (const command of [load, store]) {
      give(command);
      taken();
    }
    sim.step(3);
    expect(get('load_queue_count', 'load_jobs', 'store_queue_count', 'store_jobs')).toEqual([1, 0, 0, 1]);
    set({ status_load_room: 1 });
    sim.step(1);
    expect(get('load_queue_count', 'load_jobs')).toEqual([0, 1]);
  });

  it('ends all that it has after a fault, without a signal, and is given nothing more', () => {
    const { give, taken, done, get, sim } = startThree();
    expect(done({ matrix: { fault: 'range', address: 0 } })).toEqual([1, faultNames.indexOf('range'), 20, 0]);
    give({ ...gemm, tag: 23 });
    taken();
    expect(done(ends)[0]).toBe(0);
    // Another fault is reported as well.
    expect(done({ matrix: { fault: 'bank', address: 0 } })).toEqual([1, faultNames.indexOf('bank'), 22, 0]);
    sim.step(3);
    expect(get('matrix_jobs', 'matrix_queue_count', 'semaphore_5', 'matrix_halted')).toEqual([0, 1, 0, 1]);
  });

  it('ends what it has while it is not enabled, without a signal', () => {
    const { done, get, set, sim } = startThree();
    set({ enable: 0 });
    sim.step(1);
    set({ enable: 1 });
    for (let left = 2; left >= 0; left--) {
      expect(done(ends)[0]).toBe(0);
      expect(get('matrix_jobs', 'semaphore_5')).toEqual([left, 0]);
    }
  });
});

it('forgets everything while it is not enabled: queues, semaphores, signals to come and queues that stopped', () => {
  const { give, taken, done, sim, set, get } = start();
  give({ ...load, signal: [0, 3] });
  taken();
  sim.step(2);
  done({ load: { address: 0 } });
  give({ ...load, tag: 50, signal: [3] });
  taken();
  sim.step(2);
  for (let i = 0; i < 4; i++) {
    give({ ...store, wait: [4] });
    taken();
  }
  give({
    operation: 'requantise',
    tag: 8,
    fields: { ...requantiseFields, m: 0 },
  });
  taken();
  sim.step(2);
  done({ vector: { fault: 'zeroLength', address: 0 } });
  give({ operation: 'nop', tag: 9, fields: {} });
  taken();
  expect(get('semaphore_0', 'semaphore_3', 'store_queue_count', 'vector_halted', 'load_busy')).toEqual([1, 1, 4, 1, 1]);

  // An interrupt that is offered while it is off is dropped.
  set({ enable: 0 });
  give(interrupt);
  expect(get('interrupt')).toEqual([0]);
  taken();
  sim.step(4);
  expect(get('semaphore_0', 'semaphore_3', 'store_queue_count', 'vector_halted', 'load_busy', 'idle')).toEqual([
    0, 0, 0, 0, 1, 0,
  ]);
  set({ enable: 1 });
  done({ load: { address: 0 } });
  expect(get('semaphore_3', 'load_busy', 'idle')).toEqual([0, 0, 1]);
});
