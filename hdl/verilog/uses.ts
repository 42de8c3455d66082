/** Who uses each node of a module. */
import type { Module, NodeId, Statement } from '../ir/types.ts';
import { eachStatement, walkBody } from '../ir/body.ts';
import { gridSourceNode, nodeArguments } from '../ir/walk.ts';

/** A use, with a name for what is used: that of the thing that it feeds. Null where the use suggests none. */
export interface Use {
  readonly by: NodeId | null;
  readonly suggests: string | null;
}

/** Ends the name of what only decides whether something happens. */
export const CONDITION = 'condition';

/** By node, in the order of the module. */
export type Uses = readonly (readonly Use[])[];

/** What each condition decides about, in the name of the first thing. */
function decisionsOf(module: Module): ReadonlyMap<Statement, string | null> {
  const found = new Map<Statement, string | null>();
  const open: Statement[] = [];
  /** How many of those have met something: what one has met, those around it have. */
  let met = 0;
  walkBody(module.body, {
    leaf: (s) => {
      if (s.kind === 'check') return;
      const name = s.kind === 'assign' ? (module.nodes[s.target]?.name ?? null) : s.memory;
      for (; met < open.length; met++) {
        const around = open[met];
        if (around !== undefined) found.set(around, name === null ? null : `${name}_${CONDITION}`);
      }
    },
    enter: (s) => {
      open.push(s);
    },
    arm: () => {},
    leave: () => {
      open.pop();
      met = Math.min(met, open.length);
    },
  });
  return found;
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
  const decisions = decisionsOf(module);
  eachStatement(module.body, (s) => {
    switch (s.kind) {
      case 'assign': {
        const target = module.nodes[s.target];
        add(
          s.value,
          null,
          target?.name === undefined || target.name === null
            ? null
            : `${target.name}_${target.kind === 'reg' ? 'next' : 'value'}`,
        );
        break;
      }
      case 'write':
        add(s.address, null, `${s.memory}_address`);
        add(s.data, null, `${s.memory}_data`);
        add(s.mask, null, `${s.memory}_mask`);
        break;
      case 'when':
        add(s.condition, null, decisions.get(s) ?? null);
        break;
      case 'switch':
        add(s.subject, null, null);
        break;
      case 'check':
        add(s.condition, null, null);
        break;
    }
  });
  for (const { name, inputs } of module.instances)
    for (const [port, id] of Object.entries(inputs)) add(id, null, `${name}_${port}`);
  for (const { name, inputs } of module.grids)
    for (const [port, source] of Object.entries(inputs)) add(gridSourceNode(source), null, `${name}_${port}`);
  for (const [port, id] of Object.entries(module.outputs)) add(id, null, port);
  return uses;
}
