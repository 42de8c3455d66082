/** Values of 16 cells: the parts of a block, each in a local. */
import type { Type } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import { present } from '../../library.ts';
import { load } from '../emit/access.ts';
import { argument, argumentsOf, constantOf, node, typeOf } from '../emit/function.ts';
import { push } from '../emit/value.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { formOf, scalarsOf, sizeOf } from '../storage.ts';
import {
  bitsOfNode,
  inArms,
  isBit,
  laneBitsOf,
  partsOf,
  pushBytes,
  pushLanes,
  remembered,
  shapeOf,
  type LaneBits,
  type VectorFn,
} from './block.ts';
import { sameElement, uniformAddress } from './elements.ts';
import { pushSettled, pushSource, pushStored } from './loads.ts';
import { isMaskFirst, maskAt, maskOf } from './logic.ts';
import { pushRead } from './memories.ts';
import { pushOperation } from './operations.ts';
import type { Which } from './planes.ts';
import { widened } from './widths.ts';

/** Part `index` of a node, in lanes of its own width, or of an element of a vector; single bits as 0 and 1. */
export function part(v: VectorFn, id: FlatId, index: number, element = 0): Local {
  if (v.uniform.has(id)) return splat(v, id, bitsOfNode(v, id), element);
  const flat = node(v.fn, id);
  if (isBit(flat.type) && isMaskFirst(flat)) {
    return remembered(v, `n${id}.0`, () => {
      v.fn.code.get(maskOf(v, id).bytes);
      pushBytes(v, 1);
      v.fn.code.vector('v128.and');
    });
  }
  return partOf(v, flat, index, element);
}

/** What a part of a node is remembered by; `n` and the number is what all of a number is known by. */
function keyOf(id: FlatId, index: number, element: number): string {
  return element === 0 ? `n${id}.${index}` : `n${id}:${element}.${index}`;
}

/** Part `index` of a node, or of an element of a vector, in lanes of `bits` ≥ its own width, extended by its kind. */
export function partAt(v: VectorFn, id: FlatId, bits: LaneBits, index: number, element = 0): Local {
  if (v.uniform.has(id)) return splat(v, id, bits, element);
  const { scalar } = scalarsOf(typeOf(v.fn, id));
  const key = element === 0 ? `n${id}` : `n${id}:${element}`;
  return widened(v, key, bitsOfNode(v, id), bits, index, scalar.kind === 'sint', (p) => part(v, id, p, element));
}
/** The same number in all lanes, extended to `bits` by its kind; of a vector one of its elements. */
function splat(v: VectorFn, id: FlatId, bits: LaneBits, element: number): Local {
  const { code } = v.fn;
  const type = typeOf(v.fn, id);
  const { scalar } = scalarsOf(type);
  return remembered(v, element === 0 ? `s${id}@${bits}` : `s${id}:${element}@${bits}`, () => {
    const fixed = constantOf(v.fn, id);
    if (fixed !== null) {
      const own = BigInt.asUintN(scalar.width, fixed >> BigInt(element * scalar.width));
      pushLanes(v, bits, scalar.kind === 'sint' ? BigInt.asIntN(scalar.width, own) : own);
      return;
    }
    if (type.kind === 'vec') {
      code.get(uniformAddress(v, id));
      load(code, scalar, element * sizeOf(scalar));
    } else {
      push(v.fn, id);
    }
    if (bits === 64 && formOf(scalar) === 'i32')
      code.op(scalar.kind === 'sint' ? 'i64.extend_i32_s' : 'i64.extend_i32_u');
    code.vector(`${shapeOf[bits]}.splat`);
  });
}

/** Part `index` of a wire: of those of its first element, then of the next. */
export function wireOf(v: VectorFn, id: FlatId, index: number): Local {
  const local = (v.wires.get(id) ?? v.wireValues(v, id))[index];
  if (local === undefined) throw new RangeError(`wire ${id} has no part ${index}`);
  return local;
}

