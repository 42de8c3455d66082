/** Statements over 16 cells: what is decided the same for all is a branch, what is not is a mask. */
import type { Statement } from '../../../ir/types.ts';
import { idOf } from '../flat/flatten.ts';
import type { FlatId, Frame, Storage } from '../flat/types.ts';
import { laneOffset, node, typeOf } from '../emit/function.ts';
import { pushEquals } from '../emit/statements.ts';
import { push } from '../emit/value.ts';
import { inArms, isBit, laneBitsOf, pushBytes, type Mask, type VectorFn } from './block.ts';
import { pushCurrent } from './loads.ts';
import { storeUpdated } from './elements.ts';
import { writeVectorMemory } from './memories.ts';
import { readFirst, type Framed } from './order.ts';
import { emitVectorCheck } from './checks.ts';
import { equalsAny, maskOf } from './logic.ts';
import { part, whichOf } from './values.ts';
import { storePlanes } from './planes.ts';
import { scalarsOf } from '../storage.ts';
import { maskPart } from './widths.ts';

const vectorBytes = 16;

function emitVectorStatements(v: VectorFn, statements: readonly Statement[], frame: Frame): void {
  emitFramed(
    v,
    statements.map((statement) => ({ statement, frame })),
  );
}

/** The same of several frames, of which none assigns what another one does. */
export function emitFramed(v: VectorFn, statements: readonly Framed[]): void {
  for (const { statement, frame } of readFirst(statements, v.reads)) emitVectorStatement(v, statement, frame);
}

function emitVectorStatement(v: VectorFn, statement: Statement, frame: Frame): void {
  switch (statement.kind) {
    case 'assign':
      assign(v, idOf(frame, statement.target), idOf(frame, statement.value));
      break;
    case 'when':
      when(v, statement, frame);
      break;
    case 'switch':
      if (v.uniform.has(idOf(frame, statement.subject))) uniformSwitch(v, statement, frame);
      else switchByLane(v, statement, frame);
      break;
    case 'check':
      emitVectorCheck(v, statement, frame);
      break;
    case 'write':
      writeVectorMemory(v, statement, frame);
      break;
  }
}

function when(v: VectorFn, { condition, then, otherwise }: Extract<Statement, { kind: 'when' }>, frame: Frame): void {
  const { code } = v.fn;
  const id = idOf(frame, condition);
  if (v.uniform.has(id)) {
    push(v.fn, id);
    code.if();
    inArms(
      v,
      () => {
        emitVectorStatements(v, then, frame);
        code.else();
      },
      () => {
        emitVectorStatements(v, otherwise, frame);
      },
    );
    code.end();
    return;
  }
  const { bytes } = maskOf(v, id);
  // Both arms may run: what the first one overwrites, the second one must not read.
  underMask(
    v,
    () => {
      code.get(bytes);
    },
    () => {
      emitVectorStatements(v, then, frame);
    },
    then.length === 0,
  );
  underMask(
    v,
    () => {
      code.get(bytes);
      code.vector('v128.not');
    },
    () => {
      emitVectorStatements(v, otherwise, frame);
    },
    otherwise.length === 0,
  );
}

/** Runs `body` for the lanes of a mask within those around, and not at all if there are none. */
function underMask(v: VectorFn, pushMask: () => void, body: () => void, empty: boolean): void {
  if (empty) return;
  const { code } = v.fn;
  const outer = v.mask;
  const bytes = code.local('v128');
  pushMask();
  if (outer !== null) {
    code.get(outer.bytes);
    code.vector('v128.and');
  }
  code.tee(bytes);
  code.vector('v128.any_true');
  code.if();
  v.mask = { key: `c${v.keys++}`, bytes };
  inArms(v, body);
  v.mask = outer;
  code.end();
}

type Switch = Extract<Statement, { kind: 'switch' }>;

/** Each case for the lanes of its values: all that are taken run. */
function switchByLane(v: VectorFn, { subject, cases, fallback }: Switch, frame: Frame): void {
  const { code } = v.fn;
  const id = idOf(frame, subject);
  // What a case overwrites, the choice between the next ones must not see.
  const taken = cases.map(({ values }) => equalsAny(v, id, values));
  cases.forEach(({ body }, i) => {
    underMask(
      v,
      () => {
        code.get(taken[i] ?? 0);
      },
      () => {
        emitVectorStatements(v, body, frame);
      },
      body.length === 0,
    );
  });
  underMask(
    v,
    () => {
      pushBytes(v, 0);
      for (const mask of taken) {
        code.get(mask);
        code.vector('v128.or');
      }
      code.vector('v128.not');
    },
    () => {
      emitVectorStatements(v, fallback, frame);
    },
    fallback.length === 0,
  );
}

