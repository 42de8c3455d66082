/** Whether a sum can grow past its width: where it cannot, nothing has to be cut off. */
import type { FlatId, FlatNode } from '../flat/types.ts';
import { argument, argumentsOf, constantOf, node, widthOfNode, type Fn } from './function.ts';

/** Whether an `add` or `sub` gives what it would without a limit: of operands that were extended for it. */
export function staysInWidth(fn: Fn, { node: ir, type, id }: FlatNode): boolean {
  if (ir.kind !== 'op' || type.kind === 'vec') return false;
  // A difference of numbers without a sign can be negative.
  if (ir.op !== 'add' && !(ir.op === 'sub' && type.kind === 'sint')) return false;
  const args = argumentsOf(node(fn, id));
  const widest = Math.max(significant(fn, argument(args, 0)), significant(fn, argument(args, 1)));
  return widest < type.width;
}

/** Bits in which a number fits, its sign included. */
function significant(fn: Fn, id: FlatId): number {
  const flat = node(fn, id);
  const fixed = constantOf(fn, id);
  if (fixed !== null && flat.type.kind === 'uint') return fixed.toString(2).length;
  if (flat.node.kind !== 'op' || flat.node.op !== 'extend') return widthOfNode(fn, id);
  const from = argument(argumentsOf(flat), 0);
  return node(fn, from).type.kind === flat.type.kind ? significant(fn, from) : widthOfNode(fn, id);
}
