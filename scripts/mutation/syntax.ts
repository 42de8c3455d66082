/** The syntax tree of a source file, for those who change its text. */
import { parseSync, type CallExpression, type Expression, type Node } from 'oxc-parser';

/** A node with those that it is in, the file's outermost first. */
export interface Seen {
  readonly node: Node;
  readonly within: readonly Node[];
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
const children = (node: Node): Node[] =>
  Object.values(node).flatMap((value: unknown) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );

/** Types are no behaviour; of what wraps an expression in one, the expression is looked at. */
const isType = (node: Node): boolean => node.type.startsWith('TS') && !('expression' in node);

/** Every node of a file that says what it does, outermost first. @throws SyntaxError where the text is none */
export function nodesOf(file: string, text: string): Seen[] {
  const { program, errors } = parseSync(file, text, { lang: 'ts', preserveParens: false });
  if (errors[0] !== undefined) throw new SyntaxError(`${file}: ${errors[0].message}`);
  const seen: Seen[] = [];
  const visit = (node: Node, within: readonly Node[]): void => {
    if (
      isType(node) ||
      node.type === 'ImportDeclaration' ||
      node.type === 'ThrowStatement' ||
      node.type === 'TemplateLiteral'
    )
      return;
    // A check is not hardware: without it nothing behaves otherwise.
    if (node.type === 'CallExpression' && calleeOf(node) === 'assert') return;
    seen.push({ node, within });
    for (const child of children(node)) visit(child, [...within, node]);
  };
  visit(program, []);
  return seen;
}

/** What is called: a function's name, or a method's with the dot before it. */
export function calleeOf({ callee }: CallExpression): string {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'MemberExpression' && !callee.computed && callee.property.type === 'Identifier') {
    return callee.object.type === 'Identifier' && callee.object.name === 'Math'
      ? `Math.${callee.property.name}`
      : `.${callee.property.name}`;
  }
  return '';
}

/** The arguments of a call; null where one is spread. */
export function argumentsOf(call: CallExpression): Expression[] | null {
  const found = call.arguments.filter(
    (one): one is Exclude<typeof one, { type: 'SpreadElement' }> => one.type !== 'SpreadElement',
  );
  return found.length === call.arguments.length ? found : null;
}

/** The words of an array of words, such as the states of a machine; empty where it is another array. */
export function wordsOf(node: Node): string[] {
  if (node.type !== 'ArrayExpression') return [];
  const words = node.elements.flatMap((one) =>
    one?.type === 'Literal' && typeof one.value === 'string' ? [one.value] : [],
  );
  return words.length === node.elements.length ? words : [];
}
