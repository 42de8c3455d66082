import type { Statement } from '../../../ir/types.ts';
import { present } from '../../library.ts';
import { idOf } from '../flat/flatten.ts';
import type { FlatId, Frame } from '../flat/types.ts';
import type { Body, Step } from '../plan/blocks.ts';
import { formOf } from '../storage.ts';
import { copy, store } from './access.ts';
import { emitPlaced, type Part } from './blocks.ts';
import { argument, argumentsOf, formOfNode, laneOffset, node, typeOf, type Fn } from './function.ts';
import { writeMemory } from './memories.ts';
import { push } from './value.ts';
import { sizeOf } from '../storage.ts';
import { updateElement } from './vectors.ts';

/** The parts of a step, to be written in order: {@link emitParts}. */
export function stepParts(fn: Fn, step: Step, frame: Frame): readonly Part[] {
  if (step.kind === 'chain') return chainParts(fn, step);
  const { statement, inner } = step;
  switch (statement.kind) {
    case 'assign':
      return [
        () => {
          assign(fn, idOf(frame, statement.target), idOf(frame, statement.value));
        },
      ];
    case 'write':
      return [
        () => {
          writeMemory(fn, statement, frame);
        },
      ];
    case 'check':
      return [
        () => {
          check(fn, statement, frame);
        },
      ];
    case 'when':
      return whenParts(fn, idOf(frame, statement.condition), present(inner[0], 'then'), present(inner[1], 'otherwise'));
    case 'switch':
      return switchParts(fn, statement, inner, frame);
  }
}

function whenParts(fn: Fn, condition: FlatId, then: Body, otherwise: Body): readonly Part[] {
  const { code } = fn;
  const only = then.steps.length === 0 ? otherwise : otherwise.steps.length === 0 ? then : null;
  const begin = (): void => {
    push(fn, condition);
    if (then.steps.length === 0) code.op('i32.eqz');
    code.if();
  };
  const end = (): void => {
    code.end();
  };
  if (only !== null) return [begin, ...armParts(fn, [[only]]), end];
  return [
    begin,
    ...armParts(fn, [
      [then],
      [
        () => {
          code.else();
        },
        otherwise,
      ],
    ]),
    end,
  ];
}

/** Arms of which at most one runs. */
function armParts(fn: Fn, arms: readonly (readonly Part[])[]): readonly Part[] {
  let open = fn.written.beginArms();
  return [
    () => {
      open = fn.written.beginArms();
    },
    ...arms.flatMap((arm) => [
      ...arm,
      () => {
        open.next();
      },
    ]),
    () => {
      open.end();
    },
  ];
}

/**
 * Each arm leaves the block around the chain; what a later condition needs is worked out when those before it do not
 * hold.
 */
function chainParts(fn: Fn, { block, arms, otherwise }: Extract<Step, { kind: 'chain' }>): readonly Part[] {
  const { code } = fn;
  const written = arms.map(({ condition, body }, anchor): readonly Part[] => [
    () => {
      emitPlaced(fn, block, anchor);
      push(fn, condition);
      code.if();
    },
    body,
    () => {
      code.br(1);
      code.end();
    },
  ]);
  const last: readonly Part[] = [
    () => {
      emitPlaced(fn, block, arms.length);
    },
    otherwise,
  ];
  return [
    () => {
      code.block();
    },
    ...armParts(fn, [...written, last]),
    () => {
      code.end();
    },
  ];
}

function assign(fn: Fn, target: FlatId, value: FlatId): void {
  const { code } = fn;
  const wire = fn.wires.get(target);
  if (wire !== undefined) {
    push(fn, value);
    code.set(wire);
    return;
  }
  if (fn.context.quiet.has(target)) {
    leaveIfChanges(fn, target, value);
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

/** Leaves the function where a register would take another value; of large ones, where they would take any. */
function leaveIfChanges(fn: Fn, target: FlatId, value: FlatId): void {
  const { code } = fn;
  const form = formOfNode(fn, target);
  const compared = form !== 'address';
  if (compared) {
    push(fn, target);
    push(fn, value);
    code.op(`${form}.ne`);
    code.if();
  }
  code.i32(2);
  code.op('return');
  if (compared) code.end();
}

/** A vector register that takes itself with one element replaced: writes that element alone. */
function updateInPlace(fn: Fn, target: FlatId, value: FlatId): boolean {
  const flat = node(fn, value);
  if (flat.node.kind !== 'op' || flat.node.op !== 'update' || fn.held.has(value) || fn.written.has(target))
    return false;
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
function switchParts(fn: Fn, statement: Switch, inner: readonly Body[], frame: Frame): readonly Part[] {
  const { code } = fn;
  const { cases } = statement;
  const arms = inner.map((body, i): readonly Part[] => [
    () => {
      code.end();
    },
    body,
    () => {
      code.br(cases.length - i);
    },
  ]);
  return [
    () => {
      enterSwitch(fn, statement, idOf(frame, statement.subject));
    },
    ...armParts(fn, arms),
    () => {
      code.end();
    },
  ];
}

/** Opens the blocks of a switch, and leaves those that lie inside the one of the subject's value. */
function enterSwitch(fn: Fn, { cases }: Switch, subject: FlatId): void {
  const { code } = fn;
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
    code.i32(0);
    code.memory('i32.load8_u', reset);
    code.op('i32.eqz');
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
  if (context.noteFailures) {
    code.if();
    laneOffset(fn, 1);
    code.i32(1);
    code.memory('i32.store8', checks.failed(frame, statement));
    code.end();
    return;
  }
  code.i32(0);
  code.memory('i32.load', checks.record);
  code.op('i32.eqz');
  code.op('i32.and');
  code.if();
  code.i32(0);
  code.i32(1 + checks.failure(frame, statement));
  code.memory('i32.store', checks.record);
  code.i32(0);
  if (cells === null) code.i32(0);
  else code.get(cells.lane);
  code.memory('i32.store', checks.record + 4);
  code.end();
}
