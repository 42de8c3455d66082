/**
 * What an FST file holds: the converter does not notice a full disk, and may be ended by the system. A file is a row of
 * blocks, each a byte of kind and 8 bytes of length, most significant first, themselves included (GTKWave's fstapi.c).
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER = 0;
const VALUES: readonly number[] = [1, 5, 8];
const GEOMETRY = 3;
const HIERARCHY: readonly number[] = [4, 6, 7];
export const HEAD_BYTES = 9;

/**
 * `partial`: some of the values, which GTKWave shows as long as the file of names, {@link namesBeside}, lies beside it.
 */
export type FstState = 'whole' | 'partial' | 'broken';

/** Where the converter keeps names until its file is whole. */
export function namesBeside(path: string): string {
  return `${path}.hier`;
}

/** @throws what reading it throws */
export function fstState(path: string): FstState {
  const fd = openSync(path, 'r');
  try {
    const blocks = [...blocksOf(fd)];
    const kinds = new Set(blocks.map(({ kind }) => kind));
    const isCut = (blocks.at(-1)?.end ?? 0) !== fstatSync(fd).size;
    if (!isCut && [HEADER, GEOMETRY].every((kind) => kinds.has(kind)) && HIERARCHY.some((kind) => kinds.has(kind)))
      return 'whole';
    return kinds.has(HEADER) && VALUES.some((kind) => kinds.has(kind)) && existsSync(namesBeside(path))
      ? 'partial'
      : 'broken';
  } finally {
    closeSync(fd);
  }
}

/** A block: its kind, where it begins, and where the next does. */
export interface Block {
  readonly kind: number;
  readonly at: number;
  readonly end: number;
}

/** The blocks that are there to their end, up to the first that is not. */
export function* blocksOf(fd: number): Generator<Block, void, void> {
  const { size } = fstatSync(fd);
  const head = Buffer.alloc(HEAD_BYTES);
  let at = 0;
  while (at < size && readSync(fd, head, 0, HEAD_BYTES, at) === HEAD_BYTES) {
    const length = Number(head.readBigUInt64BE(1));
    const end = at + 1 + length;
    if (length < HEAD_BYTES - 1 || end > size) return;
    yield { kind: head.readUInt8(0), at, end };
    at = end;
  }
}
