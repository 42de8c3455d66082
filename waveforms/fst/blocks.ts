/**
 * What an FST file holds: the converter does not notice a full disk, and may be ended by the system. A file is a row of
 * blocks, each a byte of kind and 8 bytes of length, most significant first, themselves included (GTKWave's fstapi.c).
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER = 0;
const VALUES: readonly number[] = [1, 5, 8];
const GEOMETRY = 3;
const HIERARCHY: readonly number[] = [4, 6, 7];
const HEAD_BYTES = 9;

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
    const { kinds, isCut } = blocksOf(fd);
    if (!isCut && [HEADER, GEOMETRY].every((kind) => kinds.has(kind)) && HIERARCHY.some((kind) => kinds.has(kind)))
      return 'whole';
    return kinds.has(HEADER) && VALUES.some((kind) => kinds.has(kind)) && existsSync(namesBeside(path))
      ? 'partial'
      : 'broken';
  } finally {
    closeSync(fd);
  }
}

/** The kinds of the blocks that are there to their end, and whether something else follows. */
function blocksOf(fd: number): { readonly kinds: ReadonlySet<number>; readonly isCut: boolean } {
  const { size } = fstatSync(fd);
  const head = Buffer.alloc(HEAD_BYTES);
  const kinds = new Set<number>();
  let at = 0;
  while (at < size && readSync(fd, head, 0, HEAD_BYTES, at) === HEAD_BYTES) {
    const length = Number(head.readBigUInt64BE(1));
    if (length < HEAD_BYTES - 1 || at + 1 + length > size) break;
    kinds.add(head.readUInt8(0));
    at += 1 + length;
  }
  return { kinds, isCut: at !== size };
}
