/** The systolic array as compiler, tests and reports know it. */
import type { MatrixDescription } from '../description.ts';
import { MOST_DIMENSION, MOST_EXACT_K } from '../job.ts';
import { arrayLayouts } from '../layout.ts';
import { cyclesOfJob, mapping } from './cycles.ts';

export const systolic: MatrixDescription = {
  title: ({ rows, cols }) => `systolic array of ${rows} × ${cols} processing elements`,
  multipliers: ({ rows, cols }) => rows * cols,
  layouts: arrayLayouts,
  folds: (size, shape, dataflow) => mapping(size, shape, dataflow).folds,
  // A cell adds up all of k where outputs stay; where weights do, a column as many as there are rows.
  mostK: (dataflow) => (dataflow === 'os' ? MOST_EXACT_K : MOST_DIMENSION),
  summedK: ({ rows }, dataflow, k) => (dataflow === 'os' ? k : Math.min(rows, k)),
  cycles: cyclesOfJob,
};
