/** Bodies of modules as functions of a frame: compiled once per definition, run for each of its instances. */
import type { NodeId, Statement } from '../../ir/types.ts';
import { eachStatement, statementOperands, walkBody, type Leaf } from '../../ir/body.ts';
import { present } from '../library.ts';
import type { Frame } from './frames.ts';

/** Reads the settled value of a node. */
export type Read = (frame: Frame, node: NodeId) => bigint;
export type Run = (frame: Frame) => void;
export type Evaluate = (frame: Frame) => bigint;
/** One step of a compiled body: does something, or goes on somewhere else. */
type Instruction =
  | { readonly kind: 'run'; readonly run: Run }
  /** Goes on at `target` where the condition is 0. */
  | { readonly kind: 'unless'; readonly condition: NodeId; target: number }
  | { readonly kind: 'jump'; target: number }
  /** Goes on at the case of the subject's value. */
  | { readonly kind: 'select'; readonly subject: NodeId; readonly cases: Map<bigint, number>; fallback: number };

/**
 * Runs a body top to bottom, taking the branches that its conditions choose; `leaf` gives the meaning of what it
 * reaches. Branches become jumps in one list, so that chains and nests of any depth cost no stack.
 */
export function compileBody(body: readonly Statement[], read: Read, leaf: (statement: Leaf) => Run): Run {
  const code: Instruction[] = [];
  /** Of each branch that is being compiled: its own instruction, and the jumps that leave it. */
  const open: {
    readonly head: Exclude<Instruction, { kind: 'run' | 'jump' }>;
    readonly exits: { target: number }[];
  }[] = [];
  walkBody(body, {
    leaf: (statement) => {
      code.push({ kind: 'run', run: leaf(statement) });
    },
    enter: (statement) => {
      const head: (typeof open)[number]['head'] =
        statement.kind === 'when'
          ? { kind: 'unless', condition: statement.condition, target: 0 }
          : { kind: 'select', subject: statement.subject, cases: new Map(), fallback: 0 };
      code.push(head);
      open.push({ head, exits: [] });
    },
    arm: (statement, index) => {
      const branch = present(open.at(-1), 'open branch');
      if (index > 0) {
        const exit = { kind: 'jump', target: 0 } as const satisfies Instruction;
        code.push(exit);
        branch.exits.push(exit);
      }
      const { head } = branch;
      const values = statement.kind === 'switch' ? statement.cases[index]?.values : undefined;
      if (head.kind === 'select' && values !== undefined)
        for (const value of values) head.cases.set(value, code.length);
      else if (head.kind === 'select') head.fallback = code.length;
      else head.target = code.length;
    },
    leave: () => {
      for (const exit of open.pop()?.exits ?? []) exit.target = code.length;
    },
  });
  return (frame) => {
    for (let at = 0; at < code.length;) {
      const step = code[at++];
      switch (step?.kind) {
        case 'run':
          step.run(frame);
          break;
        case 'unless':
          if (read(frame, step.condition) === 0n) at = step.target;
          break;
        case 'jump':
          at = step.target;
          break;
        case 'select':
          at = step.cases.get(read(frame, step.subject)) ?? step.fallback;
          break;
        case undefined:
          break;
      }
    }
  };
}

/** What a slice makes of its target: the last assignment that it reaches, or `unassigned`. */
export function compileSlice(slice: readonly Statement[], read: Read, unassigned: Evaluate): Evaluate {
  let taken = 0n;
  const run = compileBody(slice, read, (statement) =>
    statement.kind === 'assign'
      ? (frame) => {
          taken = read(frame, statement.value);
        }
      : () => {},
  );
  return (frame) => {
    taken = unassigned(frame);
    run(frame);
    return taken;
  };
}

/** The nodes that a slice reads: values assigned and the conditions around them. */
export function sourcesOf(slice: readonly Statement[]): readonly NodeId[] {
  const sources = new Set<NodeId>();
  eachStatement(slice, (statement) => {
    for (const node of statementOperands(statement)) sources.add(node);
  });
  return [...sources];
}
