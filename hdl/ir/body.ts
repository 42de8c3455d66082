/**
 * Ways through the statements of a body. None of them calls itself: a chain of `elsewhen`s is a nest as deep as it is
 * long, far deeper than a call stack.
 */
import type { NodeId, Statement } from './types.ts';

/** The statements directly inside one: both arms of a `when`, the cases and the fallback of a `switch`. */
export function innerBodies(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'when':
      return [statement.then, statement.otherwise];
    case 'switch':
      return [...statement.cases.map((c) => c.body), statement.fallback];
    case 'assign':
    case 'write':
    case 'check':
      return [];
  }
}

/** The nodes that a statement reads itself, not those read by the statements inside it. */
export function statementOperands(statement: Statement): readonly NodeId[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.value];
    case 'when':
      return [statement.condition];
    case 'switch':
      return [statement.subject];
    case 'write':
      return statement.mask === null
        ? [statement.address, statement.data]
        : [statement.address, statement.data, statement.mask];
    case 'check':
      return [statement.condition];
  }
}

export type Assign = Extract<Statement, { readonly kind: 'assign' }>;
/** A statement without statements inside it. */
export type Leaf = Exclude<Statement, { readonly kind: 'when' | 'switch' }>;
/** A statement with two arms. */
export type When = Extract<Statement, { readonly kind: 'when' }>;
/** A statement with statements inside it. */
export type Branch = Extract<Statement, { readonly kind: 'when' | 'switch' }>;

/** The `when` that is all that a `when`'s other arm holds, as in `when … elsewhen`; null where there is none. */
export function elsewhenOf(statement: Branch): When | null {
  const [only] = statement.kind === 'when' && statement.otherwise.length === 1 ? statement.otherwise : [];
  return only?.kind === 'when' ? only : null;
}

/** What is met on the way through a body, in its order. */
export interface BodyVisitor {
  leaf(statement: Leaf): void;
  /** Before everything inside it. */
  enter(statement: Branch): void;
  /** Before each of its {@link innerBodies}. */
  arm(statement: Branch, index: number): void;
  /** After everything inside it. */
  leave(statement: Branch): void;
}

interface OpenBranch {
  readonly branch: Branch;
  readonly bodies: readonly (readonly Statement[])[];
  body: number;
  next: number;
}

/** Goes through a body from top to bottom, into both arms of every `when` and all cases of every `switch`. */
export function walkBody(body: readonly Statement[], visitor: BodyVisitor): void {
  const open: OpenBranch[] = [];
  const meet = (statement: Statement): void => {
    if (statement.kind !== 'when' && statement.kind !== 'switch') return visitor.leaf(statement);
    visitor.enter(statement);
    open.push({ branch: statement, bodies: innerBodies(statement), body: -1, next: 0 });
  };
  for (const outer of body) {
    meet(outer);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const statement = top.bodies[top.body]?.[top.next++];
      if (statement !== undefined) {
        meet(statement);
      } else if (top.body + 1 < top.bodies.length) {
        top.body++;
        top.next = 0;
        visitor.arm(top.branch, top.body);
      } else {
        open.pop();
        visitor.leave(top.branch);
      }
    }
  }
}

/**
 * Makes something of a body from the inside out: `join` of what `make` makes of its statements, which is given what
 * became of the bodies inside each, in the order of {@link innerBodies}.
 */
export function foldBody<Made, Joined>(
  body: readonly Statement[],
  make: (statement: Statement, inner: readonly Joined[]) => Made,
  join: (made: readonly Made[]) => Joined,
): Joined {
  const outermost: { made: Made[]; readonly inner: Joined[] } = { made: [], inner: [] };
  const open = [outermost];
  const top = (): typeof outermost => open.at(-1) ?? outermost;
  const finishArm = (): void => {
    const { made, inner } = top();
    inner.push(join(made));
    top().made = [];
  };
  walkBody(body, {
    leaf: (statement) => {
      top().made.push(make(statement, []));
    },
    enter: () => {
      open.push({ made: [], inner: [] });
    },
    arm: (_, index) => {
      if (index > 0) finishArm();
    },
    leave: (statement) => {
      finishArm();
      const inner = open.pop()?.inner ?? [];
      top().made.push(make(statement, inner));
    },
  });
  return join(outermost.made);
}

