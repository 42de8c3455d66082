/** What may be changed about a piece of hardware's text: the operators that make mutants. */
import type { CallExpression, Node } from 'oxc-parser';
import { argumentsOf, calleeOf, type Seen } from './syntax.ts';

export const kinds = [
  'operator',
  'term',
  'condition',
  'constant',
  'width',
  'assignment',
  'arguments',
  'wiring',
  'state',
  'delay',
] as const;
export type Kind = (typeof kinds)[number];

/** A change within the text that is being looked at. */
export interface Edit {
  readonly kind: Kind;
  readonly at: Node;
  readonly text: string;
}
export type Source = (node: Node) => string;

const methods: Readonly<Record<string, readonly string[]>> = {
  '.add': ['sub'],
  '.sub': ['add'],
  '.addSat': ['add'],
  '.mul': ['add'],
  '.and': ['or'],
  '.or': ['and'],
  '.xor': ['or'],
  '.shl': ['shr'],
  '.shr': ['shl'],
  '.eq': ['ne'],
  '.ne': ['eq'],
  '.lt': ['le', 'ge'],
  '.le': ['lt', 'gt'],
  '.gt': ['ge', 'le'],
  '.ge': ['gt', 'lt'],
  'Math.min': ['max'],
  'Math.max': ['min'],
  'Math.ceil': ['floor'],
  'Math.floor': ['ceil'],
};
const operators: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '<<': ['>>'],
  '<': ['<='],
  '<=': ['<'],
  '>': ['>='],
  '>=': ['>'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
};
/** Where a call has its condition, and the two things that it chooses from. */
const conditions: Readonly<Record<string, { readonly at: number; readonly choice?: readonly [number, number] }>> = {
  when: { at: 0 },
  '.elsewhen': { at: 0 },
  select: { at: 0, choice: [1, 2] },
  selectAs: { at: 1, choice: [2, 3] },
};
/** Which argument of a call is a number of bits. */
const widths: Readonly<Record<string, number>> = { uint: 0, sint: 0, '.truncate': 0, '.extend': 0, '.slice': 1 };

function ofCall(call: CallExpression, source: Source): Edit[] {
  const name = calleeOf(call);
  const given = argumentsOf(call) ?? [];
  const edits: Edit[] = [];
  const add = (kind: Kind, at: Node | undefined, text: string): void => {
    if (at !== undefined) edits.push({ kind, at, text });
  };
  const { callee } = call;
  const [first, second] = given;
  if (callee.type === 'MemberExpression') {
    for (const other of methods[name] ?? []) add('operator', callee.property, other);
    if ((name === '.and' || name === '.or') && first !== undefined) {
      add('term', call, source(callee.object));
      add('term', call, source(first));
    }
    if (name === '.not' && given.length === 0) add('operator', call, source(callee.object));
  }
  const choosing = conditions[name];
  const condition = choosing === undefined ? undefined : given[choosing.at];
  if (condition !== undefined)
    for (const change of ['.not()', '.or(1)', '.and(0)'])
      add('condition', condition, `(${source(condition)})${change}`);
  const [one, other] = choosing?.choice?.map((at) => given[at]) ?? [];
  if (one !== undefined && other !== undefined) edits.push(...exchanged('arguments', call, one, other, source));
  if (name === 'cat' && given.length > 1) add('arguments', call, `cat(${given.toReversed().map(source).join(', ')})`);
  const width = given[widths[name] ?? Infinity];
  if (width !== undefined && width.type !== 'Literal')
    for (const change of ['+ 1', '- 1']) add('width', width, `${source(width)} ${change}`);
  if (name === 'delay' && given.length === 2 && second !== undefined) add('delay', call, `(${source(second)})`);
  return edits;
}

/** `whole` with `one` and `other`, which follow each other in it, in each other's place. */
function exchanged(kind: Kind, whole: Node, one: Node, other: Node, source: Source): Edit[] {
  const text = source(whole);
  const [from, to] = [one.start - whole.start, other.end - whole.start];
  return [
    {
      kind,
      at: whole,
      text:
        text.slice(0, from) +
        source(other) +
        text.slice(one.end - whole.start, other.start - whole.start) +
        source(one) +
        text.slice(to),
    },
  ];
}

