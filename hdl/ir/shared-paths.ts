/**
 * Wires inside many branches: each is decided by all the branches around its assignments, so that one chain of n arms
 * with a wire each comes to n² branches when every wire is worked out on its own. Here the way to an arm deep inside is
 * worked out once, as a bit that is 1 where the arm is taken, and what is further in asks for that bit alone.
 */
import { filterBody, walkBody, withBodies, type Assign, type Branch } from './body.ts';
import type { Module, Node, NodeId, Statement } from './types.ts';

/** From where on paths are shared. */
export interface PathRule {
  /** Branches around an assignment from one shared arm to the next; cases of a switch whose fallback is shared. */
  readonly longest: number;
  /** Fewer branches than this, added up over all assignments of wires, stay as they are written. */
  readonly fewest: number;
}

/** What fewer branches take is not noticed; the largest unit of the NPU has a tenth of them. */
export const usualPaths: PathRule = { longest: 16, fewest: 50_000 };

/** One arm of a branch, or the whole body, which has neither branch nor parent. */
interface Arm {
  readonly parent: Arm | null;
  /** An object of its own for each branch that the walk meets. */
  readonly branch: { readonly statement: Branch } | null;
  readonly index: number;
  readonly depth: number;
  /** An arm further out, so that any arm around this one is found in a logarithm of the depth. */
  readonly jump: Arm | null;
  /** The innermost shared arm, itself or around it. */
  readonly shared: Arm | null;
}

/** What is assigned in one arm, in order; of what lies deeper, arms of one branch come together. */
interface Open {
  readonly arm: Arm;
  readonly made: Statement[];
  pending: { readonly inner: Arm; readonly at: Arm; readonly statements: readonly Statement[] }[];
}

/**
 * The module with shared paths as further wires, behind its nodes; the module itself where its branches are few. What
 * it does, and the numbers of its nodes, stay the same.
 */
export function sharedPaths(module: Module, rule: PathRule): Module {
  const leaves = leavesOf(module, rule);
  if (leaves.branches < rule.fewest) return module;
  const sharing = new Sharing(module);
  const wires = [...leaves.byWire.values()].flatMap((list) => sharing.slice(list));
  const isWire = (id: NodeId): boolean => module.nodes[id]?.kind === 'wire';
  const rest = filterBody(module.body, (s) => s.kind !== 'assign' || !isWire(s.target));
  return { ...module, nodes: sharing.nodes, body: [...rest, ...wires, ...sharing.ways] };
}

interface Leaf {
  readonly arm: Arm;
  readonly assign: Assign;
}

function leavesOf(
  { nodes, body }: Module,
  { longest }: PathRule,
): { readonly branches: number; readonly byWire: ReadonlyMap<NodeId, readonly Leaf[]> } {
  let arm: Arm = { parent: null, branch: null, index: 0, depth: 0, jump: null, shared: null };
  const branches: { readonly statement: Branch; readonly outer: Arm; readonly weight: number }[] = [];
  const byWire = new Map<NodeId, Leaf[]>();
  let weight = 0;
  let total = 0;
  walkBody(body, {
    leaf: (assign) => {
      if (assign.kind !== 'assign' || nodes[assign.target]?.kind !== 'wire') return;
      total += weight;
      const known = byWire.get(assign.target);
      if (known === undefined) byWire.set(assign.target, [{ arm, assign }]);
      else known.push({ arm, assign });
    },
    enter: (statement) => {
      branches.push({ statement, outer: arm, weight });
      weight += statement.kind === 'when' ? 1 : statement.cases.length;
    },
    arm: (statement, index) => {
      const branch = branches.at(-1);
      if (branch !== undefined)
        arm = armIn(branch.outer, branch, index, isWideFallback(statement, index, longest), longest);
    },
    leave: () => {
      const branch = branches.pop();
      if (branch !== undefined) ({ outer: arm, weight } = branch);
    },
  });
  return { branches: total, byWire };
}

/** Whether an arm is what is left of so many cases that they must not be named for every wire in it. */
function isWideFallback(branch: Branch, index: number, longest: number): boolean {
  return branch.kind === 'switch' && index === branch.cases.length && index >= longest;
}

function armIn(parent: Arm, branch: Arm['branch'], index: number, isWide: boolean, longest: number): Arm {
  const depth = parent.depth + 1;
  const { jump } = parent;
  const alike = jump !== null && parent.depth - jump.depth === jump.depth - (jump.jump?.depth ?? 0);
  const outer = { parent, branch, index, depth, jump: alike && jump.jump !== null ? jump.jump : parent };
  if (!isWide && depth % longest !== 0) return { ...outer, shared: parent.shared };
  const arm = { ...outer, shared: null as Arm | null };
  arm.shared = arm;
  return arm;
}

/** The arm around this one, or itself, at that depth. */
function armAt(arm: Arm, depth: number): Arm {
  let at = arm;
  while (at.depth > depth && at.parent !== null) at = at.jump !== null && at.jump.depth >= depth ? at.jump : at.parent;
  return at;
}

/** The innermost arm around both. */
function meet(a: Arm, b: Arm): Arm {
  let one = armAt(a, b.depth);
  let other = armAt(b, a.depth);
  while (one !== other && one.parent !== null && other.parent !== null) {
    const far = one.jump !== null && other.jump !== null && one.jump !== other.jump;
    one = far ? (one.jump ?? one.parent) : one.parent;
    other = far ? (other.jump ?? other.parent) : other.parent;
  }
  return one;
}

