/** Memories: asynchronous and synchronous reads, masked writes, what a read takes of a word that is being written. */
import type { ReadNode, Statement, Type } from '../../../ir/types.ts';
import { typeWidth } from '../../../ir/walk.ts';
import { present } from '../../library.ts';
import type { Local } from '../../../webassembly/code.ts';
import { idOf, memoryOf } from '../flat/flatten.ts';
import { writesOf } from '../plan/writes.ts';
import type { FlatId, FlatMemory, FlatNode, Frame } from '../flat/types.ts';
import { formOf, liesPacked, scalarsOf, sizeOf, wordsOf } from '../storage.ts';
import { copy, load, store } from './access.ts';
import { branches, laneOffset, mostLocals, node, times, widthOfNode, type Fn, type Held } from './function.ts';
import { packInto, push, pushBitsAddress, pushClamped, unpackTo } from './value.ts';

type Write = Extract<Statement, { kind: 'write' }>;

/** Whether a number of that node's width may be past a memory's last word. */
function mayMiss(fn: Fn, address: FlatId, { memory }: FlatMemory): boolean {
  return 2 ** widthOfNode(fn, address) > memory.depth;
}

/** Pushes the address of a word whose number, at most the depth, is in a local; of zeros for the depth. */
function wordAddress(fn: Fn, { memory, address, wordSize, laneSize }: FlatMemory, word: Local, misses: boolean): void {
  const { code, context } = fn;
  inRangeAddress(fn, { address, wordSize, laneSize }, word);
  if (!misses) return;
  code.i32(context.flat.zeros);
  code.get(word);
  code.i32(memory.depth);
  code.op('i32.lt_u');
  code.op('select');
}

function inRangeAddress(
  fn: Fn,
  { address, wordSize, laneSize }: Pick<FlatMemory, 'address' | 'wordSize' | 'laneSize'>,
  word: Local,
): void {
  const { code } = fn;
  code.get(word);
  times(code, wordSize);
  code.i32(address);
  code.op('i32.add');
  if (fn.cells !== null) {
    laneOffset(fn, laneSize);
    code.op('i32.add');
  }
}

/** An asynchronous read. */
export function pushRead(fn: Fn, flat: FlatNode, ir: ReadNode): void {
  const { code } = fn;
  const memory = memoryOf(flat.frame, ir.memory);
  if (fn.written.has(memory)) fn.context.conflict(flat.id);
  const word = code.local('i32');
  pushClamped(fn, idOf(flat.frame, ir.address), memory.memory.depth);
  code.set(word);
  wordAddress(fn, memory, word, mayMiss(fn, idOf(flat.frame, ir.address), memory));
  if (formOf(flat.type) !== 'address') load(code, flat.type, 0);
  code.release('i32', word);
}

/** The read at a synchronous port, with what {@link startRead} noted. */
function readOf(fn: Fn, id: FlatId): { flat: FlatNode; ir: ReadNode; memory: FlatMemory } {
  const flat = node(fn, id);
  if (flat.node.kind !== 'read') throw new RangeError('not a read');
  return { flat, ir: flat.node, memory: memoryOf(flat.frame, flat.node.memory) };
}

/** Keeps a number until the end of the function. */
function noted({ code, context }: Fn, pushNumber: () => void): Held {
  if (code.locals.length > mostLocals) {
    const address = context.temporary(4);
    code.i32(0);
    pushNumber();
    code.memory('i32.store', address);
    return { kind: 'memory', address };
  }
  const local = code.local('i32');
  pushNumber();
  code.set(local);
  return { kind: 'local', local };
}

function pushNoted({ code }: Fn, held: Held): void {
  if (held.kind === 'local') {
    code.get(held.local);
    return;
  }
  code.i32(0);
  code.memory('i32.load', held.address);
}

/** Has what is noted in a local while `write` writes. */
function withNoted(fn: Fn, held: Held, write: (local: Local) => void): void {
  if (held.kind === 'local') {
    write(held.local);
    return;
  }
  const local = fn.code.local('i32');
  pushNoted(fn, held);
  fn.code.set(local);
  write(local);
  fn.code.release('i32', local);
}

/**
 * Before memories change: notes whether a synchronous read is enabled and where, and takes the word aside if it may be
 * overwritten.
 */
