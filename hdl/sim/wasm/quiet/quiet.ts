/**
 * What of a design is quiet: state that hardly ever changes, and all that follows from it.
 *
 * A design is run by two functions. The full one works everything out. The quiet one takes it that no quiet register
 * changes: what depends on quiet state alone was worked out when it was entered, and lies in memory; it looks first
 * whether a quiet register would take another value, and if so does nothing and says so. So whatever is called quiet,
 * both do the same; what is chosen well, and stays idle, costs next to nothing.
 */
import type { Domain, Flat, FlatGrid, FlatId } from '../flat/types.ts';
import { gridPort, inOrder, nodeOf } from '../plan/dependencies.ts';
import type { GridGroups } from '../plan/groups.ts';
import type { Keepable } from '../plan/pass.ts';
import { writesOf } from '../plan/writes.ts';
import { isState } from '../../library.ts';

/** Registers of the top module's domain, and grids in it, that hardly ever change. */
export interface Quiet {
  readonly registers: ReadonlySet<FlatId>;
  readonly grids: ReadonlySet<Domain>;
}

export const nothingQuiet: Quiet = { registers: new Set(), grids: new Set() };

/** A grid's cells, and what the function that changes them needs of the surroundings. */
export interface QuietGrid {
  readonly domain: Domain;
  readonly uses: readonly FlatId[];
}

/** Values of the top module's domain, and groups of grids' outputs, that stay while nothing quiet changes. */
export class Invariants {
  /** Grids that stay as they are: those whose surroundings do. */
  readonly grids: ReadonlySet<Domain>;
  private readonly flat: Flat;
  private readonly groups: GridGroups;
  private readonly registers: ReadonlySet<FlatId>;
  private readonly withState: ReadonlySet<Domain>;
  private readonly known: ReadonlyMap<Keepable, boolean>;

  /** @param grids those that may stay, by what they need */
  constructor(flat: Flat, groups: GridGroups, registers: ReadonlySet<FlatId>, grids: readonly QuietGrid[]) {
    this.flat = flat;
    this.groups = groups;
    this.registers = registers;
    this.withState = domainsWithState(flat);
    const needed = [...grids.flatMap(({ uses }) => uses), ...ownNodes(flat)];
    const order = inOrder(needed, groups.needs);
    // The most that can be true at once: a grid whose surroundings change takes others with it.
    let staying = grids;
    for (;;) {
      const domains = new Set(staying.map(({ domain }) => domain));
      const known = this.settle(order, domains);
      const rest = staying.filter(({ uses }) => uses.every((id) => known.get(id) === true));
      if (rest.length === staying.length) {
        this.known = known;
        this.grids = domains;
        return;
      }
      staying = rest;
    }
  }

  has(item: Keepable): boolean {
    return this.known.get(item) === true;
  }

  /** Of the values that are worked out, the share that does not stay. */
  share(): number {
    const values = ownNodes(this.flat).filter((id) => {
      const { node, storage } = nodeOf(this.flat, id);
      return node.kind !== 'const' && storage === null;
    });
    return values.filter((id) => !this.has(id)).length / Math.max(1, values.length);
  }

  private settle(order: readonly Keepable[], grids: ReadonlySet<Domain>): ReadonlyMap<Keepable, boolean> {
    const known = new Map<Keepable, boolean>();
    const all = (items: readonly Keepable[]): boolean => items.every((item) => known.get(item) === true);
    for (const item of order) {
      if (typeof item === 'string') {
        const { grid } = this.groups.withKey(item);
        known.set(item, this.stays(grid, grids) && all(this.groups.needs(item)));
      } else {
        known.set(item, this.isInvariant(item, grids, all));
      }
    }
    return known;
  }

  private isInvariant(id: FlatId, grids: ReadonlySet<Domain>, all: (items: readonly Keepable[]) => boolean): boolean {
    const flat = nodeOf(this.flat, id);
    const { node, storage } = flat;
    if (node.kind === 'const') return true;
    if (storage !== null) return this.registers.has(id);
    const output = gridPort(flat);
    if (output !== null) return this.stays(output.grid, grids) && all(this.groups.needs(id));
    if (node.kind === 'read' && !isState(node) && writesOf(flat.frame.view, node.memory) > 0) return false;
    return node.kind !== 'input' && all(this.groups.needs(id));
  }

  /** Whether a grid's cells hold nothing that changes. */
  private stays({ domain }: FlatGrid, grids: ReadonlySet<Domain>): boolean {
    return grids.has(domain) || !this.withState.has(domain);
  }
}

/** Everything of the top module's domain that is worked out. */
function ownNodes(flat: Flat): FlatId[] {
  const { domain } = flat.top;
  return flat.nodes
    .filter(({ domain: own, frame, local, id }) => own === domain && frame.ids[local] === id)
    .map(({ id }) => id);
}

/** Grids whose cells, or what is inside them, hold registers or memories. */
function domainsWithState({ nodes, frames }: Flat): ReadonlySet<Domain> {
  const found = new Set<Domain>();
  const add = (domain: Domain): void => {
    for (let at: Domain | null = domain; at !== null; at = at.parent) found.add(at);
  };
  for (const { domain, storage } of nodes) if (storage !== null) add(domain);
  for (const { domain, memories } of frames) if (memories.size > 0) add(domain);
  return found;
}
