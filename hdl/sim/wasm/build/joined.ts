/** Arrays that have become one, and had better not. */
import { gridOf } from '../flat/flatten.ts';
import type { Domain, Flat, FlatGrid } from '../flat/types.ts';
import { nodeOf, type WireSlices } from '../plan/dependencies.ts';
import type { GridGroups } from '../plan/groups.ts';
import { lanesOf } from '../simd/support.ts';
import { scansOf } from '../simd/scans.ts';
import { framesOf, itemRoots, stateItems } from './items.ts';

/** The paths of those that vectors cannot do: what one of their parts cannot, the others would have to do without. */
export function joinedInVain(flat: Flat, slices: WireSlices, groups: GridGroups): readonly string[] {
  return flat.frames.flatMap((frame) =>
    [...new Set(frame.joined.values())].flatMap((name) => {
      const grid = gridOf(frame, name);
      return areLanes(flat, slices, groups, grid) ? [] : [grid.domain.path];
    }),
  );
}

function areLanes(flat: Flat, slices: WireSlices, groups: GridGroups, { domain }: FlatGrid): boolean {
  const everyClock = 2 ** flat.top.clocks.size - 1;
  const items = framesOf(flat, domain).flatMap((frame) => {
    const { start, change, end } = stateItems(frame, everyClock);
    return [...start, ...change, ...end];
  });
  const { order } = groups.outside(itemRoots(flat, items));
  if (!('uniform' in lanesOf({ flat, slices, domain, items, order, chained: null, scans: null }))) return false;
  return [...alongRows(flat, domain)].every((port) => {
    const needed = groups.outside([port]).order;
    return scansOf(flat, slices, needed, new Set([port])) !== null;
  });
}

/** The combinational outputs that go from cell to cell of a row. */
function alongRows(flat: Flat, domain: Domain): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { domain: own, cell } of flat.nodes) {
    const source = own === domain ? cell?.() : undefined;
    if (source === undefined || (source.from !== 'west' && source.from !== 'east')) continue;
    if (nodeOf(flat, source.port).storage === null) found.add(source.port);
  }
  return found;
}
