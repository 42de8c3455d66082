/**
 * What a unit is to do, with all but addresses in DRAM and semaphores; and what it touches, as whoever schedules it
 * means it.
 */
import type { OperationFields } from '../isa/assembler.ts';
import type { LocalBuffer } from './allocator.ts';
import type { CopyShape } from './cost.ts';
import type { Work } from './dependencies.ts';
import { region, type Region } from './region.ts';
import { elementBytes, type Tensor } from './tensor.ts';

/** A byte of a tensor. */
export interface TensorPlace {
  readonly tensor: string;
  readonly offset: number;
}

interface Copy {
  readonly operation: 'load' | 'store';
  readonly dram: TensorPlace;
  readonly fields: Omit<OperationFields<'load'>, 'dram'>;
}
type Local<O extends 'gemm' | 'requantise'> = O extends 'gemm' | 'requantise'
  ? { readonly operation: O; readonly fields: OperationFields<O> }
  : never;

export type Step = Work & (Copy | Local<'gemm' | 'requantise'>);

/** A part of a tensor. */
export interface Block {
  readonly tensor: Tensor;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

const linesFrom = ({ memory, address }: LocalBuffer, lines: number): Region => region(memory, address, lines);

/**
 * Copies a block between DRAM and a buffer. What follows each other in DRAM, a row or a column by the tensor's order,
 * is cut into lines of `width` elements: the first pieces of all rows are in lines that follow each other, the second
 * ones `pitch` lines further, and so on.
 */
export function copyStep(
  operation: 'load' | 'store',
  block: Block,
  buffer: LocalBuffer,
  width: number,
  pitch: number,
): Step {
  const { tensor } = block;
  const { offset, lines, lineBytes, stride, pieceBytes } = copyOf(block, width);
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
  const dram: Region = { memory: `tensor ${tensor.name}`, from: offset, length: lineBytes, count: lines, stride };
  const local: Region = {
    memory: buffer.memory,
    from: buffer.address,
    length: lines,
    count: Math.ceil(lineBytes / pieceBytes),
    stride: pitch,
  };
  const [reads, writes] = operation === 'load' ? [[dram], [local]] : [[local], [dram]];
  return { operation, unit: operation, dram: { tensor: tensor.name, offset }, fields, reads, writes };
}

/** The lines of a block in DRAM, as a copy with local lines of `width` elements takes them. */
export function copyOf({ tensor, row, column, rows, columns }: Block, width: number): CopyShape {
  const size = elementBytes[tensor.type];
  const [first, lines, inLine, from, pitch] =
    tensor.order === 'rows'
      ? [row, rows, columns, column, tensor.shape[1]]
      : [column, columns, rows, row, tensor.shape[0]];
  return {
    offset: (first * pitch + from) * size,
    lines,
    lineBytes: inLine * size,
    stride: pitch * size,
    pieceBytes: width * size,
  };
}

/** Multiplies what is in buffers; each is as many lines as the job takes. */
export function gemmStep(
  fields: Omit<OperationFields<'gemm'>, 'a' | 'b' | 'c'>,
  { a, b, c }: Readonly<Record<'a' | 'b' | 'c', LocalBuffer>>,
): Step {
  return {
    operation: 'gemm',
    unit: 'matrix',
    fields: { ...fields, a: a.address, b: b.address, c: c.address },
    reads: [linesFrom(a, a.lines), linesFrom(b, b.lines)],
    writes: [linesFrom(c, c.lines)],
  };
}

/** Requantises sums in a buffer, by scales in another one where there is one for each column. */
export function requantiseStep(
  fields: Omit<OperationFields<'requantise'>, 'from' | 'to' | 'parameters' | 'perChannel'>,
  {
    from,
    to,
    parameters,
  }: { readonly from: LocalBuffer; readonly to: LocalBuffer; readonly parameters: LocalBuffer | null },
): Step {
  return {
    operation: 'requantise',
    unit: 'vector',
    fields: {
      ...fields,
      from: from.address,
      to: to.address,
      parameters: parameters?.address ?? 0,
      perChannel: parameters === null ? 0 : 1,
    },
    reads: [from, ...(parameters === null ? [] : [parameters])].map((buffer) => linesFrom(buffer, buffer.lines)),
    writes: [linesFrom(to, to.lines)],
  };
}
