/**
 * The software's programs, whatever the timing: nothing that must be ordered is not, and no wait or signal could be
 * left out.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { dataflowNames, type Dataflow } from '../../npu/matrix/dataflow.ts';
import { matmulProgram } from '../../npu/compiler/matmul.ts';
import { matmulCases } from '../arbitrary.ts';
import { programOfCase } from '../case.ts';
import { bank } from '../../npu/compiler/allocator.ts';
import { conflict, touchesOf } from '../../npu/compiler/touches.ts';
import { operations } from '../../npu/isa/operations.ts';
import { commandsOf as commandsOfProgram } from '../properties/random-programs.ts';
import { programCases } from './arbitrary.ts';
import { giverOf, withoutEdge } from './edges.ts';
import { hazardsOf } from '../../npu/compiler/hazards.ts';
import { requantiseFields } from '../testing-commands.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const config = npuConfig({ rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6 * 8 * 24, accumulatorBytes: 16 * 16 });

/** Products of several blocks, each of several tiles, so that every buffer is used again. */
const variants = dataflowNames.flatMap((dataflow) =>
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

/** A line that nothing else touches. */
const small = { ...requantiseFields, from: 9, to: bank(5) };

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
    onError: 'abort',
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

/** The pairs of commands that conflict, and that no way of units, semaphores and fences leads from one to the other. */
function unordered(machine: NpuConfig, commands: readonly Command[]): string[] {
  const unitOf = ({ operation }: Command): string => operations[operation].unit;
  /** For each command, those that it comes after for one reason. */
  const after = commands.map((command, index) => {
    const own = commands.slice(0, index).findLastIndex((other) => unitOf(other) === unitOf(command));
    const fence = commands.slice(0, index).findLastIndex(({ operation }) => operation === 'fence');
    const waits = (command.wait ?? []).map((s) => giverOf(commands, index, s) ?? -1);
    const all = command.operation === 'fence' ? Array.from({ length: index }, (_, i) => i) : [];
    return [own, fence, ...waits, ...all].filter((other) => other >= 0);
  });
  const problems: string[] = [];
  for (const [index, command] of commands.entries()) {
    const reached = new Set(after[index]);
    for (const one of reached) for (const other of after[one] ?? []) reached.add(other);
    for (const [earlier, other] of commands.slice(0, index).entries()) {
      const alike = unitOf(other) === unitOf(command) || reached.has(earlier);
      if (!alike && conflict(touchesOf(machine, other), touchesOf(machine, command)))
        problems.push(`${earlier} and ${index}`);
    }
  }
  return problems;
}

it('finds a hazard exactly where one is, whatever order was left out', () => {
  const [one, many] = [fc.nat(1000), runsOf({ few: 60, all: 400 })];
  let [bad, good] = [0, 0];
  fc.assert(
    fc.property(programCases(16), one, (drawn, choice) => {
      const machine = npuConfig(drawn.parameters);
      const whole = commandsOfProgram(drawn);
      const edges = whole.flatMap(({ wait = [] }, at) => wait.map((s) => ({ at, s })));
      const edge = edges[choice % Math.max(1, edges.length)];
      const commands = edge === undefined ? whole : withoutEdge(whole, edge.at, edge.s);
      const isBad = unordered(machine, commands).length > 0;
      if (isBad) bad++;
      else good++;
      expect(hazardsOf(machine, commands).length > 0).toBe(isBad);
    }),
    { numRuns: many },
  );
  expect([bad > 5, good > 5]).toEqual([true, true]);
});

it('sees a semaphore that may count too far, and one whose signals may be taken by others', () => {
  const at = {
    lines: 1,
    lineBytes: 8,
    stride: 8,
    space: 'scratchpad',
    pieceBytes: 8,
    lineStep: 1,
    pieceStep: 1,
    onError: 'abort',
  };
  const move = (operation: 'load' | 'store', index: number, rest: Partial<Command>): Command => ({
    operation,
    tag: index,
    fields: { ...at, dram: 8192 + 8 * index, local: index % 20 },
    ...rest,
  });
  const indices = Array.from({ length: 16 }, (_, i) => i);
  const loads = indices.map((i) => move('load', i, { signal: [3] }));
  const stores = indices.map((i) => move('store', 16 + i, { wait: [3] }));
  expect(hazardsOf(config, [...loads, ...stores])).toContain('semaphore 3 may be given 16 times before it is taken');
  expect(hazardsOf(config, [...loads.slice(1), ...stores.slice(1)])).toEqual([]);
  const others = [move('load', 50, { signal: [3] }), move('store', 51, { wait: [3] })];
  const nothing: Command = { operation: 'requantise', tag: 52, fields: small, wait: [3] };
  const back = move('store', 53, { signal: [3] });
  expect(hazardsOf(config, [...others, back, nothing])).toEqual(['semaphore 3 is taken by store and vector']);
  const [given, other] = [move('load', 60, { signal: [3] }), move('store', 61, { signal: [3] })];
  expect(hazardsOf(config, [given, other, nothing, nothing])).toEqual(['semaphore 3 is given by two units']);
  const fence: Command = { operation: 'fence', tag: 54, fields: {} };
  expect(hazardsOf(config, [...others, fence, back, nothing])).toEqual([]);
});
