import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDiagnostic } from '../diagnostics/diagnostic.ts';
import { arbitraryDesign } from '../ir/testing/arbitrary.ts';
import { check, validate } from './index.ts';
import { runsOf } from '../testing-runs.ts';

test('random designs without mistakes pass', () => {
  fc.assert(
    fc.property(arbitraryDesign(), (design) => {
      expect([...validate(design), ...check(design)].map(formatDiagnostic)).toEqual([]);
    }),
    { numRuns: runsOf({ few: 80, all: 500 }) },
  );
});
