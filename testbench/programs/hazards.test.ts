/**
 * The software's programs, whatever the timing: nothing that must be ordered is not, and no wait or signal could be
 * left out.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { npuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import type { Dataflow } from '../../npu/compiler/job.ts';
import { matmulProgram } from '../../npu/compiler/matmul.ts';
import { matmulCases } from '../arbitrary.ts';
import { programOfCase } from '../case.ts';
import { hazardsOf } from './hazards.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const config = npuConfig({ rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6 * 8 * 24, accumulatorBytes: 16 * 16 });

/** Products of several blocks, each of several tiles, so that every buffer is used again. */
const variants = (['ws', 'os'] as const).flatMap((dataflow) =>
  [false, true].flatMap((biased) =>
    (['sums', 'tensor', 'channel'] as const).map((result) => ({ dataflow, biased, result })),
  ),
);

function commandsOf({
  dataflow,
  biased,
  result,
}: {
  readonly dataflow: Dataflow;
  readonly biased: boolean;
  readonly result: 'sums' | 'tensor' | 'channel';
}): readonly Command[] {
  const [m, k, n] = [9, 30, 6];
  const scale =
    result === 'channel' ? { multiplier: new Int32Array(n), shift: new Int8Array(n) } : { multiplier: 1, shift: 0 };
  return matmulProgram(config, {
    m,
    k,
    n,
    dataflow,
    a: new Int8Array(m * k),
    b: new Int8Array(k * n),
    ...(biased ? { bias: new Int32Array(m * n) } : {}),
    ...(result === 'sums' ? {} : { requantise: { ...scale, zero: 0, low: -128, high: 127 } }),
  }).commands;
}

describe.each(variants)('a program of %o', (variant) => {
  const commands = commandsOf(variant);

  it('orders all that must be ordered', () => {
    expect(hazardsOf(config, commands)).toEqual([]);
  });

  it('has no wait that could be left out, with its signal or without', () => {
    const without = (list: readonly number[] | undefined, at: number): readonly number[] =>
      (list ?? []).filter((_, i) => i !== at);
    let tried = 0;
    for (const [at, command] of commands.entries()) {
      for (const [i, s] of (command.wait ?? []).entries()) {
        tried++;
        const waitless = commands.with(at, { ...command, wait: without(command.wait, i) });
        const told = hazardsOf(config, waitless).filter((line) => line.startsWith('nothing orders'));
        expect(told.length, `command ${command.tag} without its wait for ${s}`).toBeGreaterThan(0);
      }
    }
    expect(tried).toBeGreaterThan(5);
  });
});

it('no product of any shape, on any machine, is a program with a hazard', () => {
  fc.assert(
    fc.property(matmulCases(), (drawn) => {
      expect(hazardsOf(npuConfig(drawn.parameters), programOfCase(drawn).commands)).toEqual([]);
    }),
    { numRuns: runsOf({ few: 30, all: 200 }) },
  );
});

it('says which commands nothing orders', () => {
  const copy = {
    dram: 8192,
    lines: 1,
    lineBytes: 8,
    stride: 8,
    space: 'scratchpad',
    local: 3,
    pieceBytes: 8,
    lineStep: 1,
    pieceStep: 1,
  };
  const load = (rest: Partial<Command>): Command => ({ operation: 'load', tag: 1, fields: copy, ...rest });
  const store = (rest: Partial<Command>): Command => ({
    operation: 'store',
    tag: 2,
    fields: { ...copy, dram: 9000 },
    ...rest,
  });
  const fence: Command = { operation: 'fence', tag: 3, fields: {} };
  expect(hazardsOf(config, [load({}), store({})])).toEqual(['nothing orders commands 1 (load) and 2 (store)']);
  expect(hazardsOf(config, [load({}), fence, store({})])).toEqual([]);
  expect(hazardsOf(config, [load({ signal: [7] }), store({ wait: [7] })])).toEqual([]);
  expect(hazardsOf(config, [load({ signal: [7] }), load({ tag: 4 }), store({ wait: [7] })])).toEqual([
    'nothing orders commands 4 (load) and 2 (store)',
  ]);
  expect(hazardsOf(config, [store({ wait: [7] })])).toEqual([
    'command 2 waits for semaphore 7, which no command before it gives',
  ]);
  expect(hazardsOf(config, [load({ signal: [7] })])).toEqual(['semaphore 7 is given 1 times and taken 0 times']);
});
