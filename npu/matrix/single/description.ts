/** The single multiplier as compiler, tests and reports know it. */
import type { MatrixDescription } from '../description.ts';
import { MOST_EXACT_K } from '../job.ts';
import { arrayLayouts, type ProductSize } from '../layout.ts';

const products = ({ m, k, n }: ProductSize): number => m * k * n;
/** Cycles of a job without products: it is taken and checked, and the last sum goes to the accumulator. */
const AROUND = 6;

export const single: MatrixDescription = {
  title: () => 'single multiplier, one product a cycle',
  multipliers: () => 1,
  layouts: arrayLayouts,
  folds: () => 1,
  mostK: () => MOST_EXACT_K,
  summedK: (_, __, k) => k,
  shares: (_, shape) => ({ rows: [products(shape)], cols: [1] }),
  occupies: (_, shape) => products(shape) + AROUND,
  timing:
    () =>
    ({ shape, issued }) => {
      const first = issued + 2;
      const done = issued + products(shape) + AROUND - 1;
      return { room: done + 1, first, last: first + products(shape) - 1, done };
    },
};
