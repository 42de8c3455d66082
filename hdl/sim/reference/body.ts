/** Bodies of modules as functions of a frame: compiled once per definition, run for each of its instances. */
import type { NodeId, Statement } from '../../ir/types.ts';
import { eachStatement, statementOperands } from '../../ir/walk.ts';
import type { Frame } from './frames.ts';

/** Reads the settled value of a node. */
export type Read = (frame: Frame, node: NodeId) => bigint;
export type Run = (frame: Frame) => void;
export type Evaluate = (frame: Frame) => bigint;
/** A statement without statements inside it. */
export type Leaf = Exclude<Statement, { readonly kind: 'when' | 'switch' }>;

/** Runs a body top to bottom, taking the branches that its conditions choose; `leaf` gives the meaning of what it reaches. */
export function compileBody(body: readonly Statement[], read: Read, leaf: (statement: Leaf) => Run): Run {
  const steps = body.map((statement): Run => {
    switch (statement.kind) {
      case 'when': {
        const then = compileBody(statement.then, read, leaf);
        const otherwise = compileBody(statement.otherwise, read, leaf);
        return (frame) => (read(frame, statement.condition) === 0n ? otherwise(frame) : then(frame));
      }
      case 'switch': {
        const fallback = compileBody(statement.fallback, read, leaf);
        const cases = new Map(statement.cases.flatMap(({ values, body: inside }) => {
          const run = compileBody(inside, read, leaf);
          return values.map((value) => [value, run] as const);
        }));
        return (frame) => (cases.get(read(frame, statement.subject)) ?? fallback)(frame);
      }
      case 'assign':
      case 'write':
      case 'check': return leaf(statement);
    }
  });
  const [only] = steps;
  if (only !== undefined && steps.length === 1) return only;
  return (frame) => { for (const step of steps) step(frame); };
}

/**
 * A body taken apart: for each node that it assigns, the statements that assign it inside the branches that guard them. One pass, because
 * a module may have as many targets as statements.
 */
export function slicesOf(body: readonly Statement[]): ReadonlyMap<NodeId, readonly Statement[]> {
  const slices = new Map<NodeId, Statement[]>();
  const add = (target: NodeId, statement: Statement): void => {
    const slice = slices.get(target);
    if (slice === undefined) slices.set(target, [statement]);
    else slice.push(statement);
  };
  for (const statement of body) {
    if (statement.kind === 'assign') {
      add(statement.target, statement);
    } else if (statement.kind === 'when') {
      const then = slicesOf(statement.then);
      const otherwise = slicesOf(statement.otherwise);
      for (const target of new Set([...then.keys(), ...otherwise.keys()])) {
        add(target, { ...statement, then: then.get(target) ?? [], otherwise: otherwise.get(target) ?? [] });
      }
    } else if (statement.kind === 'switch') {
      const cases = statement.cases.map(({ values, body: inside }) => ({ values, slices: slicesOf(inside) }));
      const fallback = slicesOf(statement.fallback);
      for (const target of new Set([...cases.flatMap((one) => [...one.slices.keys()]), ...fallback.keys()])) {
        // A case that leaves the target alone stays, because it keeps its values from the fallback.
        const kept = cases.map((one) => ({ values: one.values, body: one.slices.get(target) ?? [] }));
        add(target, { ...statement, cases: kept, fallback: fallback.get(target) ?? [] });
      }
    }
  }
  return slices;
}

/** What a slice makes of its target: the last assignment that it reaches, or `unassigned`. */
export function compileSlice(slice: readonly Statement[], read: Read, unassigned: Evaluate): Evaluate {
  let taken = 0n;
  const run = compileBody(slice, read, (statement) =>
    (statement.kind === 'assign' ? (frame) => { taken = read(frame, statement.value); } : () => {}));
  return (frame) => {
    taken = unassigned(frame);
    run(frame);
    return taken;
  };
}

/** The nodes that a slice reads: values assigned and the conditions around them. */
export function sourcesOf(slice: readonly Statement[]): readonly NodeId[] {
  const sources = new Set<NodeId>();
  eachStatement(slice, (statement) => { for (const node of statementOperands(statement)) sources.add(node); });
  return [...sources];
}
