import { present } from '../../library.ts';
import { idOf } from '../flat/flatten.ts';
import type { FlatNode } from '../flat/types.ts';
import type { Block, Body } from '../plan/blocks.ts';
import { formOf, sizeOf } from '../storage.ts';
import { copy, localType, store } from './access.ts';
import { callKernel } from './kernels.ts';
import { formOfNode, mostLocals, node, type Fn } from './function.ts';
import { gatherGridOutput } from './grid-outputs.ts';
import { stepParts } from './statements.ts';
import { compute, push } from './value.ts';

/** Works out and keeps what is placed just before a step of a block. */
export function emitPlaced(fn: Fn, block: Block, anchor: number): void {
  const { plan, context } = fn;
  for (const rank of (block.placed.get(anchor) ?? []).toSorted((a, b) => a - b)) {
    const item = present(plan.order[rank], `placed item ${rank}`);
    if (typeof item === 'string') callKernel(fn, context.groupKernel(item));
    else keep(fn, node(fn, item));
  }
}

/** Something to write: all of a body, or what the function writes. */
export type Part = Body | (() => void);

/**
 * Writes parts in order, each with all that is inside it; with a list of its own, so that nests of bodies cost no call
 * stack.
 */
export function emitParts(fn: Fn, parts: readonly Part[]): void {
  const rest: (() => void)[] = [];
  const put = (next: readonly Part[]): void => {
    for (const part of next.toReversed())
      rest.push(
        typeof part === 'function'
          ? part
          : () => {
              from(part, 0);
            },
      );
  };
  const from = (body: Body, anchor: number): void => {
    const step = body.steps[anchor];
    if (step === undefined) return;
    rest.push(() => {
      from(body, anchor + 1);
    });
    emitPlaced(fn, body.block, anchor);
    put(stepParts(fn, step, body.frame));
  };
  put(parts);
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) next();
}

/**
 * Whether a value must lie in memory: for functions that are called, or since what it points into is about to change.
 */
function mustCopy(fn: Fn, flat: FlatNode): boolean {
  return fn.plan.exported.has(flat.id) || (fn.context.early.has(flat.id) && formOf(flat.type) === 'address');
}

function keep(fn: Fn, flat: FlatNode): void {
  const { code, context } = fn;
  const { id, type } = flat;
  const form = formOf(type);
  if (flat.node.kind === 'wire') {
    const local = wire(fn, flat);
    if (mustCopy(fn, flat)) {
      fn.held.set(id, { kind: 'local', local });
      const address = toSlot(fn, flat, () => {
        push(fn, id);
      });
      fn.held.set(id, { kind: 'memory', address });
      return;
    }
    if (form === 'address' || code.locals.length <= mostLocals) {
      fn.held.set(id, { kind: 'local', local });
      return;
    }
    const address = context.temporary(sizeOf(type));
    code.i32(0);
    code.get(local);
    store(code, type, address);
    code.release(localType(form), local);
    fn.held.set(id, { kind: 'memory', address });
    return;
  }
  if (mustCopy(fn, flat)) {
    const { node: ir } = flat;
    const address = context.slot(id);
    // Straight to its place: vector loads of what was just written in pieces would wait for all of them.
    if (ir.kind === 'gridOutput') gatherGridOutput(fn, flat, ir, address);
    else
      toSlot(fn, flat, () => {
        compute(fn, flat);
      });
    fn.held.set(id, { kind: 'memory', address });
  } else if (form !== 'address' && code.locals.length > mostLocals) {
    const address = context.temporary(sizeOf(type));
    code.i32(0);
    compute(fn, flat);
    store(code, type, address);
    fn.held.set(id, { kind: 'memory', address });
  } else {
    const local = code.local(localType(form));
    compute(fn, flat);
    code.set(local);
    fn.held.set(id, { kind: 'local', local });
  }
}

/** Copies what `pushValue` pushes into the node's slot. */
function toSlot(fn: Fn, { id, type }: FlatNode, pushValue: () => void): number {
  const { code, context } = fn;
  const address = context.slot(id);
  if (formOf(type) === 'address') {
    const [from, to] = [code.local('i32'), code.local('i32')];
    pushValue();
    code.set(from);
    code.i32(address);
    code.set(to);
    copy(code, to, 0, from, 0, sizeOf(type));
    code.release('i32', from);
    code.release('i32', to);
  } else {
    code.i32(0);
    pushValue();
    store(code, type, address);
  }
  return address;
}

/** Works a wire out by the statements that assign it; returns the local that then holds its value. */
function wire(fn: Fn, flat: FlatNode): number {
  const { code, plan } = fn;
  const ir = flat.node;
  const local = code.local(localType(formOfNode(fn, flat.id)));
  if (ir.kind === 'wire' && ir.fallback !== null) {
    push(fn, idOf(flat.frame, ir.fallback));
    code.set(local);
  }
  const targets = fn.wires;
  targets.set(flat.id, local);
  emitParts(fn, [present(plan.wires.get(flat.id), 'body of a wire')]);
  targets.delete(flat.id);
  return local;
}