/**
 * A condition or subject that decides whether a statement runs, inside those of `outer`. Statements side by side share
 * theirs.
 */
export interface Guard {
  readonly node: NodeId;
  readonly outer: Guard | null;
}

/** A guard and those around it, innermost first. */
export function* guardsFrom(guard: Guard | null): Generator<Guard, void, void> {
  for (let each = guard; each !== null; each = each.outer) yield each;
}

/** Visits every statement of a body in order, outer before inner, with the innermost `when` or `switch` around it. */
export function eachStatement(
  body: readonly Statement[],
  visit: (statement: Statement, guard: Guard | null) => void,
): void {
  let guard: Guard | null = null;
  walkBody(body, {
    leaf: (statement) => {
      visit(statement, guard);
    },
    enter: (statement) => {
      visit(statement, guard);
      guard = { node: statement.kind === 'when' ? statement.condition : statement.subject, outer: guard };
    },
    arm: () => {},
    leave: () => {
      guard = guard?.outer ?? null;
    },
  });
}

/** Every node that the body assigns somewhere. */
export function bodyTargets(body: readonly Statement[]): ReadonlySet<NodeId> {
  const targets = new Set<NodeId>();
  eachStatement(body, (s) => {
    if (s.kind === 'assign') targets.add(s.target);
  });
  return targets;
}

/** `branch` with other statements inside it, in the order of {@link innerBodies}. */
export function withBodies(branch: Branch, inner: readonly (readonly Statement[])[]): Branch {
  if (branch.kind === 'when') return { ...branch, then: inner[0] ?? [], otherwise: inner[1] ?? [] };
  const cases = branch.cases.map(({ values }, i) => ({ values, body: inner[i] ?? [] }));
  return { ...branch, cases, fallback: inner[cases.length] ?? [] };
}

/**
 * The statements of a body that `keep` wants, inside the `when`s and `switch`es that guard them; what becomes empty is
 * left out.
 */
export function filterBody(body: readonly Statement[], keep: (statement: Statement) => boolean): readonly Statement[] {
  return foldBody<Statement | null, readonly Statement[]>(
    body,
    (statement, inner) => {
      if (statement.kind !== 'when' && statement.kind !== 'switch') return keep(statement) ? statement : null;
      // An empty case of a switch that stays is kept: it keeps its values from the fallback.
      return inner.every((arm) => arm.length === 0) ? null : withBodies(statement, inner);
    },
    (made) => made.filter((statement) => statement !== null),
  );
}

/**
 * Tells of assignments that cannot be seen, because a later one of the same target stands in the same body or in one
 * around it: each with the first that hides it.
 */
export function eachHidden(body: readonly Statement[], report: (earlier: Assign, later: Assign) => void): void {
  /** Those that are not hidden yet, by target, in their order. */
  const seen = new Map<NodeId, { readonly assignment: Assign; readonly at: number }[]>();
  /** When the bodies began that are being gone through. */
  const begins: number[] = [];
  let now = 0;
  walkBody(body, {
    leaf: (statement) => {
      if (statement.kind !== 'assign') return;
      const known = seen.get(statement.target) ?? [];
      seen.set(statement.target, known);
      const kept = 1 + known.findLastIndex(({ at }) => at < (begins.at(-1) ?? 0));
      for (const { assignment } of known.splice(kept)) report(assignment, statement);
      known.push({ assignment: statement, at: now++ });
    },
    enter: () => {
      begins.push(now);
    },
    arm: () => {
      begins[begins.length - 1] = now;
    },
    leave: () => {
      begins.pop();
    },
  });
}
