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
