/** Registers: those that one part of the body decides about share a block, in the order of the body. */
import type { Clock, NodeId, RegNode, Statement } from '../ir/types.ts';
import { bodyTargets } from '../ir/body.ts';
import type { Expressions } from './expressions.ts';
import type { Scope } from './scope.ts';
import { assignmentsOf, writeBody } from './statements.ts';
import { indent, literal, withPlace } from './text.ts';

interface Group { readonly targets: Set<NodeId>; readonly body: Statement[] }

/** Registers of one clock that reset alike. */
export interface Bank { readonly clock: string; readonly reset: string | null; readonly registers: ReadonlyMap<NodeId, RegNode> }

/** The registers of a module that its body assigns. `resetOf`: the identifier of a clock's reset, or null. */
export function registerBanks(scope: Scope): readonly Bank[] {
  const assigned = bodyTargets(scope.module.body);
  return scope.module.clocks.flatMap((clock: Clock) => [true, false].map((resettable) => ({
    clock: clock.name, reset: resettable ? clock.reset : null,
    registers: new Map(scope.module.nodes.flatMap((node, id): [NodeId, RegNode][] =>
      (node.kind === 'reg' && node.clock === clock.name && node.resettable === resettable && assigned.has(id) ? [[id, node]] : []))),
  }))).filter(({ registers }) => registers.size > 0);
}

/** `clock` and `reset` are identifiers here. */
export function writeRegisters(scope: Scope, expressions: Expressions, { registers }: Bank, clock: string, reset: string | null): string[] {
  const body = assignmentsOf(scope.module.body, new Set(registers.keys()));
  return groups(body).flatMap((group) => {
    const name = (id: NodeId): string => scope.signal(id) ?? '';
    const lines = writeBody(group.body, {
      scope, expressions,
      leaf: (s) => (s.kind === 'assign' ? `${name(s.target)} <= ${expressions.text(s.value, { root: true })};`.split('\n') : []),
    });
    const resets = [...group.targets].flatMap((id) => {
      const node = registers.get(id);
      return node === undefined ? [] : [`${name(id)} <= ${resetValue(scope, node)};`];
    });
    return [
      withPlace(`always @(posedge ${clock}) begin`, group.body[0]?.place ?? null),
      ...indent(reset === null ? lines : [`if (${reset}) begin`, ...indent(resets), ...otherwise(group.body, lines)]),
      'end', '',
    ];
  });
}

/** What follows the reset; a body that is one condition goes on the same line. */
function otherwise(body: readonly Statement[], lines: readonly string[]): string[] {
  const [first = '', ...rest] = lines;
  if (body.length === 1 && first.startsWith('if (')) return [`end else ${first}`, ...rest];
  return ['end else begin', ...indent(lines), 'end'];
}

/** What a register starts with. */
export function resetValue(scope: Scope, node: RegNode): string {
  const label = node.type.kind === 'enum' ? scope.label(node.type, node.reset) : null;
  return label ?? literal(node.reset, node.type);
}

/** Statements that share a target stay together; plain assignments that follow each other do as well. */
function groups(body: readonly Statement[]): readonly Group[] {
  const found: Group[] = [];
  for (const statement of body) {
    const targets = bodyTargets([statement]);
    const touched = found.filter((group) => [...targets].some((id) => group.targets.has(id)));
    const [first, ...others] = touched;
    const previous = found.at(-1);
    const plain = statement.kind === 'assign' && previous?.body.every(({ kind }) => kind === 'assign') === true ? previous : undefined;
    const home = first ?? plain ?? { targets: new Set(), body: [] };
    if (first === undefined && plain === undefined) found.push(home);
    for (const other of others) {
      home.body.push(...other.body);
      for (const id of other.targets) home.targets.add(id);
      found.splice(found.indexOf(other), 1);
    }
    if (others.length > 0) home.body.sort((a, b) => body.indexOf(a) - body.indexOf(b));
    home.body.push(statement);
    for (const id of targets) home.targets.add(id);
  }
  return found;
}
