/**
 * Foresees which values of a domain a cycle overwrites before they are read for the last time: they have to be worked
 * out before anything changes. Follows the order in which a function is written, item by item, with a value read where
 * it is first needed.
 *
 * What is foreseen wrongly does no harm: what is missing comes up when the function is written, which then is written
 * once more; what is too much is only kept for nothing.
 */
import { innerBodies, statementOperands } from '../../../ir/body.ts';
import type { Statement } from '../../../ir/types.ts';
import { isState } from '../../library.ts';
import { idOf, memoryOf } from '../flat/flatten.ts';
import type { Flat, FlatGrid, FlatId, FlatNode, Frame } from '../flat/types.ts';
import { formOf } from '../storage.ts';
import { gridPort, nodeOf } from './dependencies.ts';
import type { GridGroups } from './groups.ts';
import type { Item, Keepable, Changeable } from './pass.ts';
import { Written } from './written.ts';

/** A grid whose cells change, with everything that its function may need of the surroundings. */
export interface ChangingGrid {
  readonly grid: FlatGrid;
  readonly uses: readonly FlatId[];
}

/** @param items statements and reads in their order, then the grids, then the reads' ends, which read nothing */
export function overwritten(
  flat: Flat,
  groups: GridGroups,
  items: readonly Item[],
  grids: readonly ChangingGrid[],
): Set<Keepable> {
  const foreseer = new Foreseer(flat, groups);
  for (const item of items) foreseer.item(item);
  for (const { grid, uses } of grids) foreseer.grid(grid, uses);
  return foreseer.early;
}

class Foreseer {
  readonly early = new Set<Keepable>();
  private readonly flat: Flat;
  private readonly groups: GridGroups;
  private readonly seen = new Set<Keepable>();
  private readonly written = new Written();

  constructor(flat: Flat, groups: GridGroups) {
    this.flat = flat;
    this.groups = groups;
  }

  item(item: Item): void {
    if (item.kind === 'statement') this.body([item.statement], item.frame);
    if (item.kind !== 'readStart') return;
    const { node, frame } = nodeOf(this.flat, item.node);
    if (node.kind !== 'read') return;
    this.read(idOf(frame, node.address));
    if (node.enable !== null) this.read(idOf(frame, node.enable));
  }

  grid({ domain }: FlatGrid, uses: readonly FlatId[]): void {
    for (const id of uses) this.read(id);
    this.written.add(domain);
  }

  /** Goes through statements with a stack of its own: bodies nest as deep as the designer likes. */
  private body(statements: readonly Statement[], frame: Frame): void {
    const rest: (() => void)[] = [];
    const put = (next: readonly Statement[]): void => {
      for (const one of next.toReversed())
        rest.push(() => {
          step(one);
        });
    };
    const step = (statement: Statement): void => {
      for (const operand of statementOperands(statement)) this.read(idOf(frame, operand));
      if (statement.kind === 'assign') this.written.add(idOf(frame, statement.target));
      if (statement.kind === 'write') this.written.add(memoryOf(frame, statement.memory));
      const arms = innerBodies(statement);
      if (arms.length === 0) return;
      const { next, end } = this.written.beginArms();
      rest.push(end);
      for (const arm of arms.toReversed()) {
        rest.push(next);
        put(arm);
      }
    };
    put(statements);
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) next();
  }

  /** A value is read, with all that it needs and that was not worked out before. */
  private read(id: FlatId): void {
    const rest: Keepable[] = [id];
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
      if (this.seen.has(item)) continue;
      const node = typeof item === 'string' ? null : nodeOf(this.flat, item);
      const place = this.placeOf(item, node);
      if (place !== null && this.written.has(place)) this.early.add(item);
      if (node !== null && node.storage !== null) continue;
      // What stands for a large value may be the address of what it comes from, which is then read at every use.
      if (node === null || formOf(node.type) !== 'address') this.seen.add(item);
      for (const need of this.groups.needs(item)) rest.push(need);
    }
  }

  /** What must not have changed when something is read. */
  private placeOf(item: Keepable, node: FlatNode | null): Changeable | null {
    if (typeof item === 'string') return this.groups.withKey(item).grid.domain;
    if (node === null) return null;
    if (node.storage !== null) return item;
    if (node.node.kind === 'read' && !isState(node.node)) return memoryOf(node.frame, node.node.memory);
    const output = gridPort(node);
    return output !== null && nodeOf(this.flat, output.port).storage !== null ? output.grid.domain : null;
  }
}
