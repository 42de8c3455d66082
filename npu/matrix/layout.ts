/**
 * How matrices lie in lines of the local memories: the one place that says so. An engine's description gives the
 * layouts of its operands; the compiler, the models of the tests and the text of the instruction set read them.
 */
import { DIMENSION_BITS } from '../common/numbers.ts';
import type { JobDataflow } from './job.ts';

/** C[m × n] = A[m × k] · B[k × n]. */
export interface ProductSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}
export type Dimension = keyof ProductSize;

/**
 * A line has `width` elements that follow each other in dimension `across`, a byte of the scratchpad or a lane of the
 * accumulator each; from line to line `along` goes on, and where that ends the next `width` elements begin, a fold of
 * the matrix. Neither dimension has to be a multiple of anything.
 */
export interface Layout<Width = number> {
  readonly across: Dimension;
  readonly width: Width;
  readonly along: Dimension;
}

/** A and B lie in the scratchpad, in different banks, C in the accumulator. */
export interface Layouts<Width = number> {
  readonly a: Layout<Width>;
  readonly b: Layout<Width>;
  readonly c: Layout<Width>;
}

/**
 * How the lines of a matrix follow each other, counted from its first one: the lines of a fold lie in rows of `width`
 * (0 for 2^16, which is all of them), `step` lines from one to the next, `row` lines from a row to the next, and `fold`
 * lines from a fold to the next. So a picture with a border is walked, every other place of it, or a part of a matrix.
 */
export interface Walk {
  readonly fold: number;
  readonly width: number;
  readonly step: number;
  readonly row: number;
}

/** Lines that follow each other in `fold` lines from a fold to the next. */
const inFolds = (fold: number): Walk => ({ fold, width: 0, step: 1, row: 0 });
/** The walk over a matrix without gaps. */
export const denseWalk = ({ along }: Layout, shape: ProductSize): Walk => inFolds(shape[along]);

/** What a job says of its matrices' lines. */
export interface WalkFields {
  readonly aFold: number;
  readonly aWidth: number;
  readonly aStep: number;
  readonly aRow: number;
  readonly bFold: number;
  readonly cFold: number;
}
/** The walks of a job: only A has rows. */
export const walksOf = (of: WalkFields): Readonly<Record<'a' | 'b' | 'c', Walk>> => ({
  a: { fold: of.aFold, width: of.aWidth, step: of.aStep, row: of.aRow },
  b: inFolds(of.bFold),
  c: inFolds(of.cFold),
});
/** The fields of a job whose matrices have no gaps. */
export const denseFields = ({ a, b, c }: Layouts, shape: ProductSize): WalkFields => ({
  aFold: shape[a.along],
  aWidth: 0,
  aStep: 1,
  aRow: 0,
  bFold: shape[b.along],
  cFold: shape[c.along],
});

/** How often a matrix is as wide as a line, the last time perhaps in part. */
export const foldsAcross = ({ across, width }: Layout, shape: ProductSize): number => Math.ceil(shape[across] / width);

/** Lines that a matrix without gaps takes. */
export const linesOf = (layout: Layout, shape: ProductSize): number => foldsAcross(layout, shape) * shape[layout.along];

/** The width that a 0 stands for. */
const MOST_WIDTH = 2 ** DIMENSION_BITS;

/** Where the element at an index is: the line, counted from the matrix's first, and the byte or lane of it. */
export function placeOf(
  { across, width, along }: Layout,
  walk: Walk,
  index: ProductSize,
): { readonly line: number; readonly lane: number } {
  const [fold, i, inRow] = [Math.floor(index[across] / width), index[along], walk.width || MOST_WIDTH];
  return {
    line: fold * walk.fold + Math.floor(i / inRow) * walk.row + (i % inRow) * walk.step,
    lane: index[across] % width,
  };
}

/**
 * The layouts of an array whose columns are columns of C, and whose rows are what stays in it: elements of k with
 * weights stationary, rows of C with outputs stationary. The sizes are numbers, or what they are called.
 */
export function arrayLayouts<Width>(
  { rows, cols }: { readonly rows: Width; readonly cols: Width },
  dataflow: JobDataflow,
): Layouts<Width> {
  return {
    a: dataflow === 'ws' ? { across: 'k', width: rows, along: 'm' } : { across: 'm', width: rows, along: 'k' },
    b: { across: 'n', width: cols, along: 'k' },
    c: { across: 'n', width: cols, along: 'm' },
  };
}

const sizes = { rows: 'R', cols: 'C' };
/** The layouts as the text of the instruction set names their sizes. */
export const layoutsInText = { ws: arrayLayouts(sizes, 'ws'), os: arrayLayouts(sizes, 'os') };

/** What an element's indices are called in the text of the instruction set. */
const indices = { m: 'i', k: 'l', n: 'j' } as const;

/**
 * {@link placeOf} as the text of the instruction set has it: of a matrix whose first line is `first`, in folds of as
 * many lines as there are, or of what `walk` calls them; and in its rows, where it has some.
 */
export function placeText(
  { across, width, along }: Layout<string>,
  memory: 'spm' | 'acc',
  first: string,
  walk: { readonly fold?: string; readonly width?: string; readonly step?: string; readonly row?: string } = {},
): string {
  const i = indices[along];
  const inFold =
    walk.width === undefined ? i : `(${i} / ${walk.width})*${walk.row} + (${i} % ${walk.width})*${walk.step}`;
  const line = `${memory}[${first} + (${indices[across]} / ${width})*${walk.fold ?? along} + ${inFold}]`;
  return `${line}.${memory === 'spm' ? 'byte' : 'lane'}[${indices[across]} % ${width}]`;
}
