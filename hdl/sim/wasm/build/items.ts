/** What the functions of a module have to do, as items. */
import type { Statement } from '../../../ir/types.ts';
import { filterBody } from '../../../ir/body.ts';
import type { Edges } from '../../core.ts';
import { idOf } from '../flat/flatten.ts';
import type { Flat, Frame } from '../flat/types.ts';
import type { Domain } from '../flat/types.ts';
import { operandsOf } from '../plan/dependencies.ts';
import type { Item, Keepable } from '../plan/pass.ts';
import { nodeOf } from '../plan/dependencies.ts';

/** Whether a frame's clock is one of those that rise. */
export function rises(frame: Frame, clock: string, edges: Edges): boolean {
  const source = frame.clocks.get(clock);
  return source !== undefined && (edges & (1 << source.clock)) !== 0;
}

function statements(frame: Frame, keep: (statement: Statement) => boolean): Item[] {
  return filterBody(frame.view.module.body, keep).map((statement) => ({ kind: 'statement', statement, frame }));
}

/** The checks of a frame that rising clocks look at: `assert` and `assume`, or `cover`. */
export function checkItems(frame: Frame, edges: Edges, covers: boolean): Item[] {
  return statements(
    frame,
    (s) => s.kind === 'check' && (s.check === 'cover') === covers && rises(frame, s.clock, edges),
  );
}

/** What rising clocks change in a frame's own registers and memories, and the reads that they make. */
export function stateItems(
  frame: Frame,
  edges: Edges,
): { readonly start: readonly Item[]; readonly change: readonly Item[]; readonly end: readonly Item[] } {
  const { module } = frame.view;
  const registers = new Set(
    module.nodes.flatMap((node, id) => (node.kind === 'reg' && rises(frame, node.clock, edges) ? [id] : [])),
  );
  const reads = module.nodes.flatMap((node, id) =>
    node.kind === 'read' && node.clock !== null && rises(frame, node.clock, edges) ? [idOf(frame, id)] : [],
  );
  return {
    start: reads.map((node) => ({ kind: 'readStart', node })),
    change: statements(
      frame,
      (s) => (s.kind === 'assign' && registers.has(s.target)) || (s.kind === 'write' && rises(frame, s.clock, edges)),
    ),
    end: reads.map((node) => ({ kind: 'readEnd', node })),
  };
}

/** The frames of a domain, parents first. */
export function framesOf(flat: Flat, domain: Domain): Frame[] {
  return flat.frames.filter((frame) => frame.domain === domain);
}

/** What items need, before anything is decided about them. */
export function itemRoots(flat: Flat, items: readonly Item[]): Keepable[] {
  return items.flatMap((item): Keepable[] => {
    switch (item.kind) {
      case 'statement':
        return operandsOf([item.statement], item.frame);
      case 'store':
      case 'resultNonZero':
        return [item.node];
      case 'kernel':
        return [...item.kernel.uses, ...item.kernel.after.map(({ key }) => key)];
      case 'readStart': {
        const { node, frame } = nodeOf(flat, item.node);
        if (node.kind !== 'read') return [];
        return [idOf(frame, node.address), ...(node.enable === null ? [] : [idOf(frame, node.enable)])];
      }
      case 'readEnd':
      case 'leaveIfFailed':
      case 'leaveUnless':
      case 'hold':
      case 'leaveIfMoved':
        return [];
    }
  });
}
