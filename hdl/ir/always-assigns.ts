import { foldBody } from './body.ts';
import type { NodeId, Statement, Type } from './types.ts';
import { typeWidth } from './walk.ts';

/**
 * Whether every way through a target's slice assigns it, whatever bit patterns the subjects of its switches have: a
 * code without a label is one too, although designers need not think of it. What is not assigned is 0.
 */
export function alwaysAssigns(slice: readonly Statement[], typeOf: (id: NodeId) => Type): boolean {
  return foldBody<boolean, boolean>(
    slice,
    (statement, inner) => {
      switch (statement.kind) {
        case 'assign':
          return true;
        case 'when':
          return inner.every(Boolean);
        case 'switch': {
          const named = new Set(statement.cases.flatMap(({ values }) => values));
          const every = BigInt(named.size) === 1n << BigInt(typeWidth(typeOf(statement.subject)));
          return (every ? inner.slice(0, -1) : inner).every(Boolean);
        }
        case 'write':
        case 'check':
          return false;
      }
    },
    (made) => made.includes(true),
  );
}
