import type { Type } from '../../../ir/types.ts';
import { typeWidth } from '../../../ir/walk.ts';
import type { Code, Local } from '../../../webassembly/code.ts';
import type { Domain, FlatId, FlatNode } from '../flat/types.ts';
import type { Context } from '../plan/context.ts';
import { nodeOf } from '../plan/dependencies.ts';
import type { Keepable } from '../plan/pass.ts';
import type { Plan } from '../plan/place.ts';
import { formOf, type Form } from '../storage.ts';
import { idOf } from '../flat/flatten.ts';
import type { Written } from '../plan/written.ts';

/** Where a kept value is: in a local (of an address-form value: the address), or in memory at a fixed address. */
export type Held =
  | { readonly kind: 'local'; readonly local: Local }
  | { readonly kind: 'memory'; readonly address: number };

/** More values than this are kept in memory: V8's first compiler is slow on functions with many locals. */
export const mostLocals = 600;

/** Locals of a function over the cells of a grid. */
export interface CellLocals {
  readonly parentLane: Local;
  readonly lane: Local;
  readonly row: Local;
  readonly col: Local;
}

/** A function being written: its code, what it has worked out so far, and what it has overwritten so far. */
export interface Fn {
  readonly code: Code;
  readonly context: Context;
  readonly plan: Plan;
  readonly domain: Domain;
  /** Null in the top module's domain. */
  readonly cells: CellLocals | null;
  readonly held: Map<Keepable, Held>;
  /** Wires whose statements are being written: the locals that they assign. */
  readonly wires: Map<FlatId, Local>;
  readonly written: Written;
  /** Synchronous reads under way: whether enabled, and which word. */
  readonly reads: Map<
    FlatId,
    { readonly enabled: Held; readonly address: Held; readonly aside: number; readonly pristine: number }
  >;
  /** Registers of neighbours that must be read from a copy: port → address of the copy. */
  readonly copies: ReadonlyMap<FlatId, number>;
}

export function node(fn: Fn, id: FlatId): FlatNode {
  return nodeOf(fn.context.flat, id);
}

export function typeOf(fn: Fn, id: FlatId): Type {
  return node(fn, id).type;
}

export function formOfNode(fn: Fn, id: FlatId): Form {
  return formOf(typeOf(fn, id));
}

export function widthOfNode(fn: Fn, id: FlatId): number {
  return typeWidth(typeOf(fn, id));
}

/** The constant that a node is, or null. */
export function constantOf(fn: Fn, id: FlatId): bigint | null {
  const ir = node(fn, id).node;
  return ir.kind === 'const' ? ir.value : null;
}

/** The flat nodes of an operation's arguments. */
export function argumentsOf({ node: ir, frame }: FlatNode): FlatId[] {
  return ir.kind === 'op' ? ir.args.map((arg) => idOf(frame, arg)) : [];
}

export function argument(args: readonly FlatId[], index: number): FlatId {
  const id = args[index];
  if (id === undefined) throw new RangeError(`an operation has no argument ${index}`);
  return id;
}

/** Pushes lane × size: what to add to the address of lane 0. */
export function laneOffset(fn: Fn, size: number): void {
  scaled(fn.code, fn.cells?.lane ?? null, size);
}

export function parentLaneOffset(fn: Fn, size: number): void {
  const top = fn.domain.parent?.parent === null;
  scaled(fn.code, top ? null : (fn.cells?.parentLane ?? null), size);
}

function scaled(code: Code, index: Local | null, size: number): void {
  if (index === null) {
    code.i32(0);
    return;
  }
  code.get(index);
  times(code, size);
}

/** Multiplies the i32 on the stack. */
export function times(code: Code, factor: number): void {
  if (factor === 1) return;
  const shift = Math.log2(factor);
  code.i32(Number.isInteger(shift) ? shift : factor);
  code.op(Number.isInteger(shift) ? 'i32.shl' : 'i32.mul');
}

/** Writes arms of which at most one runs. */
export function branches(fn: Fn, ...arms: readonly (() => void)[]): void {
  fn.written.arms(arms);
}
