/** Values far inside each other: tools read expressions, as people do, only so far inwards. */
import type { Module, NodeId } from '../ir/types.ts';

/** So many operations are written inside each other before one gets a net of its own. */
const DEEPEST = 48;

/**
 * The operations without a signal that need one, so that no expression goes further inwards. Arguments come before what
 * they are of.
 */
export function deepNodes(module: Module, hasSignal: (id: NodeId) => boolean): ReadonlySet<NodeId> {
  const depths = new Int32Array(module.nodes.length);
  const deep = new Set<NodeId>();
  for (const [id, node] of module.nodes.entries()) {
    if (node.kind !== 'op' || node.name !== null) continue;
    const depth = 1 + node.args.reduce((most, arg) => Math.max(most, hasSignal(arg) ? 0 : (depths[arg] ?? 0)), 0);
    if (depth > DEEPEST && node.op !== 'cast' && !hasSignal(id)) deep.add(id);
    depths[id] = deep.has(id) ? 0 : depth;
  }
  return deep;
}
