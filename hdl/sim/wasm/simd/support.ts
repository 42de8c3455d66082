/** Which grids' functions can work on 16 cells at a time. */
import type { OpNode, Place, Statement } from '../../../ir/types.ts';
import { eachStatement } from '../../../ir/body.ts';
import { describeNode, typeWidth } from '../../../ir/walk.ts';
import type { Obstacle } from '../../arrays.ts';
import { blockLanes, idOf, memoryOf } from '../flat/flatten.ts';
import type { Domain, Flat, FlatId, FlatMemory, FlatNode, Frame } from '../flat/types.ts';
import { nodeOf, type WireSlices } from '../plan/dependencies.ts';
import type { Item, Keepable } from '../plan/pass.ts';
import { formOf, scalarsOf, sizeOf } from '../storage.ts';
import { mostPlaneBytes } from './planes.ts';
import type { Scan } from './scans.ts';

export interface Subject {
  readonly flat: Flat;
  readonly slices: WireSlices;
  readonly domain: Domain;
  readonly items: readonly Item[];
  /** Everything that the items need. */
  readonly order: readonly Keepable[];
  /** An output of neighbours in the same row that is needed in the cycle in which they work it out, or null. */
  readonly chained: FlatId | null;
  /** How it comes from cell to cell, where vectors can do that; else null. */
  readonly scans: ReadonlyMap<FlatId, Scan> | null;
}

/** Whether the cells of a row lie as vectors do. */
export function hasVectorRows({ stride, parent }: Domain): boolean {
  return stride % blockLanes === 0 && parent?.parent === null;
}

/** The nodes that are the same in all cells of a row, or what vectors cannot do. */
export type Lanes = { readonly uniform: ReadonlySet<FlatId> } | { readonly obstacle: Obstacle };

export function lanesOf(subject: Subject): Lanes {
  const { flat, domain, items, order, chained, scans } = subject;
  const ofGrid = (reason: string): Lanes => ({ obstacle: { reason, what: domain.path, place: null } });
  if (domain.parent?.parent !== null) return ofGrid('lies inside the cells of another array');
  if (!hasVectorRows(domain)) return ofGrid(`has ${domain.cols} columns, too few for vectors`);
  const obstacleOf = (node: FlatNode, reason: string): Lanes => ({ obstacle: { reason, ...whereIs(node) } });
  if (chained !== null && scans === null)
    return obstacleOf(nodeOf(flat, chained), 'goes from cell to cell of a row within one cycle');
  const uniform = new Set<FlatId>();
  for (const item of order) {
    if (typeof item === 'string') return ofGrid('has arrays inside its cells');
    const node = nodeOf(flat, item);
    if (isUniform(node, uniform)) {
      uniform.add(item);
      continue;
    }
    const reason = scalarNode(subject, node, uniform);
    if (reason !== null) return typeof reason === 'string' ? obstacleOf(node, reason) : { obstacle: reason };
  }
  for (const item of items) {
    const reason = scalarItem(subject, item);
    if (reason !== null) return { obstacle: reason };
  }
  return { uniform };
}

function whereIs({ frame, local, node }: FlatNode): { readonly what: string; readonly place: Place | null } {
  return { what: `${frame.path}.${describeNode(frame.view.module, local)}`, place: node.place };
}

function isUniform({ node, cell, frame }: FlatNode, uniform: ReadonlySet<FlatId>): boolean {
  if (node.kind === 'const') return true;
  if (cell !== null) {
    const { from } = cell();
    return from === 'all' || from === 'row';
  }
  return node.kind === 'op' && node.args.every((arg) => uniform.has(idOf(frame, arg)));
}

function scalarItem({ flat, domain }: Subject, item: Item): Obstacle | null {
  switch (item.kind) {
    case 'store': {
      const node = nodeOf(flat, item.node);
      const reason = noLane(node);
      return reason === null ? null : { reason, ...whereIs(node) };
    }
    case 'statement':
      return scalarStatements(flat, [item.statement], item.frame);
    case 'readStart':
    case 'readEnd':
      return { reason: 'is a read of a memory', ...whereIs(nodeOf(flat, item.node)) };
    default:
      return { reason: `has a step of kind ${item.kind}`, what: domain.path, place: null };
  }
}

/** The first of the statements that vectors cannot do. */
function scalarStatements(flat: Flat, statements: readonly Statement[], frame: Frame): Obstacle | null {
  let found: Obstacle | null = null;
  eachStatement(statements, (statement) => {
    if (found !== null) return;
    const { place } = statement;
    switch (statement.kind) {
      case 'write': {
        const reason = scalarWrite(flat, statement, frame);
        if (reason !== null) found = { reason, what: `${frame.path}.${statement.memory}`, place };
        break;
      }
      case 'check':
        break;
      case 'switch':
        break;
      case 'assign': {
        const value = nodeOf(flat, idOf(frame, statement.value));
        const reason = noLane(value);
        if (reason !== null) found = { reason, what: whereIs(value).what, place: value.node.place ?? place };
        break;
      }
      case 'when':
    }
  });
  return found;
}

