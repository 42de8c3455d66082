import { expect, it } from 'vitest';
import { HangError } from '../hdl/sim/index.ts';
import { NpuError } from '../testbench/run.ts';
import { describeFailure } from './describe-failure.ts';
import { UsageError } from './failure.ts';

it('bad input is one line and status 2', () => {
  expect(describeFailure(new UsageError('no A', 'give A'))).toEqual({ status: 2, text: 'systole: no A; give A' });
  expect(describeFailure(new UsageError('a\n b', 'c'))).toEqual({ status: 2, text: 'systole: a b; c' });
});
it('a package that is missing is one line and status 2', () => {
  const missing = new Error("Cannot find package 'pure-rand' imported from matmul.js");
  expect(describeFailure(missing)).toEqual({
    status: 2,
    text: 'systole: pure-rand is not installed, which only the command line needs; npm install pure-rand',
  });
  const reader = new Error("Cannot find package 'flatbuffers' imported from flat-table.js");
  expect(describeFailure(reader)).toEqual({
    status: 2,
    text: 'systole: flatbuffers is not installed, which only .tflite files need; npm install flatbuffers',
  });
});
it('hardware that went wrong is its whole message and status 1', () => {
  expect(describeFailure(new NpuError('the NPU stopped'))).toEqual({ status: 1, text: 'systole: the NPU stopped' });
  expect(describeFailure(new HangError('irq', 10, 9, ['load waits for ar']))).toMatchObject({
    status: 1,
    text: expect.stringMatching(/waiting for irq\n {2}load waits for ar$/),
  });
});
it('anything else is a bug with its stack and status 3', () => {
  expect(describeFailure(new TypeError('x is undefined'))).toMatchObject({
    status: 3,
    text: expect.stringMatching(/^systole: internal error, please report it\nTypeError: x is undefined\n +at /),
  });
  expect(describeFailure('thrown')).toEqual({ status: 3, text: 'systole: internal error, please report it\nthrown' });
});
