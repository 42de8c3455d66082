import type { Statement } from '../../../ir/types.ts';
import { present } from '../../library.ts';
import { idOf } from '../flat/flatten.ts';
import type { FlatId, Frame } from '../flat/types.ts';
import type { Step } from '../plan/blocks.ts';
import { formOf } from '../storage.ts';
import { copy, store } from './access.ts';
import { emitBody } from './blocks.ts';
import { argument, argumentsOf, branches, formOfNode, laneOffset, node, typeOf, type Fn } from './function.ts';
import { writeMemory } from './memories.ts';
import { push } from './value.ts';
import { sizeOf } from '../storage.ts';
import { updateElement } from './vectors.ts';

export function emitStep(fn: Fn, { statement, inner }: Step, frame: Frame): void {
  const { code } = fn;
  switch (statement.kind) {
    case 'assign': assign(fn, idOf(frame, statement.target), idOf(frame, statement.value)); break;
    case 'write': writeMemory(fn, statement, frame); break;
    case 'check': check(fn, statement, frame); break;
    case 'when': {
      const [then, otherwise] = inner;
      if (then === undefined || otherwise === undefined) throw new RangeError('a when has two arms');
      push(fn, idOf(frame, statement.condition));
      if (then.steps.length === 0) code.op('i32.eqz');
      code.if();
      if (then.steps.length === 0) {
        branches(fn, () => { emitBody(fn, otherwise); });
      } else {
        branches(fn, () => { emitBody(fn, then); }, () => {
          if (otherwise.steps.length > 0) code.else();
          emitBody(fn, otherwise);
        });
      }
      code.end();
      break;
    }
    case 'switch': emitSwitch(fn, statement, inner, frame); break;
  }
}

function assign(fn: Fn, target: FlatId, value: FlatId): void {
  const { code } = fn;
  const wire = fn.wires.get(target);
  if (wire !== undefined) {
    push(fn, value);
    code.set(wire);
    return;
  }
  const { storage, type } = node(fn, target);
  if (storage === null) throw new RangeError('only registers and wires are assigned');
  if (formOf(type) !== 'address') {
    laneOffset(fn, storage.size);
    push(fn, value);
    store(code, type, storage.address);
  } else if (!updateInPlace(fn, target, value)) {
    const [from, to] = [code.local('i32'), code.local('i32')];
    push(fn, value);
    code.set(from);
    laneOffset(fn, storage.size);
    code.set(to);
    copy(code, to, storage.address, from, 0, sizeOf(type));
    code.release('i32', from);
    code.release('i32', to);
  }
  fn.written.add(target);
}

/** A vector register that takes itself with one element replaced: writes that element alone. */
function updateInPlace(fn: Fn, target: FlatId, value: FlatId): boolean {
  const flat = node(fn, value);
  if (flat.node.kind !== 'op' || flat.node.op !== 'update' || fn.held.has(value) || fn.written.has(target)) return false;
  const args = argumentsOf(flat);
  if (argument(args, 0) !== target || flat.type.kind !== 'vec' || fn.held.has(target)) return false;
  const { length, element } = flat.type;
  const { storage } = node(fn, target);
  updateElement(fn, argument(args, 1), argument(args, 2), { length, element, size: sizeOf(element) }, () => {
    laneOffset(fn, storage?.size ?? 0);
    fn.code.i32(storage?.address ?? 0);
    fn.code.op('i32.add');
  });
  return true;
}

type Switch = Extract<Statement, { kind: 'switch' }>;

/** Larger spans of case values are compared one by one. */
const widestTable = 1024;

/** Case i leaves i + 1 blocks inwards; each body then leaves the outermost one. */
function emitSwitch(fn: Fn, statement: Switch, inner: Step['inner'], frame: Frame): void {
  const { code } = fn;
  const subject = idOf(frame, statement.subject);
  const { cases } = statement;
  const bodies = cases.map((_, i) => present(inner[i], 'body of a case'));
  const fallback = present(inner[cases.length], 'fallback of a switch');
  for (let i = 0; i <= cases.length + 1; i++) code.block();
  const values = cases.flatMap(({ values: own }, i) => own.map((value) => ({ value, index: i })));
  const largest = values.reduce((most, { value }) => (value > most ? value : most), 0n);
  const form = formOfNode(fn, subject);
  if (form === 'i32' && typeOf(fn, subject).kind !== 'sint' && largest < BigInt(widestTable)) {
    const table = Array.from({ length: Number(largest) + 1 }, () => cases.length);
    for (const { value, index } of values) table[Number(value)] = index;
    push(fn, subject);
    code.brTable(table, cases.length);
  } else {
    for (const { value, index } of values) {
      pushEquals(fn, subject, value);
      code.brIf(index);
    }
    code.br(cases.length);
  }
  const arms = [...bodies, fallback].map((body, i) => () => {
    code.end();
    emitBody(fn, body);
    code.br(cases.length - i);
  });
  branches(fn, ...arms);
  code.end();
}

/** Pushes whether a node has that bit pattern. */
export function pushEquals(fn: Fn, subject: FlatId, value: bigint): void {
  const { code, context } = fn;
  const type = typeOf(fn, subject);
  const form = formOfNode(fn, subject);
  push(fn, subject);
  if (form === 'address') {
    code.i32(context.constant(type, value));
    code.i32(sizeOf(type));
    code.call(context.helper('sameBytes'));
    return;
  }
  const pattern = type.kind === 'sint' ? BigInt.asIntN(type.width, value) : value;
  if (form === 'i64') code.i64(pattern);
  else code.i32(Number(BigInt.asIntN(32, pattern)));
  code.op(`${form}.eq`);
}

type Check = Extract<Statement, { kind: 'check' }>;

function check(fn: Fn, statement: Check, frame: Frame): void {
  const { code, context, cells } = fn;
  const { checks } = context;
  const reset = context.flat.resets.get(frame.clocks.get(statement.clock)?.reset ?? '');
  push(fn, idOf(frame, statement.condition));
  if (statement.check !== 'cover') code.op('i32.eqz');
  if (reset !== undefined) {
    code.i32(0); code.memory('i32.load8_u', reset); code.op('i32.eqz');
    code.op('i32.and');
  }
  if (statement.check === 'cover') {
    code.if();
    const at = code.local('i32');
    laneOffset(fn, 8);
    code.tee(at);
    code.get(at);
    const address = checks.cover(frame, statement);
    code.memory('i64.load', address);
    code.i64(1n);
    code.op('i64.add');
    code.memory('i64.store', address);
    code.release('i32', at);
    code.end();
    return;
  }
  code.i32(0); code.memory('i32.load', checks.record); code.op('i32.eqz');
  code.op('i32.and');
  code.if();
  code.i32(0); code.i32(1 + checks.failure(frame, statement)); code.memory('i32.store', checks.record);
  code.i32(0);
  if (cells === null) code.i32(0);
  else code.get(cells.lane);
  code.memory('i32.store', checks.record + 4);
  code.end();
}