export function startRead(fn: Fn, id: FlatId): void {
  const { code, context } = fn;
  const { flat, ir, memory } = readOf(fn, id);
  const misses = mayMiss(fn, idOf(flat.frame, ir.address), memory);
  const enabled = noted(fn, () => {
    if (ir.enable === null) code.i32(1);
    else push(fn, idOf(flat.frame, ir.enable));
  });
  const address = noted(fn, () => {
    pushClamped(fn, idOf(flat.frame, ir.address), memory.memory.depth);
  });
  const size = sizeOf(flat.type);
  const writers = writesOf(flat.frame.view, ir.memory);
  const aside = writers === 0 ? 0 : context.temporary(size);
  const pristine = writers > 1 && memory.memory.readDuringWrite === 'undefined' ? context.temporary(size) : aside;
  fn.reads.set(id, { enabled, address, aside, pristine });
  if (writers === 0) return;
  pushNoted(fn, enabled);
  code.if();
  withNoted(fn, address, (word) => {
    copyWord(fn, memory, { address: word, misses }, aside, size);
    if (pristine !== aside) copyWord(fn, memory, { address: word, misses }, pristine, size);
  });
  code.end();
}

function copyWord(
  fn: Fn,
  memory: FlatMemory,
  word: { readonly address: Local; readonly misses: boolean },
  target: number,
  size: number,
): void {
  const { code } = fn;
  const [from, to] = [code.local('i32'), code.local('i32')];
  wordAddress(fn, memory, word.address, word.misses);
  code.set(from);
  code.i32(target);
  code.set(to);
  copy(code, to, 0, from, 0, size);
  code.release('i32', from);
  code.release('i32', to);
}

/** After everything has looked at the word read last: takes the new one. */
export function endRead(fn: Fn, id: FlatId): void {
  const { code } = fn;
  const { flat, ir, memory } = readOf(fn, id);
  const { enabled, address, aside } = present(fn.reads.get(id), 'start of a read');
  const storage = present(flat.storage ?? undefined, 'storage of a read');
  const [from, to] = [code.local('i32'), code.local('i32')];
  pushNoted(fn, enabled);
  code.if();
  if (aside === 0)
    withNoted(fn, address, (word) => {
      wordAddress(fn, memory, word, mayMiss(fn, idOf(flat.frame, ir.address), memory));
    });
  else code.i32(aside);
  code.set(from);
  laneOffset(fn, storage.size);
  code.set(to);
  copy(code, to, storage.address, from, 0, storage.size);
  code.end();
  code.release('i32', from);
  code.release('i32', to);
  fn.written.add(id);
}

export function writeMemory(fn: Fn, statement: Write, frame: Frame): void {
  const { code } = fn;
  const memory = memoryOf(frame, statement.memory);
  const { depth, word, lanes } = memory.memory;
  const data = idOf(frame, statement.data);
  const mask = statement.mask === null ? null : idOf(frame, statement.mask);
  const collisions = collidingReads(fn, memory, statement, frame);
  const address = code.local('i32');
  pushClamped(fn, idOf(frame, statement.address), depth);
  code.set(address);
  if (mayMiss(fn, idOf(frame, statement.address), memory)) {
    code.get(address);
    code.i32(depth);
    code.op('i32.lt_u');
  } else {
    code.i32(1);
  }
  code.if();
  branches(fn, () => {
    if (mask === null && collisions.length === 0 && formOf(word) !== 'address') {
      inRangeAddress(fn, memory, address);
      push(fn, data);
      store(code, word, 0);
      return;
    }
    const from = dataAddress(fn, data, word);
    const maskAt = mask === null ? null : code.local('i32');
    if (mask !== null && maskAt !== null) {
      pushBitsAddress(fn, mask);
      code.set(maskAt);
    }
    const to = code.local('i32');
    inRangeAddress(fn, memory, address);
    code.set(to);
    storeLanes(fn, word, lanes, to, from, maskAt);
    for (const read of collisions) collide(fn, memory, read, address, from, maskAt);
    code.release('i32', to);
    code.release('i32', from);
    if (maskAt !== null) code.release('i32', maskAt);
  });
  code.end();
  code.release('i32', address);
  fn.written.add(memory);
}

/** The address of the data, as memory keeps it, in a fresh local. */
function dataAddress(fn: Fn, data: FlatId, word: Type): Local {
  const { code, context } = fn;
  const from = code.local('i32');
  if (formOf(word) === 'address') {
    push(fn, data);
  } else {
    const at = context.temporary(8);
    code.i32(0);
    push(fn, data);
    store(code, word, at);
    code.i32(at);
  }
  code.set(from);
  return from;
}

