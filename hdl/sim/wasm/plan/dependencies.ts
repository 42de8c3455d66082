/** What a node needs, within its own domain and cycle. */
import type { Statement } from '../../../ir/types.ts';
import { eachStatement, statementOperands } from '../../../ir/body.ts';
import { isState, present, type ModuleView } from '../../library.ts';
import { slicesOf } from '../../../ir/slices.ts';
import { gridOf, idOf, outputOf } from '../flat/flatten.ts';
import type { Flat, FlatGrid, FlatId, FlatNode, Frame } from '../flat/types.ts';
import type { Keepable } from './pass.ts';

/** The flat node of that number. */
export function nodeOf(flat: Flat, id: FlatId): FlatNode {
  return present(flat.nodes[id], `flat node ${id}`);
}

/** The statements that decide a wire's value; the same object each time, also for other instances. */
export class WireSlices {
  private readonly slices = new WeakMap<ModuleView, ReadonlyMap<number, readonly Statement[]>>();

  of(frame: Frame, wire: number): readonly Statement[] {
    let known = this.slices.get(frame.view);
    if (known === undefined) {
      const { nodes, body } = frame.view.module;
      // No registers: those of a long chain of arms would cost the square of its length.
      known = slicesOf(body, (target) => nodes[target]?.kind === 'wire');
      this.slices.set(frame.view, known);
    }
    return known.get(wire) ?? [];
  }
}

/** Every flat node that the statements read, conditions included. */
export function operandsOf(statements: readonly Statement[], frame: Frame): FlatId[] {
  const found = new Set<FlatId>();
  eachStatement(statements, (statement) => {
    for (const operand of statementOperands(statement)) found.add(idOf(frame, operand));
  });
  return [...found];
}

/** Where an output of a grid comes from: the grid and the cells' node. */
export function gridPort(node: FlatNode): { readonly grid: FlatGrid; readonly port: FlatId } | null {
  if (node.node.kind !== 'gridOutput') return null;
  const grid = gridOf(node.frame, node.node.grid);
  return { grid, port: outputOf(grid.frame, node.node.port) };
}

/**
 * The nodes of its own domain that a node needs in the same cycle. What outputs of grids need is for {@link GridGroups}
 * to say.
 */
export function needsOf(node: FlatNode, slices: WireSlices): readonly FlatId[] {
  const ir = node.node;
  switch (ir.kind) {
    case 'op':
      return ir.args.map((arg) => idOf(node.frame, arg));
    case 'wire': {
      const assigned = operandsOf(slices.of(node.frame, node.local), node.frame);
      return ir.fallback === null ? assigned : [...assigned, idOf(node.frame, ir.fallback)];
    }
    case 'read':
      return isState(ir) ? [] : [idOf(node.frame, ir.address)];
    case 'input':
    case 'const':
    case 'reg':
    case 'instanceOutput':
    case 'gridOutput':
      return [];
  }
}

/** What depends on itself, from each step to the next and from the last to the first. */
export class Loop extends Error {
  override readonly name = 'Loop';
  readonly items: readonly Keepable[];
  constructor(items: readonly Keepable[]) {
    super('a combinational loop');
    this.items = items;
  }
}

/** Everything that `roots` need, each after what it needs itself. @throws Loop */
export function inOrder(roots: readonly Keepable[], needs: (item: Keepable) => readonly Keepable[]): Keepable[] {
  const order: Keepable[] = [];
  const done = new Map<Keepable, boolean>();
  for (const root of roots) {
    const stack: { readonly item: Keepable; readonly needed: readonly Keepable[]; next: number }[] = [];
    const open = (item: Keepable): void => {
      const known = done.get(item);
      if (known === true) return;
      if (known === false)
        throw new Loop(
          stack
            .slice(stack.findIndex((entry) => entry.item === item))
            .map((entry) => entry.item)
            .toReversed(),
        );
      done.set(item, false);
      stack.push({ item, needed: needs(item), next: 0 });
    };
    open(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.needed[top.next++];
      if (next !== undefined) {
        open(next);
      } else {
        done.set(top.item, true);
        order.push(top.item);
        stack.pop();
      }
    }
  }
  return order;
}
