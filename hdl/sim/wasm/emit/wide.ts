/**
 * Operations whose result is a number of more than 64 bits, or a vector by its bit pattern: pushes the address of the
 * result.
 */
import type { OpNode } from '../../../ir/types.ts';
import { typeWidth } from '../../../ir/walk.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { liesPacked, sizeOf, wordsOf } from '../storage.ts';
import { argument, formOfNode, typeOf, widthOfNode, type Fn } from './function.ts';
import { depositFrom, depositPieces, isLong, pieceOf, piecesOf, pushPieces } from './pieces.ts';
import { push, pushBitsAddress, pushClamped, unpackTo } from './value.ts';

export function pushWide(fn: Fn, flat: FlatNode, ir: OpNode, args: readonly FlatId[]): void {
  const { code, context } = fn;
  const a = argument(args, 0);
  const width = typeWidth(flat.type);
  const words = wordsOf(width);
  if (ir.op === 'cast' && formOfNode(fn, a) === 'address' && sameLayout(fn, flat, a)) {
    push(fn, a);
    return;
  }
  const at = context.temporary(8 * words);
  const to = (): void => {
    code.i32(at);
  };
  const binary = (helper: 'add' | 'subtract' | 'and' | 'or' | 'xor' | 'multiply', extended: boolean): void => {
    const b = argument(args, 1);
    to();
    if (extended) {
      pushExtended(fn, a, words);
      pushExtended(fn, b, words);
    } else {
      pushBitsAddress(fn, a);
      pushBitsAddress(fn, b);
    }
    code.i32(words);
    code.call(context.helper(helper));
  };
  const resized = (low: number): void => {
    if (isLong(words, 1) && widthOfNode(fn, a) > 64) depositFrom(fn, at, words, a, low);
    else pushPieces(fn, at, words, [{ ...pieceOf(fn, a), position: -low }]);
  };
  switch (ir.op) {
    case 'add':
      binary('add', false);
      break;
    case 'sub':
      binary('subtract', false);
      break;
    case 'and':
    case 'or':
    case 'xor':
      binary(ir.op, false);
      break;
    case 'mul':
      binary('multiply', true);
      break;
    case 'not':
      to();
      pushBitsAddress(fn, a);
      code.i32(context.constant({ kind: 'uint', width: 64 * words }, (1n << BigInt(64 * words)) - 1n));
      code.i32(words);
      code.call(context.helper('xor'));
      break;
    case 'shl':
    case 'shr':
      shift(fn, flat, ir.op, args, at);
      break;
    case 'cat':
      if (isLong(words, args.length)) depositPieces(fn, at, words, args);
      else pushPieces(fn, at, words, piecesOf(fn, args));
      break;
    case 'slice':
      resized(ir.low);
      break;
    case 'extend':
    case 'truncate':
    case 'cast':
      if (ir.op !== 'extend' || typeOf(fn, a).kind !== 'sint') {
        resized(0);
        break;
      }
      to();
      code.i32(words);
      pushBitsAddress(fn, a);
      code.i32(widthOfNode(fn, a));
      code.i32(1);
      code.call(context.helper('resize'));
      break;
    default:
      throw new RangeError(`${ir.op} does not make a wide number`);
  }
  maskTop(fn, at, width);
  if (flat.type.kind === 'vec') unpackResult(fn, flat, at);
  else code.i32(at);
}

/** Whether the bits of two types lie the same way, so that a cast between them is nothing. */
function sameLayout(fn: Fn, flat: FlatNode, a: FlatId): boolean {
  const from = typeOf(fn, a);
  if (from.kind !== 'vec' && flat.type.kind !== 'vec') return true;
  return liesPacked(from) && liesPacked(flat.type) && sizeOf(from) === sizeOf(flat.type);
}

function maskTop(fn: Fn, at: number, width: number): void {
  const { code } = fn;
  if (width % 64 === 0) return;
  const offset = at + 8 * (wordsOf(width) - 1);
  code.i32(0);
  code.i32(0);
  code.memory('i64.load', offset);
  code.i64((1n << BigInt(width % 64)) - 1n);
  code.op('i64.and');
  code.memory('i64.store', offset);
}

/** Pushes the address of `words` words: the number extended by its kind. */
function pushExtended(fn: Fn, id: FlatId, words: number): void {
  const { code, context } = fn;
  const at = context.temporary(8 * words);
  code.i32(at);
  code.i32(words);
  pushBitsAddress(fn, id);
  code.i32(widthOfNode(fn, id));
  code.i32(typeOf(fn, id).kind === 'sint' ? 1 : 0);
  code.call(context.helper('resize'));
  code.i32(at);
}

function shift(fn: Fn, flat: FlatNode, op: 'shl' | 'shr', args: readonly FlatId[], at: number): void {
  const { code, context } = fn;
  const [a, amount] = [argument(args, 0), argument(args, 1)];
  const width = typeWidth(flat.type);
  const words = wordsOf(width);
  const signed = op === 'shr' && typeOf(fn, a).kind === 'sint';
  code.i32(at);
  if (signed) {
    const from = code.local('i32');
    pushExtended(fn, a, words);
    code.tee(from);
    code.i32(words);
    pushClamped(fn, amount, width - 1);
    code.get(from);
    code.memory('i64.load', 8 * (words - 1));
    code.i64(63n);
    code.op('i64.shr_s');
    code.release('i32', from);
  } else {
    pushBitsAddress(fn, a);
    code.i32(words);
    pushClamped(fn, amount, 64 * words - 1);
    if (op === 'shr') code.i64(0n);
  }
  code.call(context.helper(op === 'shl' ? 'shiftLeft' : 'shiftRight'));
  if (!signed) zeroPastWidth(fn, amount, width, at, words);
}

/** A shift by the width or more gives 0; the helper was told at most one less than its words hold. */
function zeroPastWidth(fn: Fn, amount: FlatId, width: number, at: number, words: number): void {
  const { code } = fn;
  if (width % 64 !== 0 || 2 ** widthOfNode(fn, amount) <= width) return;
  pushClamped(fn, amount, width);
  code.i32(width);
  code.op('i32.eq');
  code.if();
  code.i32(at);
  code.i32(0);
  code.i32(8 * words);
  code.memoryFill();
  code.end();
}

function unpackResult(fn: Fn, flat: FlatNode, from: number): void {
  const { code, context } = fn;
  const result = context.temporary(sizeOf(flat.type));
  const [source, target] = [code.local('i32'), code.local('i32')];
  code.i32(from);
  code.set(source);
  code.i32(result);
  code.set(target);
  unpackTo(fn, target, source, flat.type);
  code.release('i32', source);
  code.release('i32', target);
  code.i32(result);
}