function uniformSwitch(v: VectorFn, { subject, cases, fallback }: Switch, frame: Frame): void {
  const { code } = v.fn;
  const id = idOf(frame, subject);
  const arms = [
    ...cases.map(({ values, body }) => () => {
      values.forEach((value, i) => {
        pushEquals(v.fn, id, value);
        if (i > 0) code.op('i32.or');
      });
      if (values.length === 0) code.i32(0);
      code.if();
      emitVectorStatements(v, body, frame);
      code.else();
    }),
    () => {
      emitVectorStatements(v, fallback, frame);
    },
  ];
  inArms(v, ...arms);
  for (const _ of cases) code.end();
}

function assign(v: VectorFn, target: FlatId, value: FlatId): void {
  const { fn, mask } = v;
  const { code } = fn;
  const flat = node(fn, target);
  const bits = laneBitsOf(flat.type);
  const places = whichOf(v, flat.type);
  const wire = v.wires.get(target);
  if (wire !== undefined) {
    const values = isBit(flat.type)
      ? [maskOf(v, value).bytes]
      : places.map(({ part: p, element }) => part(v, value, p, element));
    wire.forEach((local, i) => {
      merge(
        v,
        mask,
        bits,
        places[i]?.part ?? 0,
        () => {
          code.get(values[i] ?? local);
        },
        () => {
          code.get(local);
        },
      );
      code.set(local);
    });
    return;
  }
  if (storeUpdated(v, target, value)) return;
  // All parts before the first store: neighbours' lanes overlap with the block's own.
  const values = places.map(({ part: p, element }) => part(v, value, p, element));
  const { storage } = flat;
  if (storage === null) throw new RangeError('only registers and wires are assigned');
  if (scalarsOf(flat.type).count > 1) {
    storePlanes(v, flat.type, values, mask?.bytes ?? null, storage);
  } else {
    values.forEach((local, p) => {
      laneOffset(fn, storage.size);
      merge(
        v,
        mask,
        bits,
        p,
        () => {
          code.get(local);
        },
        () => {
          pushCurrent(v, flat, p);
        },
      );
      code.vectorMemory('v128.store', storage.address + vectorBytes * p);
    });
  }
  fn.written.add(target);
}

/** Pushes the new value in the mask's lanes and the old one elsewhere. */
function merge(
  v: VectorFn,
  mask: Mask | null,
  bits: 8 | 16 | 32 | 64,
  index: number,
  pushNew: () => void,
  pushOld: () => void,
): void {
  const { code } = v.fn;
  const lanes = mask === null ? null : maskPart(v, mask, bits, index);
  pushNew();
  if (lanes === null) return;
  pushOld();
  code.get(lanes);
  code.vector('v128.bitselect');
}

/** Works out a wire for all lanes: its locals by part; of one bit, the mask. */
export function wireValues(v: VectorFn, id: FlatId): readonly number[] {
  const { fn } = v;
  const { code, context } = fn;
  const flat = node(fn, id);
  if (flat.node.kind !== 'wire') throw new RangeError('not a wire');
  const single = isBit(flat.type);
  const places = single ? [{ part: 0, element: 0 }] : whichOf(v, flat.type);
  const keys = places.map((_, i) => `w${id}.${i}`);
  const known = keys.map((key) => v.known.get(key));
  if (known.every((local) => local !== undefined)) return known;
  const locals = keys.map(() => code.local('v128'));
  const { fallback } = flat.node;
  if (fallback !== null) {
    const from = idOf(flat.frame, fallback);
    const values = single ? [maskOf(v, from).bytes] : places.map(({ part: p, element }) => part(v, from, p, element));
    locals.forEach((local, p) => {
      code.get(values[p] ?? local);
      code.set(local);
    });
  }
  const outer = v.mask;
  v.mask = null;
  v.wires.set(id, locals);
  emitVectorStatements(v, context.slices.of(flat.frame, flat.local), flat.frame);
  v.wires.delete(id);
  v.mask = outer;
  keys.forEach((key, p) => {
    v.known.set(key, locals[p] ?? 0);
  });
  return locals;
}

/** Stores a node's lanes. */
export function storeVector(v: VectorFn, id: FlatId, storage: Storage): void {
  const { fn } = v;
  const type = typeOf(fn, id);
  const values = whichOf(v, type).map(({ part: p, element }) => part(v, id, p, element));
  if (scalarsOf(type).count > 1) {
    storePlanes(v, type, values, null, storage);
    return;
  }
  values.forEach((local, p) => {
    laneOffset(fn, storage.size);
    fn.code.get(local);
    fn.code.vectorMemory('v128.store', storage.address + vectorBytes * p);
  });
}
