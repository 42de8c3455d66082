import { expect, it } from 'vitest';
import { sizeAdvice } from './wave-flags.ts';

it('recommends FST for what is slow to open, and only there', () => {
  expect(sizeAdvice({ wave: 'run.vcd', bytes: 40_000_000 })).toContain('.fst');
  expect(sizeAdvice({ wave: 'run.vcd', bytes: 4_000_000 })).toBeNull();
  expect(sizeAdvice({ wave: 'run.fst', bytes: 40_000_000 })).toBeNull();
});
