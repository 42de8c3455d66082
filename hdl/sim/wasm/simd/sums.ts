/**
 * Sums of many numbers that lose nothing, whichever of them are added first: those that are all bytes, or halves, of a
 * word are added where they lie, neighbours to each other, instead of being taken out of it one by one.
 */
import type { Local } from '../../../webassembly/code.ts';
import { argument, argumentsOf, node, widthOfNode } from '../emit/function.ts';
import { staysInWidth } from '../emit/growth.ts';
import type { FlatId } from '../flat/types.ts';
import { bitsOfNode, pushLanes, remembered, type LaneBits, type VectorFn } from './block.ts';
import { sameElement } from './elements.ts';
import { part, partAt } from './values.ts';
import { narrowed } from './widths.ts';

/** A sum as words whose fields are all added, and what else is. */
interface FieldSum {
  readonly words: readonly { readonly word: FlatId; readonly field: 8 | 16 }[];
  readonly others: readonly FlatId[];
}

interface Element {
  readonly id: FlatId;
  readonly element: number;
}

const wordBits = 32;
/** Of longer sums each part is looked at as a sum of its own. */
const mostTerms = 64;

/** Pushes part `index` of a sum in lanes of `bits` bits, wide enough for it; false where it has no words. */
export function pushFieldSum(v: VectorFn, id: FlatId, bits: LaneBits, index: number): boolean {
  const sum = bits > wordBits || v.uniform.has(id) ? null : fieldSum(v, id);
  if (sum === null) return false;
  v.fn.code.get(narrowed(v, `f${id}`, wordBits, bits, index, (p) => wordSum(v, id, sum, p)));
  return true;
}

/**
 * In lanes as wide as words. Bytes are added in halves of them as long as there are any, and only then the halves: as
 * products with one, which processors add in the same instruction, and which no sum of {@link mostTerms} bytes is too
 * large for.
 */
function wordSum(v: VectorFn, id: FlatId, { words, others }: FieldSum, index: number): Local {
  const { code } = v.fn;
  const [inBytes, inHalves] = [8, 16].map((width) => words.filter(({ field }) => field === width));
  return remembered(v, `f${id}.${index}`, () => {
    inBytes?.forEach(({ word }, i) => {
      code.get(part(v, word, index));
      code.vector('i16x8.extadd_pairwise_i8x16_u');
      if (i > 0) code.vector('i16x8.add');
      if (i < inBytes.length - 1) return;
      pushLanes(v, 16, 1n);
      code.vector('i32x4.dot_i16x8_s');
    });
    inHalves?.forEach(({ word }, i) => {
      code.get(part(v, word, index));
      code.vector('i32x4.extadd_pairwise_i16x8_u');
      if (i > 0 || inBytes?.length !== 0) code.vector('i32x4.add');
    });
    for (const other of others) {
      code.get(partAt(v, other, wordBits, index));
      code.vector('i32x4.add');
    }
  });
}

function fieldSum(v: VectorFn, id: FlatId): FieldSum | null {
  const terms: FlatId[] = [];
  const rest: FlatId[] = [id];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (terms.length + rest.length > mostTerms) return null;
    const flat = node(v.fn, next);
    const { node: ir, type } = flat;
    // Numbers with a sign are extended otherwise.
    if (type.kind !== 'uint') return null;
    const args = argumentsOf(flat);
    if (ir.kind === 'op' && ir.op === 'add' && staysInWidth(v.fn, flat)) rest.push(...args);
    else if (ir.kind === 'op' && ir.op === 'extend') rest.push(argument(args, 0));
    else terms.push(next);
  }
  const words: { word: FlatId; field: 8 | 16 }[] = [];
  const left = new Set(terms.keys());
  for (const field of [8, 16] as const) {
    const lows = Array.from({ length: wordBits / field }, (_, i) => i * field);
    const fields = new Map<FlatId, Map<number, number>>();
    for (const i of left) {
      const found = fieldOf(v, terms[i] ?? 0, field);
      if (found === null) continue;
      const known = fields.get(found.word) ?? new Map<number, number>();
      fields.set(found.word, known.set(found.low, i));
    }
    for (const [word, byLow] of fields) {
      if (!lows.every((low) => byLow.has(low))) continue;
      words.push({ word, field });
      for (const i of byLow.values()) left.delete(i);
    }
  }
  return words.length === 0 ? null : { words, others: [...left].map((i) => terms[i] ?? 0) };
}

/** The field of a word that a term is, or null. */
function fieldOf(v: VectorFn, term: FlatId, width: number): { readonly word: FlatId; readonly low: number } | null {
  let at: Element = { id: term, element: 0 };
  for (;;) {
    const flat = node(v.fn, at.id);
    const { node: ir, type } = flat;
    if (ir.kind !== 'op' || v.uniform.has(at.id)) return null;
    const same = sameElement(v, flat, ir, at.element);
    if (same !== null) {
      at = same;
      continue;
    }
    const low = ir.op === 'slice' ? ir.low : ir.op === 'truncate' ? 0 : null;
    if (low === null || type.kind !== 'uint' || type.width !== width || low % width > 0) return null;
    const word = argument(argumentsOf(flat), 0);
    const isWord =
      node(v.fn, word).type.kind === 'uint' && widthOfNode(v.fn, word) === wordBits && bitsOfNode(v, word) === wordBits;
    return isWord && !v.uniform.has(word) ? { word, low } : null;
  }
}
