import { elaborate } from 'systole/hdl';
import { simulate } from 'systole/hdl/sim';
import { watched } from 'systole/testbench/vitest';
import { recordText } from 'systole/waveforms';
import { expect, it } from 'vitest';
import { Counter } from './counter.ts';

it('counts while it is enabled', () => {
  const sim = simulate(elaborate(Counter));
  const wave = recordText(sim.trace());
  for (const enable of [0, 1, 1, 0]) {
    sim.poke('enable', enable);
    sim.step();
  }
  expect(sim.peek('count')).toBe(2n);
  expect(String(wave)).toContain('│0      │1  │2');
});

it('starts again after 15', () => {
  // Where this fails, it leaves waves.
  const sim = watched(simulate(elaborate(Counter)));
  sim.poke('enable', 1);
  sim.step(17);
  expect(sim.peek('count')).toBe(1n);
});
