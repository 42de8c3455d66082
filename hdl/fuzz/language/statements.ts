/** Random statements: assignments under `when`, `match` and `matchValue`, writes of memories, checks. */
import { assert, cover, match, matchValue, when, type Bit, type Enum, type UInt } from '../../index.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import type { Pool } from './pool.ts';
import { enumerations, type Sort } from './sorts.ts';
import { asEnum } from './pool.ts';
import type { Target } from './targets.ts';

export interface Scope {
  /** What conditions and values are made of. */
  readonly pool: Pool;
  readonly targets: readonly Target[];
  /** Writes of memories, and whatever else can stand under a condition. */
  readonly effects: readonly (() => void)[];
  /** Makes one value more. */
  readonly operation: () => void;
  /** Leaves that some statement assigns: in this block, and anywhere. */
  readonly here: Set<string>;
  readonly ever: Set<string>;
  readonly depth: number;
}

const deepest = 3;

/** The same in a block of its own. */
function inner(scope: Scope, body: (scope: Scope) => void): () => void {
  return () => {
    const own: Scope = { ...scope, here: new Set(), depth: scope.depth + 1 };
    body(own);
    for (const leaf of own.here) scope.here.add(leaf);
  };
}

function assign(scope: Scope, { sort, leaves, assign: give }: Target): void {
  give(scope.pool.given(sort));
  for (const leaf of leaves) {
    scope.here.add(leaf);
    scope.ever.add(leaf);
  }
}

/** A few statements; none hides an earlier one for certain, which would be E0007. */
export function statements(scope: Scope, most = 3): void {
  const { choices } = scope.pool;
  for (let i = choices.below(most + 1); i > 0 && !choices.done; i--) statement(scope, choices);
}

function statement(scope: Scope, choices: Choices): void {
  const block = (): (() => void) =>
    inner(scope, (own) => {
      statements(own);
    });
  switch (choices.below(scope.depth < deepest ? 9 : 5)) {
    case 0:
    case 1:
    case 2: {
      const open = scope.targets.filter(({ leaves }) => leaves.every((leaf) => !scope.here.has(leaf)));
      if (open.length > 0) assign(scope, choices.of(open));
      break;
    }
    case 3: {
      if (scope.effects.length > 0) choices.of(scope.effects)();
      else scope.operation();
      break;
    }
    case 4: {
      const condition = scope.pool.bit();
      // An assertion that fails ends the run for all that comes after it.
      if (choices.chance(1, 6)) assert(condition.or(scope.pool.bit()), 'asserted "here"');
      else cover(condition, `covered ${choices.below(4)}`);
      break;
    }
    case 5:
    case 6: {
      let chain = when(scope.pool.bit(), block());
      for (let arms = choices.below(4); arms > 0; arms--) chain = chain.elsewhen(scope.pool.bit(), block());
      if (choices.chance(1, 2)) chain.otherwise(block());
      break;
    }
    case 7:
      byLabel(scope, choices, block);
      break;
    default:
      byValue(scope, choices, block);
  }
}

/** A `match` with a block for every label. */
function byLabel(scope: Scope, choices: Choices, block: () => () => void): void {
  const { subject, labels } = enumerated(scope, choices);
  match(subject, Object.fromEntries(labels.map((label) => [label, block()])));
}

/** A `matchValue` with a block for some values, and one for all others. */
function byValue(scope: Scope, choices: Choices, block: () => () => void): void {
  const { subject, keys } = numbered(scope, choices);
  matchValue(subject, Object.fromEntries(keys.map((key) => [key, block()])), block());
}

/** Statements that give every one of `targets` a value, whatever holds. */
export function complete(scope: Scope, targets: readonly Target[]): void {
  const { choices } = scope.pool;
  const block = (): (() => void) =>
    inner(scope, (own) => {
      complete(own, targets);
      if (choices.chance(1, 3)) statements({ ...own, targets }, 1);
    });
  switch (choices.below(scope.depth < deepest ? 7 : 1)) {
    case 0:
    case 1:
      for (const target of targets) assign(scope, target);
      break;
    case 2:
      when(scope.pool.bit(), block()).otherwise(block());
      break;
    case 3:
      when(scope.pool.bit(), block()).elsewhen(scope.pool.bit(), block()).otherwise(block());
      break;
    case 4:
    case 5:
      byLabel(scope, choices, block);
      break;
    default:
      byValue(scope, choices, block);
  }
}

/** An enumeration that is there, or one that bits are read as. */
function enumerated(
  { pool }: Scope,
  choices: Choices,
): {
  readonly subject: Enum<string>;
  readonly labels: readonly string[];
} {
  const there = pool.any(({ kind }) => kind === 'enum');
  if (there?.sort.kind === 'enum' && choices.chance(2, 3)) return { subject: asEnum(there), labels: there.sort.labels };
  const sort = choices.of(enumerations);
  return { subject: asEnum({ sort, value: pool.of(sort) }), labels: sort.labels };
}

function numbered({ pool }: Scope, choices: Choices): { readonly subject: UInt; readonly keys: readonly number[] } {
  const width = 1 + choices.below(4);
  const keys = Array.from({ length: 1 + choices.below(4) }, () => choices.below(2 ** width));
  return { subject: pool.uint(width), keys: [...new Set(keys)] };
}

type Wire = Target & { readonly value: unknown };

/** Wires in a chain, each with the one before as its default and a `when` … `elsewhen` of its own; `make` makes one. */
export function chain(scope: Scope, sort: Sort, length: number, make: (fallback: unknown) => Wire): void {
  const condition = (): Bit => scope.pool.bit();
  const wires: unknown[] = [scope.pool.of(sort)];
  for (let i = 0; i < length; i++) {
    const wire = make(wires.at(-1));
    const given = (): (() => void) =>
      inner(scope, (own) => {
        assign(own, wire);
      });
    when(condition(), given()).elsewhen(condition(), given());
    wires.push(wire.value);
  }
  for (const value of wires.slice(1)) scope.pool.add(sort, value);
}
