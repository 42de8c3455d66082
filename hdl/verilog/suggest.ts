/** Names for values that the designer gave none: said in the words of what they are made of, or of what they feed. */
import type { Module, NodeId, OpNode, Operation } from '../ir/types.ts';
import { nodeAt } from '../ir/walk.ts';
import { CONDITION, type Uses } from './uses.ts';

/** Longer descriptions are harder to read than the name of what a value feeds. */
const MOST_LETTERS = 36;
const MOST_DEPTH = 3;
/** A name from further away says nothing. */
const MOST_WAY = 400;

/** What to call an operation's result after the thing that it feeds. */
const roles: Readonly<Partial<Record<Operation, string>>> = {
  add: 'sum',
  sub: 'difference',
  mul: 'product',
  mux: 'choice',
  cat: 'bits',
  vec: 'elements',
  fill: 'copies',
  index: 'element',
  update: 'updated',
  shl: 'shifted',
  shr: 'shifted',
  extend: 'extended',
  truncate: 'low',
  slice: 'part',
};

const infix: Readonly<Partial<Record<Operation, string>>> = {
  add: 'plus',
  sub: 'minus',
  mul: 'times',
  and: 'and',
  or: 'or',
  xor: 'xor',
  eq: 'is',
  ne: 'is_not',
  lt: 'below',
  le: 'up_to',
  gt: 'above',
  ge: 'from',
  shl: 'shl',
  shr: 'shr',
  index: 'at',
};

const prefix: Readonly<Partial<Record<Operation, string>>> = {
  not: 'not',
  orReduce: 'any',
  andReduce: 'all',
  xorReduce: 'parity',
};

/** A name for a node that has none. `nameOf`: the identifier of one that has. */
export function suggestName(
  module: Module,
  uses: Uses,
  id: NodeId,
  nameOf: (id: NodeId) => string | undefined,
): string {
  const node = nodeAt(module, id);
  if (node.name !== null) return node.name;
  if (node.kind === 'instanceOutput') return `${node.instance}_${node.port}`;
  if (node.kind === 'gridOutput') return `${node.grid}_${node.port}_${node.edge}`;
  if (node.kind === 'read') return `${node.memory}_word`;
  const fed = uses[id] ?? [];
  const [only] = fed;
  // A condition is better said in its own words.
  if (fed.length === 1 && only !== undefined && only.suggests !== null && !only.suggests.endsWith(`_${CONDITION}`))
    return only.suggests;
  const said = describe(module, id, nameOf, 0);
  if (said !== null && said.length <= MOST_LETTERS) return said;
  const suggested = fed.find((use) => use.suggests !== null)?.suggests;
  if (suggested !== null && suggested !== undefined) return suggested;
  return afterConsumer(module, uses, id, nameOf);
}

/** The nearest name on the way from a node to what it feeds, with the node's role. */
function afterConsumer(module: Module, uses: Uses, id: NodeId, nameOf: (id: NodeId) => string | undefined): string {
  const node = nodeAt(module, id);
  const role = (node.kind === 'op' ? roles[node.op] : undefined) ?? 'term';
  const seen = new Set<NodeId>([id]);
  for (let queue = [...seen]; queue.length > 0 && seen.size < MOST_WAY;) {
    const next: NodeId[] = [];
    for (const at of queue) {
      for (const { by, suggests } of uses[at] ?? []) {
        if (suggests !== null) return `${suggests}_${role}`;
        if (by === null || seen.has(by)) continue;
        const name = nameOf(by) ?? nodeAt(module, by).name;
        if (name !== null) return `${name}_${role}`;
        seen.add(by);
        next.push(by);
      }
    }
    queue = next;
  }
  return seen.size < MOST_WAY ? `condition_${role}` : role;
}

function describe(
  module: Module,
  id: NodeId,
  nameOf: (id: NodeId) => string | undefined,
  depth: number,
): string | null {
  const node = nodeAt(module, id);
  const name = nameOf(id) ?? node.name;
  if (name !== null) return name;
  if (node.kind === 'const') {
    if (node.type.kind === 'enum') return node.type.labels[Number(node.value)] ?? String(node.value);
    return node.value < 10_000n ? String(node.value) : null;
  }
  if (node.kind !== 'op' || depth === MOST_DEPTH) return null;
  return describeOperation(
    node,
    node.args.map((arg) => describe(module, arg, nameOf, depth + 1)),
  );
}

function describeOperation({ op, low, type }: OpNode, args: readonly (string | null)[]): string | null {
  const [a = null, b = null] = args;
  if (a === null || /^\d/.test(a)) return null;
  const before = prefix[op];
  if (before !== undefined) return `${before}_${a}`;
  const between = infix[op];
  // What the language calls a stream's `fire`.
  if (op === 'and' && a.endsWith('_valid') && b === a.replace(/_valid$/, '_ready'))
    return a.replace(/_valid$/, '_fire');
  if (between !== undefined) return b === null ? null : `${a}_${between}_${b}`;
  switch (op) {
    case 'cast':
      return a;
    case 'truncate':
      return `${a}_low`;
    case 'extend':
      return `${a}_extended`;
    case 'slice':
      return type.kind === 'uint' && type.width > 1 ? `${a}_${low + type.width - 1}_${low}` : `${a}_${low}`;
    default:
      return null;
  }
}
