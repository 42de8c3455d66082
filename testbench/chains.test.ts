/** Several products in one program; see testbench/properties/random-chains.ts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { fieldsOf } from '../npu/compiler/touches.ts';
import { compileProgram } from '../npu/compiler/compile.ts';
import { hazardsOf } from '../npu/compiler/hazards.ts';
import { npuConfig } from '../npu/config.ts';
import { chainCases, computationOf, randomChains } from './properties/random-chains.ts';
import { runComputation } from './computation.ts';
import { withoutEdge } from './programs/edges.ts';
import { checkProperty } from './property.ts';
import { referenceMatmul } from './reference.ts';

it('every tensor of a chain of products is as the reference has it', () => {
  checkProperty(randomChains, { runs: runsOf({ few: 8, all: 20 }) });
});

it('sums that lie by rows are added to by inputs that stay, which take them by columns', () => {
  const [m, k, n] = [7, 5, 11];
  const config = npuConfig({ rows: 4, cols: 3, busBytes: 8, scratchpadBytes: 2048, accumulatorBytes: 512 });
  const a = Int8Array.from({ length: m * k }, (_, i) => i * 37);
  const b = Int8Array.from({ length: k * n }, (_, i) => i * 91);
  const product = { kind: 'matmul', a: 'a', b: 'b' } as const;
  const { program, tensors } = runComputation(
    config,
    {
      tensors: { a: { shape: [m, k], data: a }, b: { shape: [k, n], data: b } },
      operations: [
        { ...product, output: 'once', dataflow: 'ws' },
        { ...product, output: 'twice', bias: 'once', dataflow: 'is' },
        { ...product, output: 'thrice', bias: 'twice', dataflow: 'os' },
      ],
    },
    { monitors: true },
  );
  // Element by element: 4 bytes to a run.
  const inRuns = program.commands.filter(({ operation }) => operation === 'loadBlock').map(fieldsOf);
  expect(new Set(inRuns.map(({ number }) => number('runBytes')))).toEqual(new Set([4]));
  expect(Object.values(program.tensors).map(({ name, order }) => `${name} ${order}`)).toEqual([
    'a rows',
    'b rows',
    'once rows',
    'twice columns',
    'thrice rows',
  ]);
  const once = referenceMatmul({ m, k, n, a, b });
  const times = (factor: number) => once.map((sum) => factor * sum);
  expect([tensors.once, tensors.twice, tensors.thrice]).toEqual([once, times(2), times(3)]);
});

/** Chains of many machines and kinds: their commands, without a run. */
function programs(count: number) {
  return fc.sample(chainCases(), { numRuns: count, seed: 11 }).map((drawn) => {
    const config = npuConfig(drawn.parameters);
    return { config, ...compileProgram(config, computationOf(drawn).computation) };
  });
}

it('no order of a chain can be left out: without any of them the check finds a hazard', () => {
  let [tried, fences, pairs] = [0, 0, 0];
  const chains = programs(runsOf({ few: 12, all: 20 }));
  for (const { config, commands } of chains) {
    expect(hazardsOf(config, commands)).toEqual([]);
    fences += commands.filter(({ operation }) => operation === 'fence').length - 1;
    const used = new Set<string>();
    for (const [at, command] of commands.entries()) {
      for (const s of command.wait ?? []) {
        used.add(`${command.operation} ${s}`);
        if (tried++ % 5 !== 0) continue;
        const found = hazardsOf(config, withoutEdge(commands, at, s));
        expect(found, `command ${command.tag} without its wait for ${s}`).not.toEqual([]);
      }
    }
    pairs = Math.max(pairs, used.size);
  }
  expect(tried).toBeGreaterThan(100);
  expect(pairs).toBeGreaterThan(5);
  // The order costs the units nothing that they do not need: a fence is the last resort, which hardly any chain needs.
  expect(fences).toBeLessThanOrEqual(chains.length / 20);
});
