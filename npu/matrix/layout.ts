/**
 * How matrices lie in lines of the local memories: the one place that says so. An engine's description gives the
 * layouts of its operands; the compiler, the models of the tests and the text of the instruction set read them.
 */
import type { Dataflow } from './job.ts';

/** C[m × n] = A[m × k] · B[k × n]. */
export interface ProductSize {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}
export type Dimension = keyof ProductSize;

/**
 * A line has `width` elements that follow each other in dimension `across`, a byte of the scratchpad or a lane of the
 * accumulator each; from line to line `along` goes on, and where that ends the next `width` elements begin. Neither
 * dimension has to be a multiple of anything.
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

/** How often a matrix is as wide as a line, the last time perhaps in part. */
export const foldsAcross = ({ across, width }: Layout, shape: ProductSize): number => Math.ceil(shape[across] / width);

/** Lines that a matrix takes. */
export const linesOf = (layout: Layout, shape: ProductSize): number => foldsAcross(layout, shape) * shape[layout.along];

/** Where the element at an index is: the line, counted from the matrix's first, and the byte or lane of it. */
export function placeOf(
  { across, width, along }: Layout,
  shape: ProductSize,
  index: ProductSize,
): { readonly line: number; readonly lane: number } {
  return { line: Math.floor(index[across] / width) * shape[along] + index[along], lane: index[across] % width };
}

/**
 * The layouts of an array whose columns are columns of C, and whose rows are what stays in it: elements of k with
 * weights stationary, rows of C with outputs stationary. The sizes are numbers, or what they are called.
 */
export function arrayLayouts<Width>(
  { rows, cols }: { readonly rows: Width; readonly cols: Width },
  dataflow: Dataflow,
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

/** {@link placeOf} as the text of the instruction set has it: of a matrix whose first line is `first`. */
export function placeText({ across, width, along }: Layout<string>, memory: 'spm' | 'acc', first: string): string {
  const line = `${memory}[${first} + (${indices[across]} / ${width})*${along} + ${indices[along]}]`;
  return `${line}.${memory === 'spm' ? 'byte' : 'lane'}[${indices[across]} % ${width}]`;
}
