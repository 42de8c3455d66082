import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isaReference } from './isa.ts';

it('npu/ISA.md is up to date: `npm run isa` writes it', () => {
  expect(readFileSync(new URL('../npu/ISA.md', import.meta.url), 'utf8')).toBe(isaReference());
});
