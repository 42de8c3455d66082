/**
 * What a unit is to do, with all but addresses in DRAM and semaphores; and what it touches, as whoever schedules it
 * means it.
 */
import type { OperationFields } from '../isa/assembler.ts';
import type { OperationName } from '../isa/operations.ts';
import type { LocalBuffer } from './allocator.ts';
import type { CopyShape } from './cost.ts';
import type { Work } from './dependencies.ts';
import { foldsAcross, type Dimension, type Layout, type Layouts, type ProductSize } from '../matrix/layout.ts';
import { region, type Region } from './region.ts';
import { elementBytes, linesOfTensor, type Tensor } from './tensor.ts';

/** A byte of a tensor. */
export interface TensorPlace {
  readonly tensor: string;
  readonly offset: number;
}

/** Operations that copy from or to DRAM, and all others of units. */
type CopyOperation = 'load' | 'loadTransposed' | 'loadBlock' | 'store' | 'storeBlock';
type LocalOperation = Exclude<OperationName, CopyOperation | 'nop' | 'fence' | 'interrupt'>;

type Parameters = 'parameters' | 'perChannel';
type Distances = 'fromFold' | 'toFold' | 'toRow' | 'width' | keyof typeof onePlane;

type Copy = {
  [O in CopyOperation]: {
    readonly operation: O;
    readonly dram: TensorPlace;
    readonly fields: Omit<OperationFields<O>, 'dram'>;
  };
}[CopyOperation];
type Local = {
  [O in LocalOperation]: { readonly operation: O; readonly fields: OperationFields<O> };
}[LocalOperation];

/** What a unit is asked to do. */
export type Action = Copy | Local;
export type Step = Work & Action;

