/** Divides what a cycle has to do between the quiet function and the one that enters it. */
import { filterBody, foldBody } from '../../../ir/body.ts';
import type { Statement } from '../../../ir/types.ts';
import { exportAddress } from '../emit/cells.ts';
import { idOf } from '../flat/flatten.ts';
import type { Flat, FlatId, FlatNode, Frame } from '../flat/types.ts';
import type { Context } from '../plan/context.ts';
import { nodeOf, operandsOf } from '../plan/dependencies.ts';
import { surroundings, type Item, type Keepable, type Kernel } from '../plan/pass.ts';
import { itemRoots } from '../build/items.ts';
import { formOf, sizeOf } from '../storage.ts';
import type { Invariants, Quiet } from './quiet.ts';

/** All that a quiet cycle needs, and what has to be done before the first of them. */
export interface Split {
  /** Of the quiet function: first whether it has to be left, then what is not quiet. */
  readonly cycle: readonly Item[];
  /** Works out what stays, and leaves where something quiet would change in any case. */
  readonly enter: readonly Item[];
  /** The design as the quiet function sees it: values that stay are inputs, which lie where they were put. */
  readonly flat: Flat;
  /** Groups of grids' outputs that stay. */
  readonly settled: ReadonlySet<string>;
  /** Values that stay. */
  readonly put: ReadonlySet<FlatId>;
}

/** @param items what the full function does, in order */
export function split(
  context: Context,
  items: readonly Item[],
  registers: Quiet['registers'],
  invariants: Invariants,
): Split {
  const { flat } = context;
  const isQuiet = (frame: Frame, statement: Statement): boolean =>
    statement.kind === 'assign' && registers.has(idOf(frame, statement.target));
  const stays = (ids: readonly FlatId[]): boolean => ids.every((id) => invariants.has(id));

  const guards: Item[] = [];
  const entry: Item[] = [];
  const cycle: Item[] = [];
  const idle: Kernel[] = [];
  for (const item of items) {
    if (item.kind === 'kernel' && item.kernel.isIdle !== null && invariants.grids.has(item.kernel.domain)) {
      idle.push(item.kernel);
    } else if (item.kind === 'statement') {
      const { frame } = item;
      for (const statement of filterBody([item.statement], (one) => isQuiet(frame, one))) {
        (stays(operandsOf([statement], frame)) ? entry : guards).push({ kind: 'statement', statement, frame });
      }
      for (const statement of filterBody([item.statement], (one) => !isQuiet(frame, one))) {
        cycle.push({ kind: 'statement', statement, frame });
      }
    } else {
      cycle.push(item);
    }
  }

  const needed = boundary(context, invariants, [...itemRoots(flat, [...guards, ...cycle]), ...cycle.flatMap(usesOf)]);
  const put = new Set(needed.filter((item): item is FlatId => typeof item !== 'string'));
  // Whether a grid is idle is told from where its function finds its inputs: registers that are read early, too.
  const compared = idle.flatMap(surroundings).filter((id) => liesInSlot(context, id));
  for (const id of compared) if (nodeOf(flat, id).storage === null) put.add(id);
  const stores = [...new Set([...put, ...compared])].map((node): Item => ({
    kind: 'store',
    node,
    storage: { address: context.slot(node), size: sizeOf(nodeOf(flat, node).type), type: nodeOf(flat, node).type },
  }));
  const settled = new Set(needed.filter((item) => typeof item === 'string'));
  const kernels = [...settled].map((key): Item => ({ kind: 'kernel', kernel: context.groupKernel(key) }));
  const leaves = idle.flatMap(({ isIdle }): Item[] =>
    isIdle === null ? [] : [{ kind: 'leaveUnless', functionIndex: isIdle.functionIndex }],
  );
  return {
    cycle: [...held(context, guards), ...cycle],
    enter: [...held(context, entry), ...stores, ...kernels, ...leaves],
    settled,
    put,
    flat: { ...flat, nodes: flat.nodes.map((node) => (put.has(node.id) ? asInput(context, node) : node)) },
  };
}

/** Statements that look whether something quiet would change; what a later one can take back is told after the last. */
function held({ flat }: Context, guards: readonly Item[]): Item[] {
  const registers = overwritten(guards).filter((id) => formOf(nodeOf(flat, id).type) !== 'address');
  return [{ kind: 'hold', registers }, ...guards, { kind: 'leaveIfMoved', registers }];
}

/** Registers that one cycle can assign more than once. */
function overwritten(items: readonly Item[]): FlatId[] {
  const most = new Map<FlatId, number>();
  for (const item of items) {
    if (item.kind !== 'statement') continue;
    for (const [id, count] of assignments(item.statement, item.frame)) most.set(id, (most.get(id) ?? 0) + count);
  }
  return [...most].flatMap(([id, count]) => (count > 1 ? [id] : []));
}

/** How often a statement assigns a register at most. */
function assignments(statement: Statement, frame: Frame): ReadonlyMap<FlatId, number> {
  return foldBody<ReadonlyMap<FlatId, number>, ReadonlyMap<FlatId, number>>(
    [statement],
    (one, inner) => {
      if (one.kind === 'assign') return new Map([[idOf(frame, one.target), 1]]);
      return together(inner, Math.max);
    },
    (made) => together(made, (a, b) => a + b),
  );
}

function together(
  counts: readonly ReadonlyMap<FlatId, number>[],
  join: (a: number, b: number) => number,
): ReadonlyMap<FlatId, number> {
  const all = new Map<FlatId, number>();
  for (const each of counts) for (const [id, count] of each) all.set(id, join(all.get(id) ?? 0, count));
  return all;
}

function usesOf(item: Item): readonly Keepable[] {
  return item.kind === 'kernel' ? [...surroundings(item.kernel), ...item.kernel.after.map(({ key }) => key)] : [];
}

/** What stays of all that is needed: the first of it on each way, which is neither state nor a constant. */
function boundary({ flat, groups }: Context, invariants: Invariants, roots: readonly Keepable[]): Keepable[] {
  const found: Keepable[] = [];
  const seen = new Set<Keepable>();
  const rest = [...roots];
  for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
    if (seen.has(item)) continue;
    seen.add(item);
    if (typeof item !== 'string') {
      const { node, storage } = nodeOf(flat, item);
      if (node.kind === 'const' || storage !== null) continue;
    }
    if (invariants.has(item)) found.push(item);
    else for (const need of groups.needs(item)) rest.push(need);
  }
  return found;
}

/** Whether functions over cells find a value where it is put for them, and not where it lies. */
function liesInSlot(context: Context, id: FlatId): boolean {
  const { node, storage } = nodeOf(context.flat, id);
  return node.kind !== 'const' && exportAddress(context, id).address !== storage?.address;
}

function asInput(context: Context, flat: FlatNode): FlatNode {
  const { type, id, node } = flat;
  const { name, place } = node;
  return {
    ...flat,
    node: { kind: 'input', port: '', type, name, place },
    cell: null,
    storage: { address: context.slot(id), size: sizeOf(type), type },
  };
}
