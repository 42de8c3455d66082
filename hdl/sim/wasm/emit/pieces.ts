/** Wide numbers put together from pieces at places that are known: word by word, each stored once. */
import type { Local } from '../../../webassembly/code.ts';
import type { FlatId } from '../flat/types.ts';
import { wordsOf } from '../storage.ts';
import { widthOfNode, type Fn } from './function.ts';
import { pushBits, pushBitsAddress } from './value.ts';

/** A number in a local: itself (i64), or if it is wider its address. Bit i of it becomes bit `position` + i. */
export interface Piece { readonly local: Local; readonly wide: boolean; readonly width: number; readonly position: number }

export function pieceOf(fn: Fn, id: FlatId): Omit<Piece, 'position'> {
  const { code } = fn;
  const width = widthOfNode(fn, id);
  const wide = width > 64;
  const local = code.local(wide ? 'i32' : 'i64');
  if (wide) pushBitsAddress(fn, id);
  else pushBits(fn, id, 'i64');
  code.set(local);
  return { local, wide, width };
}

/** Side by side, the first one most significant. */
export function piecesOf(fn: Fn, ids: readonly FlatId[]): Piece[] {
  let position = ids.reduce((sum, id) => sum + widthOfNode(fn, id), 0);
  return ids.map((id) => {
    const piece = pieceOf(fn, id);
    position -= piece.width;
    return { ...piece, position };
  });
}

/** Stores `words` words at `at`: pieces where they are, zeros elsewhere. Gives the pieces' locals back. */
export function pushPieces({ code }: Fn, at: number, words: number, pieces: readonly Piece[]): void {
  for (let word = 0; word < words; word++) {
    const low = 64 * word;
    const here = pieces.filter(({ position, width }) => position < low + 64 && position + width > low);
    code.i32(0);
    if (here.length === 0) code.i64(0n);
    here.forEach((piece, i) => {
      pushWindow(code, piece, low - piece.position);
      if (i > 0) code.op('i64.or');
    });
    code.memory('i64.store', at + 8 * word);
  }
  for (const { local, wide } of pieces) code.release(wide ? 'i32' : 'i64', local);
}

/** Pushes the 64 bits of a piece from bit `from` on, zeros where it has none; `from` may be negative. */
function pushWindow(code: Fn['code'], { local, wide, width }: Piece, from: number): void {
  const shift = (by: number, op: 'i64.shl' | 'i64.shr_u'): void => {
    if (by === 0) return;
    code.i64(BigInt(by));
    code.op(op);
  };
  if (!wide) {
    code.get(local);
    shift(Math.abs(from), from < 0 ? 'i64.shl' : 'i64.shr_u');
    return;
  }
  const word = Math.floor(from / 64);
  const bit = from - 64 * word;
  const has = (index: number): boolean => index >= 0 && index < wordsOf(width);
  if (has(word)) { code.get(local); code.memory('i64.load', 8 * word); shift(bit, 'i64.shr_u'); }
  if (bit === 0 || !has(word + 1)) return;
  code.get(local); code.memory('i64.load', 8 * (word + 1)); shift(64 - bit, 'i64.shl');
  if (has(word)) code.op('i64.or');
}
