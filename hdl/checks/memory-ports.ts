import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Memory, NodeId, Place } from '../ir/types.ts';
import { eachStatement } from '../ir/body.ts';
import { addressWidth, describeNode, findMemory, nodeAt, typeName, typeWidth } from '../ir/walk.ts';
import { perModule } from './context.ts';

/** E0010: an address that does not have exactly max(1, ⌈log2(depth)⌉) bits, or a mask without one bit for each lane. */
export const memoryPorts = perModule((module, context): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  const report = (memory: Memory, id: NodeId, place: Place | null, what: string, wanted: number, why: string): void => {
    const { type } = nodeAt(module, id);
    const width = typeWidth(type);
    if (width === wanted) return;
    const name = describeNode(module, id);
    found.push({
      code: 'E0010',
      message: `${name} (${typeName(type)}) is the ${what} of ${memory.name}, whose ${why} take ${wanted} bits`,
      path: context.pathOf(module),
      places: [
        { what: `this ${what}`, place },
        { what: `memory ${memory.name}`, place: memory.place },
      ],
      help: `${name}.${width < wanted ? 'extend' : 'truncate'}(${wanted})`,
    });
  };
  const address = (name: string, id: NodeId, place: Place | null): Memory | undefined => {
    const memory = findMemory(module, name);
    if (memory !== undefined) report(memory, id, place, 'address', addressWidth(memory.depth), `${memory.depth} words`);
    return memory;
  };
  for (const node of module.nodes) if (node.kind === 'read') address(node.memory, node.address, node.place);
  eachStatement(module.body, (statement) => {
    if (statement.kind !== 'write') return;
    const memory = address(statement.memory, statement.address, statement.place);
    if (memory !== undefined && statement.mask !== null)
      report(memory, statement.mask, statement.place, 'mask', memory.lanes, `${memory.lanes} lanes`);
  });
  return found;
});