/** The same for what masks do not stand for. */
export function partOf(v: VectorFn, flat: FlatNode, index: number, element: number): Local {
  const { id, node: ir, cell, storage, type } = flat;
  if (ir.kind === 'wire') return wireOf(v, id, element * partsOf(v, laneBitsOf(type)) + index);
  const key = keyOf(id, index, element);
  if (storage !== null)
    return remembered(v, key, () => {
      pushStored(v, flat, { element, part: index });
    });
  if (cell !== null)
    return remembered(v, key, () => {
      pushSource(v, flat, cell(), { element, part: index });
    });
  const settled = v.settled.get(id);
  if (settled !== undefined)
    return remembered(v, key, () => {
      pushSettled(v, flat, settled, { element, part: index });
    });
  if (ir.kind === 'read')
    return remembered(v, key, () => {
      pushRead(v, flat, ir, index);
    });
  if (ir.kind !== 'op') throw new RangeError(`a ${ir.kind} has no lanes`);
  if (ir.op === 'mux' && (v.uniform.has(argument(argumentsOf(flat), 0)) || laneBitsOf(type) >= fewestBranchedBits))
    return branchedMux(v, flat, index, element);
  const same = sameElement(v, flat, ir, element);
  if (same !== null) return part(v, same.id, index, same.element);
  return remembered(v, key, () => {
    pushOperation(v, flat, ir, index, element);
  });
}

/** Values of so many bits are several vectors, so that asking first whether any lane takes the first one pays. */
const fewestBranchedBits = 32;

/**
 * A choice that is the same for all lanes is a branch, made once for all parts. One by lane is a branch on whether any
 * lane takes the first value: controls that travel through an array are nearly always 0.
 */
function branchedMux(v: VectorFn, flat: FlatNode, index: number, element: number): Local {
  const { code } = v.fn;
  const known = v.known.get(keyOf(flat.id, index, element));
  if (known !== undefined) return known;
  const [condition, first, second] = [0, 1, 2].map((i) => argument(argumentsOf(flat), i));
  if (condition === undefined || first === undefined || second === undefined)
    throw new RangeError('a mux has three arguments');
  const places = whichOf(v, flat.type).map((which) => ({ ...which, local: code.local('v128') }));
  const take = (id: FlatId) => (): void => {
    for (const { from, local } of places.map((place) => ({ ...place, from: part(v, id, place.part, place.element) }))) {
      code.get(from);
      code.set(local);
    }
  };
  if (v.uniform.has(condition)) {
    push(v.fn, condition);
    code.if();
    inArms(
      v,
      () => {
        take(first)();
        code.else();
      },
      take(second),
    );
  } else {
    const bits = laneBitsOf(flat.type);
    code.get(maskOf(v, condition).bytes);
    code.vector('v128.any_true');
    code.if();
    inArms(
      v,
      () => {
        const operands = places.map(
          ({ part: p, element: e }) =>
            [part(v, first, p, e), part(v, second, p, e), maskAt(v, condition, bits, p)] as const,
        );
        places.forEach(({ local }, i) => {
          for (const operand of operands[i] ?? []) code.get(operand);
          code.vector('v128.bitselect');
          code.set(local);
        });
        code.else();
      },
      take(second),
    );
  }
  code.end();
  for (const { part: p, element: e, local } of places) v.known.set(keyOf(flat.id, p, e), local);
  return present(v.known.get(keyOf(flat.id, index, element)), 'part of a choice');
}

/** All parts of a value, those of its first element first. */
export function whichOf(v: VectorFn, type: Type): readonly Which[] {
  const parts = Array.from({ length: partsOf(v, laneBitsOf(type)) }, (_, p) => p);
  return Array.from({ length: scalarsOf(type).count }, (_, element) => parts.map((p) => ({ element, part: p }))).flat();
}
