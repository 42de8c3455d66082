/** Jobs of the vector unit: what they make of lines, a byte or a sum a lane. */
import { bit, enumeration, select, sint, struct, uint, type SignalOf } from '../../hdl/index.ts';
import { LOCAL_BITS } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';

/** How a product that has to be rounded is: see requantise.ts. */
export const roundingNames = ['double', 'up', 'away', 'even', 'down', 'float'] as const;
export type Rounding = (typeof roundingNames)[number];
export const rounding = enumeration('rounding', roundingNames);

/**
 * Which digit of a result of 16 bits, in base 256, is stored: `high` has a sign, and so has `low`, as it is less by
 * 128; `none` where the result is a byte.
 */
export const digitNames = ['none', 'low', 'high'] as const;
export const digit = enumeration('digit', digitNames);
/** What becomes of sums of several planes: the largest counts, or they are digits in base 256, the highest first. */
export const combineNames = ['largest', 'digits'] as const;
export const combine = enumeration('combine', combineNames);

/** Lines from one fold of channels to the next, and from one row of a picture to the next. */
const distance = uint(DIMENSION_BITS);

/** Where results go, and for how many channels. */
const resultFields = { to: uint(LOCAL_BITS), toFold: distance, toRow: distance, n: uint(DIMENSION_BITS) };
/** The range of the results, once what stands for 0 was added. */
const rangeFields = { rounding, zero: sint(9), low: sint(9), high: sint(9) };

/**
 * `m` lines of sums of each fold of channels follow each other from line `from` on; their bytes go to rows of `width`
 * lines from line `to` on. There may be several `planes` of such lines, `fromPlane` apart, whose sums are combined.
 * `perChannel`: the bias, the multiplier and the shift of a channel are in its lane of three lines for each fold, from
 * `parameters` on; else those given, and no bias.
 */
export const requantiseFields = {
  from: uint(LOCAL_BITS),
  fromFold: distance,
  ...resultFields,
  width: uint(DIMENSION_BITS),
  m: uint(DIMENSION_BITS),
  parameters: uint(LOCAL_BITS),
  perChannel: bit,
  multiplier: sint(32),
  shift: sint(8),
  ...rangeFields,
  planes: uint(8),
  fromPlane: distance,
  combine,
  digit,
};

/** A picture in the scratchpad; a byte of a line less `fromZero` is a value, of bytes that are `unsigned` or not. */
const pictureFields = {
  from: uint(LOCAL_BITS),
  fromFold: distance,
  fromRow: distance,
  width: uint(DIMENSION_BITS),
  height: uint(DIMENSION_BITS),
  fromZero: sint(9),
  unsigned: bit,
};

const small = uint(8);
/**
 * A window of the picture for each place of the result: that of place (v, u) begins at row v·strideY − top and column
 * u·strideX − left. What of it is outside of the picture does not count.
 */
const windowFields = {
  kernelHeight: small,
  kernelWidth: small,
  strideY: small,
  strideX: small,
  top: small,
  left: small,
  outHeight: uint(DIMENSION_BITS),
  outWidth: uint(DIMENSION_BITS),
};

/** The taps of a fold's kernel are in lines that follow each other from `weights` on, row by row, fold by fold. */
export const depthwiseFields = {
  ...pictureFields,
  ...resultFields,
  ...windowFields,
  weights: uint(LOCAL_BITS),
  parameters: uint(LOCAL_BITS),
  ...rangeFields,
};

/** What a window's values become: their sum, which is requantised, or the largest of the bytes as they are. */
export const reductionNames = ['sum', 'max'] as const;
const reduction = enumeration('reduction', reductionNames);
export const poolFields = {
  ...pictureFields,
  ...resultFields,
  ...windowFields,
  reduction,
  multiplier: sint(32),
  shift: sint(8),
  ...rangeFields,
};

/** Lines of a picture, of each fold of channels `m` in rows of `width`; their bytes become as many others. */
const elementFields = {
  from: uint(LOCAL_BITS),
  fromFold: distance,
  fromRow: distance,
  ...resultFields,
  width: uint(DIMENSION_BITS),
  m: uint(DIMENSION_BITS),
};

/** What is made of an element of each of two pictures: see elementwise.ts. */
export const operatorNames = ['add', 'sub', 'mul', 'min', 'max'] as const;
export const operator = enumeration('operator', operatorNames);

/**
 * Two pictures, element by element: bytes that are `unsigned` or not, less their zero points, are scaled each to a
 * common scale (add, sub), and the result to its own.
 */
export const elementwiseFields = {
  ...elementFields,
  fromMultiplier: sint(32),
  fromZero: sint(9),
  unsigned: bit,
  operator,
  leftShift: uint(5),
  other: uint(LOCAL_BITS),
  otherFold: distance,
  otherRow: distance,
  otherZero: sint(9),
  fromShift: sint(8),
  otherMultiplier: sint(32),
  otherShift: sint(8),
  multiplier: sint(32),
  shift: sint(8),
  ...rangeFields,
};

/** Each byte becomes the entry of the table that its pattern counts to. */
export const lookupFields = elementFields;
/**
 * Over the n channels of each place. The powers of e of 0, −1 … −255 steps of the picture's scale are in lanes of lines
 * of the accumulator from `parameters` on: see softmax.ts.
 */
export const softmaxFields = {
  ...elementFields,
  unsigned: bit,
  parameters: uint(LOCAL_BITS),
  zero: sint(9),
  low: sint(9),
  high: sint(9),
};

/** The table's entries, as many in a line as the unit has lanes, in lines that follow each other. */
export const loadTableFields = { from: uint(LOCAL_BITS) };

export const vectorFields = {
  ...requantiseFields,
  ...depthwiseFields,
  ...poolFields,
  ...elementwiseFields,
  ...lookupFields,
  ...loadTableFields,
  ...softmaxFields,
};
/** Which operation it is: it follows from the command. */
export const operationNames = [
  'requantise',
  'depthwise',
  'pool',
  'elementwise',
  'lookup',
  'loadTable',
  'softmax',
] as const;
export const vectorImplied = { operation: enumeration('vector_operation', operationNames) };
export const vectorJob = struct({ ...vectorFields, ...vectorImplied });
export type VectorJob = SignalOf<typeof vectorJob>;

/**
 * A job with what its operation leaves open: depthwise has parameters for each channel, and the largest bytes stay as
 * they are.
 */
export function completed(job: VectorJob): VectorJob {
  const isMax = job.operation.is('pool').and(job.reduction.is('max'));
  return {
    ...job,
    perChannel: job.perChannel.or(job.operation.is('depthwise')),
    fromZero: select(isMax, 0, job.fromZero),
    multiplier: select(isMax, 2 ** 30, job.multiplier),
    shift: select(isMax, 1, job.shift),
    zero: select(isMax, 0, job.zero),
  };
}

/** Results of a row of a window's operation, at the most. */
export const MOST_RESULTS = 128;
/** Taps that are multiplied in a cycle; rows of a kernel are cut into groups of so many. */
export const TAPS = 3;
/** Bits of the numbers of a kernel's rows, and of the groups of its columns, where it has weights. */
export const [KERNEL_ROW_BITS, GROUP_BITS] = [4, 2];
/** The largest kernel that has weights. */
export const mostKernel = { rows: 2 ** KERNEL_ROW_BITS, columns: TAPS * 2 ** GROUP_BITS };
/** Powers of e in a line of softmax's: as many as there are lanes, but for a power of two. */
export const powersOfLine = (cols: number): number => 2 ** Math.floor(Math.log2(cols));