/** Why words are not written one for each lane. */
function scalarWrite(
  flat: Flat,
  { memory, address, mask }: Extract<Statement, { kind: 'write' }>,
  frame: Frame,
): string | null {
  return mask === null
    ? noWords(flat, memoryOf(frame, memory), idOf(frame, address))
    : 'is a memory of which parts of words are written';
}

function noWords(flat: Flat, { memory: { word }, domain }: FlatMemory, address: FlatId): string | null {
  // Such as processors: of what each may do, vectors would do all that any of them does.
  if (areInstances(flat, domain)) return 'is a memory of instances that share their code';
  if (word.kind === 'vec' || formOf(word) === 'address') return 'is a memory of words that fit no lane';
  return formOf(nodeOf(flat, address).type) === 'i32' ? null : 'is a memory with an address of more than 32 bits';
}

/** Whether cells were written as instances, not as an array. */
function areInstances({ frames }: Flat, domain: Domain): boolean {
  return frames.some(({ grids, replicas }) =>
    [...replicas.values()].some(({ grid }) => grids.get(grid)?.domain === domain),
  );
}

/** Why a value is neither a number that fits a lane nor a vector of a few of them. */
function noLane({ type }: FlatNode): string | null {
  if (formOf(scalarsOf(type).scalar) === 'address')
    return type.kind === 'vec' ? 'has elements wider than 64 bits' : 'is wider than 64 bits';
  return type.kind === 'vec' && sizeOf(type) > mostPlaneBytes
    ? `is a vector of more than ${mostPlaneBytes} bytes`
    : null;
}

function scalarNode(subject: Subject, flat: FlatNode, uniform: ReadonlySet<FlatId>): string | Obstacle | null {
  const { node, frame, cell } = flat;
  const reason = noLane(flat);
  if (reason !== null) return reason;
  switch (node.kind) {
    case 'reg':
      return null;
    case 'input':
      return cell === null ? 'is an input that comes from nowhere' : scalarSource(cell().from, subject.domain);
    case 'wire':
      return scalarStatements(subject.flat, subject.slices.of(frame, flat.local), frame);
    case 'op':
      return scalarOperation(subject.flat, flat, node, uniform);
    case 'read':
      return node.clock === null
        ? noWords(subject.flat, memoryOf(frame, node.memory), idOf(frame, node.address))
        : 'is a read of a memory at an edge';
    case 'const':
    case 'instanceOutput':
    case 'gridOutput':
      return `is of kind ${node.kind}`;
  }
}

function scalarSource(from: string, { shape }: Domain): string | null {
  const fine =
    from === 'column' ||
    from === 'cell' ||
    from === 'west' ||
    (from === 'north' && shape !== 'lower') ||
    (from === 'east' && shape === 'full') ||
    (from === 'south' && shape !== 'upper');
  return fine ? null : `comes from the ${from} of cells in a triangle`;
}

function scalarOperation(
  flat: Flat,
  { frame, type }: FlatNode,
  ir: OpNode,
  uniform: ReadonlySet<FlatId>,
): string | Obstacle | null {
  const args = ir.args.map((arg) => nodeOf(flat, idOf(frame, arg)));
  const [first, second] = args;
  if (
    ir.op === 'index' &&
    first !== undefined &&
    second !== undefined &&
    uniform.has(first.id) &&
    second.node.kind !== 'const'
  ) {
    const reason = noTable(first, second);
    return reason === null || typeof reason === 'string' ? reason : { reason: reason.reason, ...whereIs(reason.node) };
  }
  for (const arg of args) {
    const reason = noLane(arg);
    if (reason !== null) return { reason, ...whereIs(arg) };
  }
  const vectors = [...args.map((arg) => arg.type), type].filter(({ kind }) => kind === 'vec');
  if (vectors.length === 0) return null;
  if (byElement.has(ir.op)) return null;
  if (ir.op === 'cast' && first !== undefined && scalarsOf(first.type).scalar.width === scalarsOf(type).scalar.width)
    return null;
  if (!asNumber.has(ir.op)) return `is ${ir.op} of a vector`;
  return vectors.every((one) => typeWidth(one) <= 64) ? null : `is ${ir.op} of a vector of more than 64 bits`;
}

/** What is done to vectors element by element, and what to the number that all elements together are. */
const byElement: ReadonlySet<OpNode['op']> = new Set(['vec', 'fill', 'index', 'update', 'mux', 'eq', 'ne']);
const asNumber: ReadonlySet<OpNode['op']> = new Set(['cast', 'cat', 'slice']);

/** Why cells cannot look up what each of them wants in a vector that they share. */
function noTable(
  table: FlatNode,
  index: FlatNode,
): string | { readonly reason: string; readonly node: FlatNode } | null {
  if (table.type.kind === 'vec' && table.type.element.kind === 'vec')
    return 'is a vector that each cell chooses for itself';
  const wide = formOf(scalarsOf(table.type).scalar) === 'address';
  if (wide) return { reason: 'has elements wider than 64 bits', node: table };
  return formOf(index.type) === 'i32' ? null : { reason: 'is an index of more than 32 bits', node: index };
}
