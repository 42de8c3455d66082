/**
 * Whether an FST file is whole: the converter does not notice a full disk. A file is a row of blocks, each a byte of kind and 8 bytes of
 * length, most significant first, themselves included (GTKWave's fstapi.c).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const HEADER = 0;
const GEOMETRY = 3;
const HIERARCHY: readonly number[] = [4, 6, 7];
const HEAD_BYTES = 9;

/** @throws what reading it throws */
export function isWholeFst(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const head = Buffer.alloc(HEAD_BYTES);
    const kinds = new Set<number>();
    let at = 0;
    while (at < size && readSync(fd, head, 0, HEAD_BYTES, at) === HEAD_BYTES) {
      const length = Number(head.readBigUInt64BE(1));
      if (length < HEAD_BYTES - 1) return false;
      kinds.add(head.readUInt8(0));
      at += 1 + length;
    }
    return at === size && kinds.has(HEADER) && kinds.has(GEOMETRY) && HIERARCHY.some((kind) => kinds.has(kind));
  } finally {
    closeSync(fd);
  }
}
