/** Which grids' functions can work on 16 cells at a time. */
import type { OpNode, Statement } from '../../../ir/types.ts';
import { eachStatement } from '../../../ir/body.ts';
import { blockLanes, idOf } from '../flat/flatten.ts';
import type { Domain, Flat, FlatId, FlatNode, Frame } from '../flat/types.ts';
import { nodeOf, type WireSlices } from '../plan/dependencies.ts';
import type { Item, Keepable } from '../plan/pass.ts';
import { formOf, sizeOf } from '../storage.ts';

export interface Subject {
  readonly flat: Flat;
  readonly slices: WireSlices;
  readonly domain: Domain;
  readonly items: readonly Item[];
  /** Everything that the items need. */
  readonly order: readonly Keepable[];
  /** Whether neighbours' values of the same cycle are needed. */
  readonly chained: boolean;
}

/** Whether the cells of a row lie as vectors do. */
export function hasVectorRows({ stride, parent }: Domain): boolean { return stride % blockLanes === 0 && parent?.parent === null; }

/** The nodes that are the same in all cells of a row, or null where the items need something that vectors cannot do. */
export function uniformNodes(subject: Subject): ReadonlySet<FlatId> | null {
  const { flat, domain, items, order, chained } = subject;
  if (!hasVectorRows(domain) || chained) return null;
  const uniform = new Set<FlatId>();
  for (const item of order) {
    if (typeof item === 'string') return null;
    const node = nodeOf(flat, item);
    if (isUniform(node, uniform)) uniform.add(item);
    else if (!isVectorisable(subject, node, uniform)) return null;
  }
  return items.every((item) => isVectorItem(subject, item, uniform)) ? uniform : null;
}

function isUniform({ node, cell, frame }: FlatNode, uniform: ReadonlySet<FlatId>): boolean {
  if (node.kind === 'const') return true;
  if (cell !== null) {
    const { from } = cell();
    return from === 'all' || from === 'row';
  }
  return node.kind === 'op' && node.args.every((arg) => uniform.has(idOf(frame, arg)));
}

function isVectorItem({ flat }: Subject, item: Item, uniform: ReadonlySet<FlatId>): boolean {
  if (item.kind === 'store') return isLane(nodeOf(flat, item.node));
  if (item.kind !== 'statement') return false;
  return areVectorStatements(flat, [item.statement], item.frame, uniform);
}

function areVectorStatements(flat: Flat, statements: readonly Statement[], frame: Frame, uniform: ReadonlySet<FlatId>): boolean {
  let fine = true;
  eachStatement(statements, (statement) => {
    if (statement.kind === 'write' || statement.kind === 'check') fine = false;
    if (statement.kind === 'switch' && !uniform.has(idOf(frame, statement.subject))) fine = false;
    if (statement.kind === 'assign' && !isLane(nodeOf(flat, idOf(frame, statement.value)))) fine = false;
  });
  return fine;
}

/** A number that fits a lane and whose single bits are masks. */
function isLane({ type }: FlatNode): boolean {
  return formOf(type) !== 'address' && !(type.kind === 'sint' && type.width === 1);
}

function isVectorisable(subject: Subject, flat: FlatNode, uniform: ReadonlySet<FlatId>): boolean {
  const { node, frame, cell } = flat;
  if (!isLane(flat)) return false;
  switch (node.kind) {
    case 'reg': return true;
    case 'input': return cell !== null && isVectorSource(flat, subject.domain);
    case 'wire': return areVectorStatements(subject.flat, subject.slices.of(frame, flat.local), frame, uniform);
    case 'op': return isVectorOperation(subject.flat, flat, node, uniform);
    case 'const': case 'read': case 'instanceOutput': case 'gridOutput': return false;
  }
}

function isVectorSource({ cell }: FlatNode, { shape }: Domain): boolean {
  switch (cell?.().from) {
    case 'column': case 'cell': case 'west': return true;
    case 'north': return shape !== 'lower';
    case 'east': return shape === 'full';
    case 'south': return shape !== 'upper';
    default: return false;
  }
}

function isVectorOperation(flat: Flat, { frame, type }: FlatNode, ir: OpNode, uniform: ReadonlySet<FlatId>): boolean {
  const args = ir.args.map((arg) => nodeOf(flat, idOf(frame, arg)));
  if (!args.every(isLane)) return false;
  switch (ir.op) {
    case 'add': case 'sub': case 'and': case 'or': case 'xor': case 'not': case 'mux':
    case 'eq': case 'ne': case 'cat': case 'slice': case 'extend': case 'truncate': case 'cast': case 'orReduce': case 'andReduce': return true;
    // There are no products of bytes that stay bytes.
    case 'mul': return sizeOf(type) > 1;
    case 'lt': case 'le': case 'gt': case 'ge': return args.every((arg) => sizeOf(arg.type) < 8 || arg.type.kind === 'sint');
    case 'shl': case 'shr': return args[1]?.node.kind === 'const' && uniform.has(args[1].id);
    case 'xorReduce': case 'vec': case 'fill': case 'index': case 'update': return false;
  }
}
