import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { Bench, type Levels } from '../../testbench/kit/bench.ts';
import { CommandFetch } from './fetch.ts';

const [FIRST, SECOND] = [0x40, 0x1000];

/** A fetch that has just begun to read entry 1 of the ring at FIRST − 64, in two bursts of four beats. */
function begun() {
  const bench = new Bench(elaborate(CommandFetch({ busBytes: 8, maxBurst: 4 }, 1), { monitors: true }));
  const { sim } = bench;
  const set = (levels: Levels): void => bench.set(levels);
  const get = (...ports: readonly string[]): number[] => bench.all(...ports);
  bench.begin();
  /** Answers a burst with beats that hold `value`. */
  const answer = (value: number, resp = 0): void => {
    expect(get('ar_valid')).toEqual([1]);
    set({ ar_ready: 1 });
    sim.step();
    set({ ar_ready: 0, r_valid: 1, r_payload_data: value, r_payload_resp: resp });
    for (let beat = 0; beat < 4; beat++) {
      set({ r_payload_last: beat === 3 ? 1 : 0 });
      sim.step();
    }
    set({ r_valid: 0 });
  };
  set({ ring_enable: 1, ring_base: FIRST - 64, ring_entries: 8, ring_tail: 2, command_ready: 1 });
  sim.step();
  answer(1);
  answer(1);
  expect(get('command_valid')).toEqual([1]);
  sim.step(2);
  set({ command_ready: 0 });
  return { sim, set, get, answer };
}

describe('the command fetch', () => {
  it('keeps the address that it asked for, whatever the host writes meanwhile', () => {
    const { sim, set, get, answer } = begun();
    expect(get('ar_valid', 'ar_payload_addr')).toEqual([1, FIRST]);
    set({ ring_enable: 0, ring_base: SECOND });
    sim.step(2);
    expect(get('ar_valid', 'ar_payload_addr')).toEqual([1, FIRST]);
    answer(2);
    sim.step(3);
    expect(get('ar_valid', 'command_valid')).toEqual([0, 0]);
  });

  it.each([
    [1, 0],
    [2, 0],
    [2, 1],
  ])(
    'drops the command when it is stopped during burst %d, even for a cycle (started again: %d), and begins anew',
    (bursts, soon) => {
      const { sim, set, get, answer } = begun();
      set({ ring_base: SECOND });
      for (let burst = 1; burst < bursts; burst++) {
        answer(2);
        expect(get('ar_valid', 'ar_payload_addr')).toEqual([1, FIRST + 32]);
      }
      set({ ring_enable: 0 });
      sim.step();
      set({ ring_enable: soon });
      answer(2);
      set({ ring_enable: 1 });
      sim.step();
      expect(get('command_valid', 'head', 'ar_valid', 'ar_payload_addr')).toEqual([0, 0, 1, SECOND]);
      answer(3);
      answer(3);
      expect(get('command_valid', 'head')).toEqual([1, 0]);
      expect(sim.peek('command_payload')).toBe(BigInt(`0x${'0000000000000003'.repeat(8)}`));
    },
  );

  it('stops at a bus error, with the address of the burst that failed', () => {
    const { sim, set, get, answer } = begun();
    answer(2);
    answer(2, 2);
    expect(get('failed', 'address', 'command_valid')).toEqual([1, FIRST + 32, 0]);
    set({ ring_enable: 0 });
    sim.step();
    expect(get('failed', 'ar_valid', 'head')).toEqual([0, 0, 0]);
  });
});