/** Neighbours in an object exchange their values: a wire that goes to the wrong place. */
function ofObject(node: Node, source: Source): Edit[] {
  if (node.type !== 'ObjectExpression') return [];
  const wires = node.properties.flatMap((one) =>
    one.type === 'Property' &&
    !one.computed &&
    ['Identifier', 'MemberExpression', 'CallExpression'].includes(one.value.type)
      ? [one]
      : [],
  );
  return wires.slice(1).flatMap((other, i) => {
    const one = wires[i];
    if (one === undefined || source(one.value) === source(other.value)) return [];
    const text = source(node);
    const between = text.slice(one.end - node.start, other.start - node.start);
    const pair = `${source(one.key)}: ${source(other.value)}${between}${source(other.key)}: ${source(one.value)}`;
    return [
      {
        kind: 'wiring' as const,
        at: node,
        text: text.slice(0, one.start - node.start) + pair + text.slice(other.end - node.start),
      },
    ];
  });
}

/** Something done is left out: a statement, or the whole of an arrow function. */
function ofEffect(node: Node): Edit[] {
  const isEffect = (one: Node): boolean =>
    (one.type === 'AssignmentExpression' && one.left.type === 'MemberExpression') ||
    (one.type === 'CallExpression' && !['when', '.elsewhen', '.otherwise', '.cases'].includes(calleeOf(one)));
  if (node.type === 'ExpressionStatement' && isEffect(node.expression))
    return [{ kind: 'assignment', at: node, text: ';' }];
  if (node.type !== 'ArrowFunctionExpression' || node.body.type === 'BlockStatement') return [];
  return node.body.type === 'CallExpression' && ['.goto', '.write', '.advance', '.start'].includes(calleeOf(node.body))
    ? [{ kind: 'assignment', at: node.body, text: '{}' }]
    : [];
}

function ofLiteral({ node, within }: Seen, lists: readonly (readonly string[])[]): Edit[] {
  const parent = within.at(-1);
  if (node.type !== 'Literal' || parent === undefined || (parent.type === 'Property' && parent.key === node)) return [];
  if (typeof node.value === 'number') {
    const call = parent.type === 'CallExpression' ? parent : undefined;
    const kind =
      call !== undefined && argumentsOf(call)?.[widths[calleeOf(call)] ?? Infinity] === node ? 'width' : 'constant';
    return [node.value + 1, ...(node.value > 0 ? [node.value - 1] : [])].map((value) => ({
      kind,
      at: node,
      text: String(value),
    }));
  }
  // A name in a list is what gives it its code.
  if (typeof node.value !== 'string' || parent.type === 'ArrayExpression') return [];
  const list = lists.find((one) => typeof node.value === 'string' && one.includes(node.value));
  return list === undefined
    ? []
    : [{ kind: 'state', at: node, text: `'${list[(list.indexOf(node.value) + 1) % list.length]}'` }];
}

function ofExpression(node: Node, source: Source): Edit[] {
  if (node.type === 'BinaryExpression' || node.type === 'LogicalExpression') {
    const [left, right] = [source(node.left), source(node.right)];
    if (/^['"`]|['"`]$/.test(left + right)) return [];
    return (operators[node.operator] ?? []).map((other) => ({
      kind: 'operator',
      at: node,
      text: `${left} ${other} ${right}`,
    }));
  }
  if (node.type === 'ConditionalExpression')
    return exchanged('arguments', node, node.consequent, node.alternate, source);
  return [];
}

/** Every change of a node's text. `lists`: names that may stand for each other. */
export const editsOf = (seen: Seen, source: Source, lists: readonly (readonly string[])[]): Edit[] => [
  ...(seen.node.type === 'CallExpression' ? ofCall(seen.node, source) : []),
  ...ofObject(seen.node, source),
  ...ofEffect(seen.node),
  ...ofLiteral(seen, lists),
  ...ofExpression(seen.node, source),
];