/** Reads at the same edge of the same clock that do not simply take the old word. */
function collidingReads(fn: Fn, memory: FlatMemory, statement: Write, frame: Frame): FlatId[] {
  if (memory.memory.readDuringWrite === 'old') return [];
  return [...fn.reads.keys()].filter((id) => {
    const { flat, ir, memory: other } = readOf(fn, id);
    if (other !== memory || ir.clock === null) return false;
    return flat.frame.clocks.get(ir.clock)?.clock === frame.clocks.get(statement.clock)?.clock;
  });
}

function collide(fn: Fn, memory: FlatMemory, id: FlatId, address: Local, from: Local, mask: Local | null): void {
  const { code, context } = fn;
  const { word, lanes, readDuringWrite } = memory.memory;
  const read = present(fn.reads.get(id), 'start of a read');
  pushNoted(fn, read.enabled);
  pushNoted(fn, read.address);
  code.get(address);
  code.op('i32.eq');
  code.op('i32.and');
  code.if();
  const [to, poison] = [code.local('i32'), code.local('i32')];
  code.i32(read.aside);
  code.set(to);
  if (readDuringWrite === 'new') {
    storeLanes(fn, word, lanes, to, from, mask);
  } else {
    const at = context.temporary(sizeOf(word));
    complement(fn, word, at, read.pristine);
    code.i32(at);
    code.set(poison);
    storeLanes(fn, word, lanes, to, poison, mask);
  }
  code.release('i32', to);
  code.release('i32', poison);
  code.end();
}

/** Writes the value of `type` at `from`, every bit turned over, to `at`. */
function complement(fn: Fn, type: Type, at: number, from: number): void {
  const { code, context } = fn;
  const { count, scalar } = scalarsOf(type);
  const size = sizeOf(scalar);
  const ones = (1n << BigInt(scalar.width)) - 1n;
  if (scalar.width <= 64) {
    code.i32(at);
    code.i32(from);
    code.i32(count);
    code.i32(size);
    code.i64(scalar.kind === 'sint' ? -1n : ones);
    code.call(context.helper('complement'));
    return;
  }
  for (let i = 0; i < count; i++) {
    code.i32(at + i * size);
    code.i32(from + i * size);
    code.i32(context.constant({ kind: 'uint', width: scalar.width }, ones));
    code.i32(wordsOf(scalar.width));
    code.call(context.helper('xor'));
  }
}

/** Copies those lanes of a word whose mask bit is 1; all where there is no mask. Addresses are in locals. */
function storeLanes(fn: Fn, word: Type, lanes: number, to: Local, from: Local, mask: Local | null): void {
  const { code, context } = fn;
  if (mask === null) {
    copy(code, to, 0, from, 0, sizeOf(word));
    return;
  }
  const laneWidth = typeWidth(word) / lanes;
  const bytes = laneBytes(word, laneWidth);
  const [target, source] = bytes === null && needsPacking(word) ? packed(fn, word, to, from) : [to, from];
  code.get(target);
  code.get(source);
  code.get(mask);
  code.i32(lanes);
  code.i32(bytes ?? laneWidth);
  code.call(context.helper(bytes === null ? 'copyBits' : 'copyLanes'));
  if (target !== to) {
    unpackTo(fn, to, target, word);
    code.release('i32', target);
    code.release('i32', source);
  }
}

/** Whether the bits of a word do not lie side by side as the mask's lanes see them, in whole 64-bit words. */
function needsPacking(word: Type): boolean {
  if (word.kind === 'vec') return !liesPacked(word) || sizeOf(word) % 8 !== 0;
  return word.width <= 32 || (word.kind === 'sint' && word.width < 64);
}

/** The bytes of one lane, where lanes are whole bytes in memory. */
function laneBytes(word: Type, laneWidth: number): number | null {
  const { scalar } = scalarsOf(word);
  if (word.kind === 'vec' && laneWidth % scalar.width === 0) return (laneWidth / scalar.width) * sizeOf(scalar);
  const plain = word.kind !== 'vec' || liesPacked(word);
  return plain && laneWidth % 8 === 0 && (word.kind !== 'sint' || word.width > 64 || liesPacked(word))
    ? laneWidth / 8
    : null;
}

/** Both words as 64-bit words of scratch memory; the addresses in fresh locals. */
function packed(fn: Fn, word: Type, to: Local, from: Local): [Local, Local] {
  const { code, context } = fn;
  const words = wordsOf(typeWidth(word));
  const places = [to, from].map((local) => {
    const at = context.temporary(8 * words);
    packInto(fn, at, local, word);
    const address = code.local('i32');
    code.i32(at);
    code.set(address);
    return address;
  });
  const [target, source] = places;
  if (target === undefined || source === undefined) throw new RangeError('two words');
  return [target, source];
}
