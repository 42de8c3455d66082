/**
 * Decides where in a function each value is worked out: a value used once where it is used, one used in several places
 * before the first of them, in the innermost block that contains them all. So what only one branch needs is worked out
 * only there.
 */
import type { Statement } from '../../../ir/types.ts';
import { elsewhenOf, innerBodies, statementOperands, type When } from '../../../ir/body.ts';
import { present } from '../../library.ts';
import { idOf } from '../flat/flatten.ts';
import type { Flat, FlatId, FlatNode, Frame } from '../flat/types.ts';
import { Block, meet, type Body, type Spot, type Step } from './blocks.ts';
import { inOrder, needsOf, nodeOf, type WireSlices } from './dependencies.ts';
import type { GridGroups } from './groups.ts';
import type { Item, Keepable } from './pass.ts';

export interface Request {
  readonly flat: Flat;
  readonly slices: WireSlices;
  readonly groups: GridGroups;
  readonly items: readonly Item[];
  /** What must be worked out before the first item. */
  readonly early: ReadonlySet<Keepable>;
}

export interface Plan {
  readonly root: Block;
  /** The bodies of the items that are statements, by item. */
  readonly bodies: ReadonlyMap<Item, Step>;
  readonly wires: ReadonlyMap<FlatId, Body>;
  /** Of a `mux`: where its second and third argument are worked out, if only one of them is. */
  readonly arms: ReadonlyMap<FlatId, readonly [Block, Block]>;
  /** Everything that the pass works out, each after what it needs. */
  readonly order: readonly Keepable[];
  /** Those that are kept, not worked out where they are used. */
  readonly kept: ReadonlySet<Keepable>;
  /** Nodes that functions called from this one read from memory. */
  readonly exported: ReadonlySet<FlatId>;
}

/** Deeper expressions are cut by keeping a value, so that neither this program's stack nor the machine's overflows. */
const deepest = 60;

/** Values needed in deeper blocks are worked out here: chains of wires would otherwise nest without end. */
const deepestBlock = 24;

function outOf({ block, anchor }: Spot): Spot {
  let spot = { block, anchor };
  while (spot.block.depth > deepestBlock && spot.block.parent !== null)
    spot = { block: spot.block.parent, anchor: spot.block.anchor };
  return spot;
}

/** Chains of as many arms are written flat instead of as a nest. */
const longChain = 16;

/** A `when` and its `elsewhen`s. */
function chainOf(first: When): readonly When[] {
  const chain = [first];
  for (let next = elsewhenOf(first); next !== null; next = elsewhenOf(next)) chain.push(next);
  return chain;
}

/** A body whose steps are still to be made. */
interface OpenBody {
  readonly statements: readonly Statement[];
  readonly body: Body;
  readonly steps: Step[];
}

function openBody(statements: readonly Statement[], frame: Frame, spot: Spot, open: OpenBody[]): Body {
  const steps: Step[] = [];
  const body = { block: new Block(spot.block, spot.anchor), frame, steps };
  open.push({ statements, body, steps });
  return body;
}

interface Use extends Spot {
  readonly count: number;
  readonly depth: number;
}

export function place(request: Request): Plan {
  return new Placer(request).plan();
}

class Placer {
  private readonly request: Request;
  private readonly root = new Block(null, 0);
  private readonly uses = new Map<Keepable, Use>();
  private readonly bodies = new Map<Item, Step>();
  private readonly wires = new Map<FlatId, Body>();
  private readonly arms = new Map<FlatId, readonly [Block, Block]>();
  private readonly kept = new Set<Keepable>();
  private readonly exported = new Set<FlatId>();

  constructor(request: Request) {
    this.request = request;
  }

  plan(): Plan {
    const { groups, items, early } = this.request;
    items.forEach((item, anchor) => {
      this.useItem(item, { block: this.root, anchor });
    });
    const order = inOrder([...this.uses.keys()], groups.needs);
    for (const item of order)
      if (typeof item === 'string') groups.withKey(item).uses.forEach((node) => this.exported.add(node));
    const rank = new Map(order.map((item, i) => [item, i]));
    for (const item of early) if (rank.has(item)) this.use(item, { block: this.root, anchor: 0 }, 0);
    for (const item of order.toReversed()) this.settle(item, present(rank.get(item), 'rank'));
    return {
      root: this.root,
      bodies: this.bodies,
      wires: this.wires,
      arms: this.arms,
      order,
      kept: this.kept,
      exported: this.exported,
    };
  }

  private useItem(item: Item, spot: Spot): void {
    switch (item.kind) {
      case 'statement':
        this.bodies.set(item, this.step(item.statement, item.frame, spot));
        break;
      case 'store':
      case 'resultNonZero':
        this.use(item.node, spot, 0);
        break;
      case 'kernel':
        for (const node of item.kernel.uses) {
          this.use(node, spot, 0);
          this.exported.add(node);
        }
        for (const { key } of item.kernel.after) if (this.request.groups.isOpen(key)) this.use(key, spot, 0);
        break;
      case 'readStart': {
        const { node, frame } = nodeOf(this.request.flat, item.node);
        if (node.kind !== 'read') throw new RangeError('a synchronous read is a read');
        this.use(idOf(frame, node.address), spot, 0);
        if (node.enable !== null) this.use(idOf(frame, node.enable), spot, 0);
        break;
      }
      case 'readEnd':
      case 'leaveIfFailed':
      case 'leaveUnless':
      case 'hold':
      case 'leaveIfMoved':
        break;
    }
  }

