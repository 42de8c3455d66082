/** How messages name a value: by the designer's name for it, else by the expression that made it. */
import type { Node, NodeId, OpNode } from '../ir/types.ts';

const LONGEST = 48;

/** `sum`, `a.mul(weight)`, `select(go, a, …)`. */
export function textOf(nodes: readonly Node[], id: NodeId): string {
  for (let depth = 3; depth > 0; depth--) {
    const text = render(nodes, id, depth);
    if (text.length <= LONGEST) return text;
  }
  return '(…)';
}

function render(nodes: readonly Node[], id: NodeId, depth: number): string {
  const node = nodes[id];
  if (node === undefined) return 'a signal';
  if (node.name !== null) return node.name;
  switch (node.kind) {
    case 'input':
      return node.port;
    case 'const':
      return node.type.kind === 'vec'
        ? 'constant(…)'
        : node.type.kind === 'enum'
          ? (node.type.labels[Number(node.value)] ?? String(node.value))
          : String(node.value);
    case 'reg':
    case 'wire':
      return node.name;
    case 'read':
      return `${node.memory}.readNow(…)`;
    case 'instanceOutput':
      return `${node.instance}.${node.port}`;
    case 'gridOutput':
      return `${node.grid}.${node.edge}('${node.port}')`;
    case 'op':
      return depth === 0
        ? '…'
        : operation(
            node,
            node.args.map((arg) => render(nodes, arg, depth - 1)),
          );
  }
}

function operation({ op, type, low }: OpNode, [first = '…', ...rest]: readonly string[]): string {
  const width = type.kind === 'vec' ? type.length : type.width;
  switch (op) {
    case 'mux':
      return `select(${[first, ...rest].join(', ')})`;
    case 'cat':
      return `cat(${[first, ...rest].join(', ')})`;
    case 'vec':
      return `[${[first, ...rest].join(', ')}]`;
    case 'fill':
      return `fill(${width}, …, ${first})`;
    case 'slice':
      return width === 1 ? `${first}.bit(${low})` : `${first}.slice(${low}, ${width})`;
    case 'extend':
    case 'truncate':
      return `${first}.${op}(${width})`;
    case 'cast':
      return type.kind === 'uint' ? `${first}.asUint()` : type.kind === 'sint' ? `${first}.asSint()` : first;
    case 'orReduce':
      return `${first}.any()`;
    case 'andReduce':
      return `${first}.all()`;
    case 'xorReduce':
      return `${first}.parity()`;
    case 'index':
      return `${first}.at(${rest.join(', ')})`;
    case 'update':
      return `${first}.with(${rest.join(', ')})`;
    default:
      return `${first}.${op}(${rest.join(', ')})`;
  }
}