/** A part of a tensor. */
export interface Block {
  readonly tensor: Tensor;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

const linesFrom = ({ memory, address }: LocalBuffer, lines: number): Region => region(memory, address, lines);

/** How elements lie in lines: `width` of them in each, which follow each other in a tensor that has this order. */
export interface Lines {
  readonly width: number;
  readonly order: Tensor['order'];
}

/** Lines of an operand whose rows are counted by the dimension `rows` of a product. */
const linesOfLayout = ({ width, along }: Layout, rows: Dimension): Lines => ({
  width,
  order: along === rows ? 'rows' : 'columns',
});
/** Lines of the three matrices of a product. */
export const operandLines = ({ a, b, c }: Layouts): Readonly<Record<'a' | 'b' | 'c', Lines>> => ({
  a: linesOfLayout(a, 'm'),
  b: linesOfLayout(b, 'k'),
  c: linesOfLayout(c, 'm'),
});

/**
 * Copies a block between DRAM and a buffer. Rows, or columns, are cut into lines of `width` elements: the first pieces
 * of all of them are in lines that follow each other, the second ones `pitch` lines further, and so on. Where they are
 * not what follows each other in DRAM, a load of bytes transposes the block; longer elements are copied one by one.
 */
export function copyStep(unit: 'load' | 'store', block: Block, buffer: LocalBuffer, to: Lines, pitch: number): Step {
  const { tensor } = block;
  const { offset, lines, lineBytes, stride, pieceBytes, transposed, elements } = copyOf(block, to);
  const { along, across } = localOf({ lines, lineBytes, transposed });
  const fields = {
    lines,
    lineBytes,
    stride,
    space: buffer.memory,
    local: buffer.address,
    pieceBytes,
    lineStep: 1,
    pieceStep: pitch,
    onError: 'abort',
  } as const;
  const dram = inTensor(block);
  const local: Region = {
    memory: buffer.memory,
    from: buffer.address,
    length: along,
    count: Math.ceil(across / pieceBytes),
    stride: pitch,
  };
  const [reads, writes] = unit === 'load' ? [[dram], [local]] : [[local], [dram]];
  const place = { unit, dram: { tensor: tensor.name, offset }, reads, writes };
  if (elements === null) return { operation: transposed ? 'loadTransposed' : unit, ...place, fields };
  // Runs of one element below each other: a line is as high as it is long.
  const inRuns = {
    ...fields,
    rowLines: 0,
    rowStride: 0,
    rowStep: 0,
    runBytes: elements.bytes,
    runsAcross: 1,
    acrossStride: 0,
    downStride: elements.stride,
  };
  if (unit === 'store') return { operation: 'storeBlock', ...place, fields: inRuns };
  return { operation: 'loadBlock', ...place, fields: { ...inRuns, ...everywhere } };
}

/** A picture of one place, at which all runs are. */
const everywhere = {
  top: 0,
  left: 0,
  height: 1,
  width: 1,
  rowDown: 0,
  lineAcross: 0,
  runDown: 0,
  runAcross: 0,
  value: 0,
} as const;

/** How many local lines of a copy follow each other, and how many bytes lie across them. */
export const localOf = ({ lines, lineBytes, transposed }: Pick<CopyShape, 'lines' | 'lineBytes' | 'transposed'>) =>
  transposed ? { along: lineBytes, across: lines } : { along: lines, across: lineBytes };

/** The bytes of a block. */
function inTensor({ tensor, row, column, rows, columns }: Block): Region {
  const size = elementBytes[tensor.type];
  const { pitch } = linesOfTensor(tensor);
  const [first, count, inLine, from] =
    tensor.order === 'rows' ? [row, rows, columns, column] : [column, columns, rows, row];
  return {
    memory: `tensor ${tensor.name}`,
    from: (first * pitch + from) * size,
    length: inLine * size,
    count,
    stride: pitch * size,
  };
}

/** The lines of a block in DRAM, as a copy takes them. */
export function copyOf(block: Block, { width, order }: Lines): CopyShape {
  const { tensor } = block;
  const bytes = elementBytes[tensor.type];
  const { from: offset, length: lineBytes, count: lines, stride } = inTensor(block);
  const turned = tensor.order !== order;
  const pieceBytes = width * bytes;
  if (!turned || bytes === 1)
    return { offset, lines, lineBytes, stride, pieceBytes, transposed: turned, ofBytes: bytes === 1, elements: null };
  const [along, across] = [lineBytes / bytes, lines * bytes];
  const elements = { bytes, stride };
  return {
    offset,
    lines: along,
    lineBytes: across,
    stride: bytes,
    pieceBytes,
    transposed: false,
    ofBytes: false,
    elements,
  };
}

/** Multiplies what is in buffers, whose lines lie as the fields say, without rows. */
export function gemmStep(
  fields: Omit<OperationFields<'gemm'>, 'a' | 'b' | 'c'> & ProductSize,
  layouts: Layouts,
  { a, b, c }: Readonly<Record<'a' | 'b' | 'c', LocalBuffer>>,
): Step {
  const folds = (layout: Layout, { memory, address }: LocalBuffer, stride: number): Region => ({
    memory,
    from: address,
    length: fields[layout.along],
    count: foldsAcross(layout, fields),
    stride,
  });
  return {
    operation: 'gemm',
    unit: 'matrix',
    fields: { ...fields, a: a.address, b: b.address, c: c.address },
    reads: [folds(layouts.a, a, Number(fields.aFold)), folds(layouts.b, b, Number(fields.bFold))],
    writes: [folds(layouts.c, c, Number(fields.cFold))],
  };
}

/** Each sum for itself. */
const onePlane = { planes: 1, fromPlane: 0, combine: 'largest', digit: 'none' } as const;

/**
 * Requantises the first m lines of each of some folds that are `pitch` lines apart, in one buffer as in the other; by
 * scales in a third one where there is one for each column.
 */
export function requantiseStep(
  fields: Omit<OperationFields<'requantise'>, 'from' | 'to' | Parameters | Distances> & { readonly m: number },
  { folds, pitch }: { readonly folds: number; readonly pitch: number },
  {
    from,
    to,
    parameters,
  }: { readonly from: LocalBuffer; readonly to: LocalBuffer; readonly parameters: LocalBuffer | null },
): Step {
  const { m } = fields;
  const part = ({ memory, address }: LocalBuffer): Region => ({
    memory,
    from: address,
    length: m,
    count: folds,
    stride: pitch,
  });
  return {
    operation: 'requantise',
    unit: 'vector',
    fields: {
      ...fields,
      from: from.address,
      fromFold: pitch,
      to: to.address,
      toFold: pitch,
      toRow: m,
      width: m,
      parameters: parameters?.address ?? 0,
      perChannel: parameters === null ? 0 : 1,
      ...onePlane,
    },
    reads: [part(from), ...(parameters === null ? [] : [linesFrom(parameters, parameters.lines)])],
    writes: [part(to)],
  };
}
