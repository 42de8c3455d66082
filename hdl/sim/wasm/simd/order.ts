/** An order of statements in which registers are read before they are overwritten, as far as there is one. */
import type { Statement } from '../../../ir/types.ts';
import { bodyTargets } from '../../../ir/body.ts';
import { idOf } from '../flat/flatten.ts';
import type { Flat, FlatId, Frame } from '../flat/types.ts';
import { needsOf, nodeOf, operandsOf, type WireSlices } from '../plan/dependencies.ts';

/** The cells' registers that a node's value depends on, its own or its neighbours', within the cycle. */
export class RegisterReads {
  private readonly known = new Map<FlatId, ReadonlySet<FlatId>>();
  private readonly flat: Flat;
  private readonly slices: WireSlices;

  constructor(flat: Flat, slices: WireSlices) {
    this.flat = flat;
    this.slices = slices;
  }

  of(id: FlatId): ReadonlySet<FlatId> {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const found = new Set<FlatId>();
    this.known.set(id, found);
    const node = nodeOf(this.flat, id);
    const source = node.cell?.();
    if (node.storage !== null) found.add(id);
    // Cells above and below are no part of what is being worked on.
    else if (source?.from === 'west' || source?.from === 'east') found.add(source.port);
    else for (const need of needsOf(node, this.slices)) for (const register of this.of(need)) found.add(register);
    return found;
  }
}

/** A statement, and whose nodes it names. */
export interface Framed {
  readonly statement: Statement;
  readonly frame: Frame;
}

/**
 * The statements in an order that means the same: those that assign one target stay in their order, and otherwise one
 * that overwrites what another reads comes after it where possible.
 */
export function readFirst(statements: readonly Framed[], reads: RegisterReads): readonly Framed[] {
  if (statements.length < 2) return statements;
  const remaining = statements.map((framed) => {
    const { statement, frame } = framed;
    return {
      framed,
      writes: [...bodyTargets([statement])].map((target) => idOf(frame, target)),
      reads: new Set(operandsOf([statement], frame).flatMap((operand) => [...reads.of(operand)])),
    };
  });
  const order: Framed[] = [];
  while (remaining.length > 0) {
    const free = remaining.filter(
      ({ writes }, i) =>
        !remaining.slice(0, i).some((earlier) => earlier.writes.some((target) => writes.includes(target))),
    );
    const harmless = free.find(
      (one) => !remaining.some((other) => other !== one && one.writes.some((target) => other.reads.has(target))),
    );
    const next = harmless ?? free[0];
    if (next === undefined) break;
    order.push(next.framed);
    remaining.splice(remaining.indexOf(next), 1);
  }
  return order;
}
