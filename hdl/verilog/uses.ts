/** Who uses each node of a module. */
import type { Module, NodeId, Statement } from '../ir/types.ts';
import { eachStatement } from '../ir/body.ts';
import { gridSourceNode, nodeArguments } from '../ir/walk.ts';

/** A use, with a name for what is used: that of the thing that it feeds. Null where the use suggests none. */
export interface Use { readonly by: NodeId | null; readonly suggests: string | null }

/** Ends the name of what only decides whether something happens. */
export const CONDITION = 'condition';

/** By node, in the order of the module. */
export type Uses = readonly (readonly Use[])[];

/** What a condition decides about, in the name of the first thing. */
function conditionOf(module: Module, statement: Statement): string | null {
  const found: (string | null | undefined)[] = [];
  eachStatement([statement], (s) => {
    if (s.kind === 'assign') found.push(module.nodes[s.target]?.name);
    if (s.kind === 'write') found.push(s.memory);
  });
  const [first] = found;
  return first === null || first === undefined ? null : `${first}_${CONDITION}`;
}

export function usesOf(module: Module): Uses {
  const uses: Use[][] = module.nodes.map(() => []);
  const add = (id: NodeId | null, by: NodeId | null, suggests: string | null): void => {
    if (id !== null) uses[id]?.push({ by, suggests });
  };
  module.nodes.forEach((node, id) => {
    if (node.kind === 'read') {
      const name = node.name ?? node.memory;
      add(node.address, null, `${name}_address`);
      add(node.enable, null, `${name}_enable`);
    } else if (node.kind === 'wire') {
      add(node.fallback, null, null);
    } else {
      for (const arg of nodeArguments(node)) add(arg, id, null);
    }
  });
  eachStatement(module.body, (s) => {
    switch (s.kind) {
      case 'assign': {
        const target = module.nodes[s.target];
        add(s.value, null, target?.name === undefined || target.name === null ? null : `${target.name}_${target.kind === 'reg' ? 'next' : 'value'}`);
        break;
      }
      case 'write':
        add(s.address, null, `${s.memory}_address`);
        add(s.data, null, `${s.memory}_data`);
        add(s.mask, null, `${s.memory}_mask`);
        break;
      case 'when': add(s.condition, null, conditionOf(module, s)); break;
      case 'switch': add(s.subject, null, null); break;
      case 'check': add(s.condition, null, null); break;
    }
  });
  for (const { name, inputs } of module.instances) for (const [port, id] of Object.entries(inputs)) add(id, null, `${name}_${port}`);
  for (const { name, inputs } of module.grids) for (const [port, source] of Object.entries(inputs)) add(gridSourceNode(source), null, `${name}_${port}`);
  for (const [port, id] of Object.entries(module.outputs)) add(id, null, port);
  return uses;
}
