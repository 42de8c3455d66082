/**
 * What the benchmark runs, on the engine with everything at work that usually waits for large designs and long runs.
 */
import { expect, test } from 'vitest';
import type { Simulator } from '../../hdl/sim/index.ts';
import { wasm, wasmAsIfLarge } from '../../hdl/sim/lockstep/engines.ts';
import { npuSubject } from './subject.ts';

/** What both hold, signal by signal. */
function same(first: Simulator, other: Simulator, when: string): void {
  const values = (sim: Simulator): string[] => [...sim.signals()].map(({ path }) => `${path} ${sim.peek(path)}`);
  expect(values(other), when).toEqual(values(first));
}

test('the NPU does the same with anything taken for quiet', () => {
  const { design, dram } = npuSubject(4, 9);
  const engines = [wasm(design), wasmAsIfLarge(design)];
  for (const one of engines) {
    if (dram !== null) one.memory(dram.path.join('.')).load(dram.image);
    one.reset(2);
  }
  const [right, eagerly] = engines;
  if (right === undefined || eagerly === undefined) throw new RangeError('two engines');
  for (let i = 0; i < 60; i++) {
    for (const one of engines) one.step(17);
    same(right, eagerly, `cycle ${right.cycle}`);
  }
  expect(right.peek('done')).toBe(1n);
});
