/** The single multiplier as compiler, tests and reports know it. */
import type { MatrixDescription } from '../description.ts';
import { MOST_EXACT_K } from '../job.ts';
import { arrayLayouts } from '../layout.ts';

export const single: MatrixDescription = {
  title: () => 'single multiplier, one product a cycle',
  multipliers: () => 1,
  layouts: arrayLayouts,
  folds: () => 1,
  mostK: () => MOST_EXACT_K,
  summedK: (_, __, k) => k,
  cycles: (_, { m, k, n }) => m * k * n,
  shares: (_, { m, k, n }) => ({ rows: [m * k * n], cols: [1] }),
  busy: (_, { m, k, n }) => m * k * n + 8,
};
