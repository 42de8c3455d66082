/** The systolic array as compiler, tests and reports know it. */
import type { MatrixDescription } from '../description.ts';
import { MOST_DIMENSION, MOST_EXACT_K } from '../job.ts';
import { arrayLayouts } from '../layout.ts';
import { mapping } from './cycles.ts';
import { jobTiming } from './timing.ts';

/** By place of a line: in how many of the folds of a dimension an element lies there. */
const foldsWith = (width: number, length: number): readonly number[] =>
  Array.from({ length: width }, (_, place) => Math.max(0, Math.ceil((length - place) / width)));

export const systolic: MatrixDescription = {
  title: ({ rows, cols }) => `systolic array of ${rows} × ${cols} processing elements`,
  multipliers: ({ rows, cols }) => rows * cols,
  layouts: arrayLayouts,
  folds: (size, shape, dataflow) => mapping(size, shape, dataflow).folds,
  // A cell adds up all of k where outputs stay; where weights do, a column as many as there are rows.
  mostK: (dataflow) => (dataflow === 'os' ? MOST_EXACT_K : MOST_DIMENSION),
  summedK: ({ rows }, dataflow, k) => (dataflow === 'os' ? k : Math.min(rows, k)),
  shares: (size, shape, dataflow) => {
    const { a, b } = arrayLayouts(size, dataflow);
    return {
      rows: foldsWith(size.rows, shape[a.across]).map((folds) => folds * shape[a.along]),
      cols: foldsWith(size.cols, shape[b.across]),
    };
  },
  occupies: (size, shape, dataflow) => {
    const { folds, stream } = mapping(size, shape, dataflow);
    return folds * Math.max(stream, size.rows);
  },
  timing: jobTiming,
};
