import type { GridSource, Module, Node, NodeId, Statement } from '../ir/types.ts';
import { eachStatement, foldBody, statementOperands, withBodies } from '../ir/body.ts';
import { gridSourceNode, nodeArguments } from '../ir/walk.ts';

/**
 * The module without the nodes that nothing needs: constants and expressions that a body made on the way and did not
 * use. What has a name stays, and so does whatever outputs, statements, instances, grids and other kept nodes refer to.
 * Ids are given anew, in the old order, so that arguments still come before what uses them.
 */
export function compact(module: Module): Module {
  const needed = neededNodes(module);
  const ids = new Map<NodeId, NodeId>();
  module.nodes.forEach((_, id) => {
    if (needed.has(id)) ids.set(id, ids.size);
  });
  if (ids.size === module.nodes.length) return module;
  const to = (id: NodeId): NodeId => {
    const found = ids.get(id);
    if (found === undefined) throw new RangeError(`module ${module.name} refers to %${id}, which is no node of it`);
    return found;
  };
  return {
    ...module,
    nodes: module.nodes.filter((_, id) => needed.has(id)).map((node) => withArguments(node, to)),
    instances: module.instances.map((instance) => ({ ...instance, inputs: mapped(instance.inputs, to) })),
    grids: module.grids.map((grid) => ({
      ...grid,
      inputs: mapped(grid.inputs, (source): GridSource =>
        'edge' in source ? { ...source, edge: to(source.edge) } : { ...source, node: to(source.node) },
      ),
    })),
    body: foldBody<Statement, readonly Statement[]>(
      module.body,
      (statement, inner) => renumbered(statement, to, inner),
      (made) => [...made],
    ),
    outputs: mapped(module.outputs, to),
  };
}

function neededNodes(module: Module): ReadonlySet<NodeId> {
  const needed = new Set<NodeId>();
  const need = (id: NodeId): void => {
    needed.add(id);
  };
  module.nodes.forEach((node, id) => {
    if (node.name !== null) need(id);
  });
  Object.values(module.outputs).forEach(need);
  for (const instance of module.instances) Object.values(instance.inputs).forEach(need);
  for (const grid of module.grids) Object.values(grid.inputs).forEach((source) => need(gridSourceNode(source)));
  eachStatement(module.body, (statement) => {
    if (statement.kind === 'assign') need(statement.target);
    statementOperands(statement).forEach(need);
  });
  // A set grows while it is walked: this reaches everything.
  for (const id of needed) {
    const node = module.nodes[id];
    if (node !== undefined) nodeArguments(node).forEach(need);
  }
  return needed;
}

function withArguments(node: Node, to: (id: NodeId) => NodeId): Node {
  switch (node.kind) {
    case 'op':
      return { ...node, args: node.args.map(to) };
    case 'wire':
      return node.fallback === null ? node : { ...node, fallback: to(node.fallback) };
    case 'read':
      return { ...node, address: to(node.address), enable: node.enable === null ? null : to(node.enable) };
    case 'input':
    case 'const':
    case 'reg':
    case 'instanceOutput':
    case 'gridOutput':
      return node;
  }
}

/** `inner`: what became of the bodies inside the statement. */
function renumbered(
  statement: Statement,
  to: (id: NodeId) => NodeId,
  inner: readonly (readonly Statement[])[],
): Statement {
  switch (statement.kind) {
    case 'assign':
      return { ...statement, target: to(statement.target), value: to(statement.value) };
    case 'when':
      return withBodies({ ...statement, condition: to(statement.condition) }, inner);
    case 'switch':
      return withBodies({ ...statement, subject: to(statement.subject) }, inner);
    case 'write':
      return {
        ...statement,
        address: to(statement.address),
        data: to(statement.data),
        mask: statement.mask === null ? null : to(statement.mask),
      };
    case 'check':
      return { ...statement, condition: to(statement.condition) };
  }
}

function mapped<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
}
