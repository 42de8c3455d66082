/** Several products in one program; see testbench/properties/random-chains.ts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { compileProgram } from '../npu/compiler/compile.ts';
import { hazardsOf } from '../npu/compiler/hazards.ts';
import { npuConfig } from '../npu/config.ts';
import { chainCases, computationOf, randomChains } from './properties/random-chains.ts';
import { withoutEdge } from './programs/edges.ts';
import { checkProperty } from './property.ts';

it('every tensor of a chain of products is as the reference has it', () => {
  checkProperty(randomChains, { runs: runsOf({ few: 8, all: 60 }) });
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
  for (const { config, commands } of programs(runsOf({ few: 12, all: 60 }))) {
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
  // The order costs the units nothing that they do not need: a fence is the last resort.
  expect(fences).toBe(0);
});