class Sharing {
  readonly nodes: Node[];
  /** What decides the bits of shared arms. */
  readonly ways: Statement[] = [];
  private readonly taken = new Map<Arm, NodeId>();
  private bits: readonly [NodeId, NodeId] | null = null;

  constructor({ nodes }: Module) {
    this.nodes = [...nodes];
  }

  /** What decides one wire: its assignments in their order, inside as few branches as can be. */
  slice(leaves: readonly Leaf[]): readonly Statement[] {
    const open: Open[] = [];
    const put = (arm: Arm): void => {
      open.push({ arm, made: [], pending: [] });
    };
    /** Closes arms until the innermost open one is `arm`, or around it. */
    const close = (arm: Arm): void => {
      for (let top = open.at(-1); top !== undefined && top.arm.depth > arm.depth; top = open.at(-1)) {
        open.pop();
        if ((open.at(-1)?.arm.depth ?? -1) < arm.depth) put(arm);
        const outer = open.at(-1);
        if (outer !== undefined) this.attach(outer, top.arm, this.finish(top));
      }
    };
    let root: Arm | null = null;
    for (const { arm, assign } of leaves) {
      if (root === null) put((root = armAt(arm, 0)));
      const top = open.at(-1);
      if (top !== undefined) close(meet(top.arm, arm));
      if (open.at(-1)?.arm !== arm) put(arm);
      const inner = open.at(-1);
      if (inner === undefined) continue;
      this.flush(inner);
      inner.made.push(assign);
    }
    if (root !== null) close(root);
    return open.flatMap((body) => this.finish(body));
  }

  private attach(outer: Open, at: Arm, statements: readonly Statement[]): void {
    const inner = armAt(at, outer.arm.depth + 1);
    if (outer.pending[0]?.inner.branch !== inner.branch) this.flush(outer);
    outer.pending.push({ inner, at, statements });
  }

  private finish(body: Open): readonly Statement[] {
    this.flush(body);
    return body.made;
  }

  private flush(body: Open): void {
    const { pending } = body;
    body.pending = [];
    const [first, second] = pending;
    if (first === undefined) return;
    if (second === undefined) body.made.push(...this.inside(body.arm, first.at, first.statements));
    else {
      const arms = pending.map(({ inner, at, statements }) => ({ inner, made: this.inside(inner, at, statements) }));
      // Of a shared arm the bit is asked; no other arm is taken where it is 1.
      const own = arms.filter(({ inner }) => inner.shared !== inner);
      const branch = first.inner.branch?.statement;
      if (branch !== undefined && own.length > 0) body.made.push(withArms(branch, own));
      for (const { inner, made } of arms) if (inner.shared === inner) body.made.push(this.whenTaken(inner, made));
    }
  }

  /** Statements of the arm `at`, as what stands in the arm `outer` around it. */
  private inside(outer: Arm, at: Arm, statements: readonly Statement[]): readonly Statement[] {
    let made = statements;
    for (let arm: Arm | null = at; arm !== null && arm !== outer; arm = arm.parent) {
      if (arm.shared === arm) return [this.whenTaken(arm, made)];
      const branch: Branch | undefined = arm.branch?.statement;
      if (branch !== undefined) made = [withArms(branch, [{ inner: arm, made }])];
    }
    return made;
  }

  private whenTaken(arm: Arm, then: readonly Statement[]): Statement {
    return {
      kind: 'when',
      condition: this.bitOf(arm),
      then,
      otherwise: [],
      place: arm.branch?.statement.place ?? null,
    };
  }

  /** The wire that is 1 where an arm is taken; those of the shared arms around it are made first, without recursion. */
  private bitOf(arm: Arm): NodeId {
    const missing: Arm[] = [];
    for (let at: Arm | null = arm; at !== null && !this.taken.has(at); at = at.parent?.shared ?? null) missing.push(at);
    for (let at = missing.pop(); at !== undefined; at = missing.pop()) this.taken.set(at, this.makeBit(at));
    return this.taken.get(arm) ?? 0;
  }

  private makeBit(arm: Arm): NodeId {
    const [zero, one] = (this.bits ??= [this.constant(0n), this.constant(1n)]);
    const place = arm.branch?.statement.place ?? null;
    const id = this.add({ kind: 'wire', type: bit, name: 'an arm that is taken', fallback: zero, place });
    const branch = arm.branch?.statement;
    if (branch === undefined) return id;
    const assign: Statement = { kind: 'assign', target: id, value: one, place };
    const way = withArms(branch, [{ inner: arm, made: [assign] }]);
    const root = armAt(arm, 0);
    this.ways.push(...this.inside(root, arm.parent ?? root, [way]));
    return id;
  }

  private constant(value: bigint): NodeId {
    return this.add({ kind: 'const', type: bit, value, name: null, place: null });
  }

  private add(node: Node): NodeId {
    return this.nodes.push(node) - 1;
  }
}

const bit = { kind: 'uint', width: 1 } as const;

/** A branch with nothing but these arms. Cases are left out where the fallback, which they would be in, is empty. */
function withArms(
  branch: Branch,
  arms: readonly { readonly inner: Arm; readonly made: readonly Statement[] }[],
): Statement {
  const made = new Map(arms.map(({ inner, made: statements }) => [inner.index, statements]));
  if (branch.kind === 'when') return withBodies(branch, [made.get(0) ?? [], made.get(1) ?? []]);
  const fallback = made.get(branch.cases.length) ?? [];
  const cases = branch.cases.flatMap(({ values }, i) => {
    const body = made.get(i);
    return body === undefined && fallback.length === 0 ? [] : [{ values, body: body ?? [] }];
  });
  return { ...branch, cases, fallback };
}