  private step(statement: Statement, frame: Frame, spot: Spot): Step {
    const open: OpenBody[] = [];
    const step = this.enter(statement, frame, spot, open);
    this.finish(open);
    return step;
  }

  private body(statements: readonly Statement[], frame: Frame, spot: Spot): Body {
    const open: OpenBody[] = [];
    const body = openBody(statements, frame, spot, open);
    this.finish(open);
    return body;
  }

  /**
   * Makes the steps of open bodies, the last one first, with a stack of its own: bodies nest as deep as the designer
   * likes.
   */
  private finish(open: OpenBody[]): void {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { statements, body, steps } = top;
      const statement = statements[steps.length];
      if (statement === undefined) {
        open.pop();
        continue;
      }
      const inner: OpenBody[] = [];
      steps.push(this.enter(statement, body.frame, { block: body.block, anchor: steps.length }, inner));
      for (const each of inner.reverse()) open.push(each);
    }
  }

  /** One step; the bodies inside it are put into `inner`, for {@link finish}. */
  private enter(statement: Statement, frame: Frame, spot: Spot, inner: OpenBody[]): Step {
    const chain = statement.kind === 'when' ? chainOf(statement) : [];
    const last = chain.at(-1);
    if (last === undefined || chain.length < longChain) {
      for (const operand of statementOperands(statement)) this.use(idOf(frame, operand), spot, 0);
      return {
        kind: 'statement',
        statement,
        inner: innerBodies(statement).map((body) => openBody(body, frame, spot, inner)),
      };
    }
    const block = new Block(spot.block, spot.anchor);
    const arms = chain.map(({ condition, then }, anchor) => {
      const id = idOf(frame, condition);
      this.use(id, { block, anchor }, 0);
      return { condition: id, body: openBody(then, frame, { block, anchor }, inner) };
    });
    return {
      kind: 'chain',
      block,
      arms,
      otherwise: openBody(last.otherwise, frame, { block, anchor: arms.length }, inner),
    };
  }

  private use(item: Keepable, spot: Spot, depth: number): void {
    const known = this.uses.get(item);
    if (known === undefined) this.uses.set(item, { ...spot, count: 1, depth });
    else this.uses.set(item, { ...meet(known, spot), count: known.count + 1, depth });
  }

  /** All uses of `item` are known: decides its spot, then passes the uses on to what it needs. */
  private settle(item: Keepable, rank: number): void {
    const used = this.uses.get(item);
    if (used === undefined) return;
    const use = { ...used, ...outOf(used) };
    const node = typeof item === 'string' ? null : nodeOf(this.request.flat, item);
    const kept = node === null || this.isKept(node, use);
    if (kept) {
      this.kept.add(item);
      const placed = use.block.placed.get(use.anchor);
      if (placed === undefined) use.block.placed.set(use.anchor, [rank]);
      else placed.push(rank);
    }
    const depth = kept ? 0 : use.depth + 1;
    if (node === null) {
      for (const need of this.request.groups.needs(item)) this.use(need, use, 0);
    } else if (node.node.kind === 'wire') {
      const { fallback } = node.node;
      if (fallback !== null) this.use(idOf(node.frame, fallback), use, 0);
      this.wires.set(node.id, this.body(this.request.slices.of(node.frame, node.local), node.frame, use));
    } else if (node.node.kind === 'op' && node.node.op === 'mux') {
      this.settleMux(node, use, depth);
    } else {
      for (const need of node.node.kind === 'gridOutput'
        ? this.request.groups.needs(node.id)
        : needsOf(node, this.request.slices))
        this.use(need, use, depth);
    }
  }

  private settleMux(node: FlatNode, use: Use, depth: number): void {
    const [condition, first, second] = needsOf(node, this.request.slices);
    if (condition === undefined || first === undefined || second === undefined)
      throw new RangeError('a mux has three arguments');
    this.use(condition, use, depth);
    if (this.isLeaf(first) && this.isLeaf(second)) {
      this.use(first, use, depth);
      this.use(second, use, depth);
      return;
    }
    const arms = [new Block(use.block, use.anchor), new Block(use.block, use.anchor)] as const;
    this.arms.set(node.id, arms);
    this.use(first, { block: arms[0], anchor: 0 }, depth);
    this.use(second, { block: arms[1], anchor: 0 }, depth);
  }

  private isKept(node: FlatNode, use: Use): boolean {
    if (this.request.early.has(node.id)) return true;
    if (node.storage !== null || node.node.kind === 'const') return false;
    if (this.exported.has(node.id) || node.node.kind === 'wire') return true;
    return use.count > 1 || use.depth > deepest;
  }

  private isLeaf(id: FlatId): boolean {
    const node = nodeOf(this.request.flat, id);
    return node.storage !== null || node.node.kind === 'const';
  }
}
