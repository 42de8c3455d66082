import type { Module, Node, NodeId, Type } from '../ir/types.ts';
import { describeNode, findGrid, findInstance, findMemory, gridOutputType, nodeArguments } from '../ir/walk.ts';
import { mismatch, operationProblem } from './operation-types.ts';
import type { Validator } from './validator.ts';

const bit: Type = { kind: 'uint', width: 1 };

/** What is wrong with the nodes of a module: references, types, patterns. */
export function validateNodes(v: Validator, modules: ReadonlyMap<string, Module>): void {
  v.distinct(v.module.nodes, 'nodes');
  v.module.nodes.forEach((node, id) => {
    const what = describeNode(v.module, id);
    v.type(node.type, what, node.place);
    const dangling = nodeArguments(node).filter((argument) => v.typeOf(argument, what, node.place) === undefined);
    if (dangling.length === 0) validateNode(v, modules, node, id, what);
  });
}

function validateNode(v: Validator, modules: ReadonlyMap<string, Module>, node: Node, id: NodeId, what: string): void {
  const { place } = node;
  switch (node.kind) {
    case 'input': {
      const port = v.port(v.module, node.port, 'in', what, place);
      if (port !== undefined) v.problem(mismatch('its node', node.type, port.type), what, place);
      break;
    }
    case 'const':
      v.fits(node.value, node.type, what, place);
      break;
    case 'op': {
      const late = node.args.find((argument) => argument >= id);
      if (late !== undefined) v.report('E0020', `${what} comes before its argument %${late}`, what, place);
      v.problem(
        operationProblem(
          node,
          node.args.flatMap((argument) => v.module.nodes[argument]?.type ?? []),
        ),
        what,
        place,
      );
      break;
    }
    case 'reg':
      v.clock(node.clock, what, place);
      v.fits(node.reset, node.type, what, place);
      break;
    case 'wire':
      if (node.fallback !== null) v.expectType(node.fallback, node.type, 'its default', what, place);
      break;
    case 'read': {
      const memory = findMemory(v.module, node.memory);
      if (memory === undefined)
        v.report('E0020', `${what} reads memory ${node.memory}, which ${v.module.name} does not have`, what, place);
      else v.problem(mismatch('the word', node.type, memory.word), what, place);
      v.expectKind(node.address, 'uint', 'the address', what, place);
      if (node.clock !== null) v.clock(node.clock, what, place);
      if (node.enable !== null) v.expectType(node.enable, bit, 'the enable', what, place);
      if (node.enable !== null && node.clock === null)
        v.report('E0020', `${what} has an enable but no clock`, what, place);
      break;
    }
    case 'instanceOutput': {
      const instance = findInstance(v.module, node.instance);
      const owner = instance === undefined ? undefined : modules.get(instance.module);
      if (owner === undefined)
        v.report('E0020', `${what}: ${v.module.name} has no instance ${node.instance}`, what, place);
      const port = owner === undefined ? undefined : v.port(owner, node.port, 'out', what, place);
      if (port !== undefined) v.problem(mismatch('its node', node.type, port.type), what, place);
      break;
    }
    case 'gridOutput': {
      const grid = findGrid(v.module, node.grid);
      const owner = grid === undefined ? undefined : modules.get(grid.module);
      if (grid === undefined || owner === undefined) {
        v.report('E0020', `${what}: ${v.module.name} has no grid ${node.grid}`, what, place);
        break;
      }
      const port = v.port(owner, node.port, 'out', what, place);
      if (port !== undefined)
        v.problem(mismatch('its node', node.type, gridOutputType(grid, node.edge, port.type)), what, place);
      if (node.edge === 'cells' && grid.shape !== 'full')
        v.report('E0019', `${what}: all cells of a triangle make no vector of vectors`, what, place);
      break;
    }
  }
}
