/** Registers: those that one part of the body decides about share a block, in the order of the body. */
import type { Clock, NodeId, RegNode, Statement } from '../ir/types.ts';
import { bodyTargets, filterBody } from '../ir/body.ts';
import type { Expressions } from './expressions.ts';
import type { Scope } from './scope.ts';
import { writeBody } from './statements.ts';
import { indent, literal, withPlace } from './text.ts';

/** `at`: the place in the body of its first statement. `isPlain`: all of them are assignments without conditions. */
interface Group {
  readonly at: number;
  readonly targets: Set<NodeId>;
  readonly body: Statement[];
  isPlain: boolean;
}

/** Registers of one clock that reset alike. */
export interface Bank {
  readonly clock: string;
  readonly reset: string | null;
  readonly registers: ReadonlyMap<NodeId, RegNode>;
}

/** The registers of a module that its body assigns. `resetOf`: the identifier of a clock's reset, or null. */
export function registerBanks(scope: Scope): readonly Bank[] {
  const assigned = bodyTargets(scope.module.body);
  return scope.module.clocks
    .flatMap((clock: Clock) =>
      [true, false].map((resettable) => ({
        clock: clock.name,
        reset: resettable ? clock.reset : null,
        registers: new Map(
          scope.module.nodes.flatMap((node, id): [NodeId, RegNode][] =>
            node.kind === 'reg' && node.clock === clock.name && node.resettable === resettable && assigned.has(id)
              ? [[id, node]]
              : [],
          ),
        ),
      })),
    )
    .filter(({ registers }) => registers.size > 0);
}

/** `clock` and `reset` are identifiers here. */
export function writeRegisters(
  scope: Scope,
  expressions: Expressions,
  { registers }: Bank,
  clock: string,
  reset: string | null,
): string[] {
  const body = filterBody(scope.visible, (s) => s.kind === 'assign' && registers.has(s.target));
  return groups(body).flatMap((group) => {
    const name = (id: NodeId): string => scope.signal(id) ?? '';
    const lines = writeBody(group.body, {
      scope,
      expressions,
      leaf: (s) =>
        s.kind === 'assign' ? `${name(s.target)} <= ${expressions.text(s.value, { root: true })};`.split('\n') : [],
    });
    const resets = [...group.targets].flatMap((id) => {
      const node = registers.get(id);
      return node === undefined ? [] : [`${name(id)} <= ${resetValue(scope, node)};`];
    });
    return [
      withPlace(`always @(posedge ${clock}) begin`, group.body[0]?.place ?? null),
      ...indent(reset === null ? lines : [`if (${reset}) begin`, ...indent(resets), ...otherwise(group.body, lines)]),
      'end',
      '',
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
  const joined = new Set<Group>();
  const home = new Map<NodeId, Group>();
  const positions = new Map(body.map((statement, i) => [statement, i]));
  for (const [at, statement] of body.entries()) {
    const targets = bodyTargets([statement]);
    const touched = new Set([...targets].flatMap((id) => home.get(id) ?? []));
    const [first, ...others] = [...touched].toSorted((a, b) => a.at - b.at);
    const previous = found.at(-1);
    const plain = statement.kind === 'assign' && previous?.isPlain === true ? previous : undefined;
    const group = first ?? plain ?? { at, targets: new Set(), body: [], isPlain: true };
    if (first === undefined && plain === undefined) found.push(group);
    for (const other of others) {
      for (const each of other.body) group.body.push(each);
      for (const id of other.targets) {
        group.targets.add(id);
        home.set(id, group);
      }
      group.isPlain &&= other.isPlain;
      joined.add(other);
    }
    while (joined.has(found.at(-1) ?? group)) found.pop();
    if (others.length > 0) group.body.sort((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0));
    group.body.push(statement);
    group.isPlain &&= statement.kind === 'assign';
    for (const id of targets) {
      group.targets.add(id);
      home.set(id, group);
    }
  }
  return found.filter((group) => !joined.has(group));
}
