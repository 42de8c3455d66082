/** Wide numbers put together from pieces at places that are known: word by word, each stored once. */
import type { Local } from '../../../webassembly/code.ts';
import type { FlatId } from '../flat/types.ts';
import { wordsOf } from '../storage.ts';
import { widthOfNode, type Fn } from './function.ts';
import { pushBits, pushBitsAddress } from './value.ts';

/** A number in a local: itself (i64), or if it is wider its address. Bit i of it becomes bit `position` + i. */
export interface Piece {
  readonly local: Local;
  readonly wide: boolean;
  readonly width: number;
  readonly position: number;
}

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

/** From here on code word by word is too long. */
const mostWords = 64;
const mostPieces = 256;

export function isLong(words: number, pieces: number): boolean {
  return words > mostWords || pieces > mostPieces;
}

/**
 * Stores nodes side by side in `words` words at `at`, the first one most significant: each by a call, whatever its
 * width.
 */
export function depositPieces(fn: Fn, at: number, words: number, ids: readonly FlatId[]): void {
  const { code, context } = fn;
  code.i32(at);
  code.i32(0);
  code.i32(8 * words);
  code.memoryFill();
  let position = ids.reduce((sum, id) => sum + widthOfNode(fn, id), 0);
  for (const id of ids) {
    const width = widthOfNode(fn, id);
    position -= width;
    code.i32(at);
    code.i32(position);
    if (width > 64) {
      pushBitsAddress(fn, id);
      code.i32(0);
    } else {
      pushBits(fn, id, 'i64');
    }
    code.i32(width);
    code.call(context.helper(width > 64 ? 'depositMany' : 'deposit'));
  }
}

/**
 * Stores the bits of a number of more than 64 from bit `low` on, as many as `words` words hold, at `at`, and zeros
 * after them.
 */
export function depositFrom(fn: Fn, at: number, words: number, id: FlatId, low: number): void {
  const { code, context } = fn;
  code.i32(at);
  code.i32(0);
  code.i32(8 * words);
  code.memoryFill();
  code.i32(at);
  code.i32(0);
  pushBitsAddress(fn, id);
  code.i32(low);
  code.i32(Math.min(widthOfNode(fn, id) - low, 64 * words));
  code.call(context.helper('depositMany'));
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
  if (has(word)) {
    code.get(local);
    code.memory('i64.load', 8 * word);
    shift(bit, 'i64.shr_u');
  }
  if (bit === 0 || !has(word + 1)) return;
  code.get(local);
  code.memory('i64.load', 8 * (word + 1));
  shift(64 - bit, 'i64.shl');
  if (has(word)) code.op('i64.or');
}
