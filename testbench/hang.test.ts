/** What is said of an NPU that stands still. */
import { expect, it } from 'vitest';
import { HangError } from '../hdl/sim/index.ts';
import { npuConfig } from '../npu/config.ts';
import type { Command } from '../npu/isa/assembler.ts';
import { programOf } from './program.ts';
import { runProgram, type RunOptions } from './run.ts';
import { copyFields, endCommands, gemmFields } from './testing-commands.ts';

const config = npuConfig({
  rows: 3,
  cols: 4,
  busBytes: 8,
  queueDepth: 2,
  scratchpadBytes: 6 * 8 * 32,
  accumulatorBytes: 16 * 32,
});
type Order = Pick<Command, 'wait' | 'signal'>;
const load = (tag: number, order: Order = {}): Command => ({ operation: 'load', tag, ...order, fields: copyFields });
const store = (tag: number, order: Order = {}): Command => ({
  operation: 'store',
  tag,
  ...order,
  fields: { ...copyFields, dram: 10_000 },
});
const gemm = (tag: number, order: Order = {}): Command => ({ operation: 'gemm', tag, ...order, fields: gemmFields });
const LIMIT = 1000;

function hangOf(commands: readonly Command[], options: RunOptions = {}, limit = LIMIT): HangError {
  try {
    runProgram(config, programOf([...commands, ...endCommands]), limit, options);
  } catch (error) {
    if (error instanceof HangError) return error;
    throw error;
  }
  throw new Error('the program ended');
}

it('names the command at the head of each queue, its semaphore, and that nobody signals it any more', () => {
  expect(
    hangOf([load(20, { signal: [1] }), store(21, { wait: [1] }), store(22, { wait: [1, 2] }), gemm(23)]).waits,
  ).toEqual([
    'store: command 2 (store, tag 22) waits for semaphore 1, which is 0 (nobody signals it any more), ' +
      'and semaphore 2, which is 0 (nobody signals it any more)',
    'dispatch: command 4 (fence, tag 98) waits until every queue is empty and every unit idle',
    'npu.fetch.command: valid, waits for ready',
  ]);
});

it('names who would signal it: queues that wait for each other', () => {
  const commands = [
    load(1, { wait: [4] }),
    load(2, { signal: [5] }),
    gemm(3, { wait: [5] }),
    store(4, { wait: [6], signal: [4] }),
    gemm(5, { signal: [6] }),
  ];
  expect(hangOf(commands).waits.slice(0, 3)).toEqual([
    'load: command 0 (load, tag 1) waits for semaphore 4, which is 0 ' +
      '(command 3 (store, tag 4) would signal it: queued)',
    'store: command 3 (store, tag 4) waits for semaphore 6, which is 0 ' +
      '(command 4 (gemm, tag 5) would signal it: queued)',
    'matrix: command 2 (gemm, tag 3) waits for semaphore 5, which is 0 ' +
      '(command 1 (load, tag 2) would signal it: queued)',
  ]);
});

it('names a command that cannot be dispatched, and signals that are not fetched yet', () => {
  const waiting = [1, 2, 3, 4].map((tag) => store(tag, { wait: [0] }));
  expect(hangOf([...waiting, load(9, { signal: [0] }), load(10, { signal: [0] })]).waits.slice(0, 2)).toEqual([
    'store: command 0 (store, tag 1) waits for semaphore 0, which is 0 ' +
      '(command 4 (load, tag 9) and 1 more would signal it: not fetched yet)',
    'dispatch: command 2 (store, tag 3) waits for room in the store queue',
  ]);
});

it('names a unit that is still at work', () => {
  const slow = { memory: { latency: 300 } };
  expect(hangOf([load(7)], slow, 200).waits).toEqual(['fetch: command 0 (load, tag 7) is being read from the ring']);
  expect(hangOf([load(7)], slow, 500).waits[0]).toBe('load: command 0 (load, tag 7) is running');
});

it('says that a program without an interrupt is done', () => {
  const { image, ring } = programOf([load(1)]);
  expect(() => runProgram(config, { image, ring }, LIMIT)).toThrow(
    'all 1 commands are done, and none of them was an interrupt',
  );
});

it('comes after the limit, once, whether or not somebody is told of the cycles', () => {
  let told = 0;
  for (const options of [
    {},
    {
      onProgress: () => {
        told++;
      },
    },
  ]) {
    const { cycle, limit, message } = hangOf([store(1, { wait: [0] })], options);
    expect([limit, cycle < LIMIT + 50]).toEqual([LIMIT, true]);
    expect(message).toContain(`no end after ${LIMIT} steps (cycle ${cycle}), waiting for system.irq\n`);
  }
  expect(told).toBeGreaterThan(0);
});
