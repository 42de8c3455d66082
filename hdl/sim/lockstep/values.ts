/** Random values of a module: well-typed operations on what is there already. */
import type { NodeId, Operation, Type } from '../../ir/types.ts';
import { sameType, typeWidth } from '../../ir/walk.ts';
import { bit, uint, vec, type Draft } from '../testing-designs.ts';
import type { Choices } from './choices.ts';
import { allTypes, laneTypes, numberTypes } from './types.ts';

const laneOperations: readonly Operation[] = [
  'add',
  'mux',
  'sub',
  'and',
  'eq',
  'lt',
  'mul',
  'cat',
  'slice',
  'shl',
  'shr',
  'extend',
  'truncate',
  'cast',
  'not',
  'or',
  'xor',
  'ne',
  'le',
  'gt',
  'ge',
  'orReduce',
  'andReduce',
  'xorReduce',
];
const vectorOperations: readonly Operation[] = ['index', 'update', 'vec', 'fill'];

const laneAmounts: readonly Type[] = [3, 5, 6, 7, 9, 33].map(uint);
const amounts: readonly Type[] = [...laneAmounts, uint(65)];

export class Values {
  readonly draft: Draft;
  readonly types: readonly Type[];
  /** Everything that may be used, earlier values first. */
  readonly pool: NodeId[] = [];
  private readonly choices: Choices;
  private names = 0;

  constructor(draft: Draft, choices: Choices, types: readonly Type[]) {
    this.draft = draft;
    this.types = types;
    this.choices = choices;
  }

  add(id: NodeId): NodeId {
    this.pool.push(id);
    return id;
  }

  name(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  /** Any value; at least one exists. Recent ones come more often. */
  any(): NodeId {
    const { choices, pool } = this;
    const last = pool.length - 1;
    const back = choices.chance(1, 2) ? choices.below(Math.min(4, pool.length)) : choices.below(pool.length);
    return pool[last - back] ?? 0;
  }

  /** A value of that type, converted if need be. */
  of(type: Type): NodeId {
    if (this.choices.chance(1, 8)) return this.draft.constant(type, this.choices.bits(typeWidth(type)));
    const same = this.pool.filter((id) => sameType(this.draft.type(id), type));
    if (same.length > 0 && !this.choices.chance(1, 4)) return this.choices.of(same);
    return this.converted(this.any(), type);
  }

  converted(id: NodeId, type: Type): NodeId {
    const { draft } = this;
    const from = draft.type(id);
    if (sameType(from, type)) return id;
    const width = typeWidth(type);
    const own = typeWidth(from);
    if (own === width) return draft.op('cast', type, [id]);
    const number = from.kind === 'uint' || from.kind === 'sint' ? id : draft.op('cast', uint(own), [id]);
    const kind = from.kind === 'sint' ? 'sint' : 'uint';
    const sized = draft.op(own < width ? 'extend' : 'truncate', { kind, width }, [number]);
    return kind === type.kind ? sized : draft.op('cast', type, [sized]);
  }

  number(): NodeId {
    const id = this.any();
    const { kind } = this.draft.type(id);
    return kind === 'uint' || kind === 'sint' ? id : this.of(this.choices.of(numberTypes));
  }

  private amount(): NodeId {
    if (this.types === laneTypes && this.choices.chance(1, 2))
      return this.draft.constant(uint(7), this.choices.below(70));
    return this.of(this.choices.of(this.types === laneTypes ? laneAmounts : amounts));
  }

  /** What a number finds in a table, which takes one choice, however long it is. */
  private lookup(): NodeId {
    const { choices, draft } = this;
    const element = choices.of(this.types.filter(({ kind }) => kind !== 'vec'));
    const length = choices.of([16, 5, 20, 64, 100, 256]);
    const [width, seed] = [typeWidth(element), choices.below(65_536)];
    const entries = Array.from({ length }, (_, i) =>
      BigInt.asUintN(width, BigInt(Math.imul(seed + i, 0x9e3779b1) >>> 0) * 0x1_0000_8001n),
    );
    const table = draft.constant(
      vec(length, element),
      entries.reduceRight((all, entry) => (all << BigInt(width)) | entry, 0n),
    );
    return this.add(
      draft.op('index', element, [table, this.of(choices.of([uint(8), uint(4), uint(7), uint(9), uint(32)]))]),
    );
  }

  /** One operation more. */
  operation(): NodeId {
    const { choices, draft } = this;
    const named = choices.chance(1, 3) ? this.name('n') : null;
    const op = choices.of([...laneOperations, ...vectorOperations]);
    const make = (type: Type, args: readonly NodeId[], low = 0): NodeId =>
      this.add(draft.op(op, type, args, { name: named, low }));
    switch (op) {
      case 'add':
      case 'sub':
      case 'and':
      case 'or':
      case 'xor': {
        const a = this.number();
        return make(draft.type(a), [a, this.of(draft.type(a))]);
      }
      case 'mul': {
        const a = this.number();
        const { kind } = draft.type(a);
        const b = this.of({
          kind: kind === 'sint' ? 'sint' : 'uint',
          width: choices.of([8, 1, 9, 16, 32, 33, 64, 65]),
        });
        return make(
          { kind: kind === 'sint' ? 'sint' : 'uint', width: typeWidth(draft.type(a)) + typeWidth(draft.type(b)) },
          [a, b],
        );
      }
      case 'not': {
        const a = this.number();
        return make(draft.type(a), [a]);
      }
      case 'shl':
      case 'shr': {
        const a = this.number();
        return make(draft.type(a), [a, this.amount()]);
      }
      case 'eq':
      case 'ne': {
        const a = this.any();
        return make(bit, [a, this.of(draft.type(a))]);
      }
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge': {
        const a = this.number();
        return make(bit, [a, this.of(draft.type(a))]);
      }
      case 'mux': {
        const a = this.any();
        return make(draft.type(a), [this.of(bit), a, this.of(draft.type(a))]);
      }
      case 'cat': {
        const args = Array.from({ length: 1 + choices.below(3) }, () => this.any());
        return make(uint(args.reduce((sum, id) => sum + typeWidth(draft.type(id)), 0)), args);
      }
      case 'slice': {
        const a = this.any();
        const own = typeWidth(draft.type(a));
        const low = choices.below(own);
        return make(uint(1 + choices.below(own - low)), [a], low);
      }
      case 'extend':
      case 'truncate': {
        const a = this.number();
        const { kind } = draft.type(a);
        const own = typeWidth(draft.type(a));
        const width = op === 'extend' ? own + choices.of([0, 1, 24, 31, 64]) : 1 + choices.below(own);
        return make({ kind: kind === 'sint' ? 'sint' : 'uint', width }, [a]);
      }
      case 'cast': {
        const a = this.any();
        const own = typeWidth(draft.type(a));
        const fitting = [
          uint(own),
          { kind: 'sint', width: own } as const,
          ...(this.types === laneTypes ? [] : [vec(own, bit)]),
          ...this.types.filter((type) => typeWidth(type) === own),
        ];
        return make(choices.of(fitting), [a]);
      }
      case 'orReduce':
      case 'andReduce':
      case 'xorReduce':
        return make(bit, [this.any()]);
      case 'vec': {
        const a = this.any();
        const more = Array.from({ length: choices.below(3) }, () => this.of(draft.type(a)));
        return make(vec(1 + more.length, draft.type(a)), [a, ...more]);
      }
      case 'fill': {
        const a = this.any();
        return make(vec(1 + choices.below(4), draft.type(a)), [a]);
      }
      case 'index':
      case 'update': {
        const vectors = this.pool.filter((id) => draft.type(id).kind === 'vec');
        const v =
          vectors.length > 0 ? choices.of(vectors) : this.of(choices.of(allTypes.filter(({ kind }) => kind === 'vec')));
        const type = draft.type(v);
        if (op === 'index' && choices.chance(1, 3)) return this.lookup();
        if (type.kind !== 'vec') throw new RangeError('a vector');
        const at = choices.chance(1, 3) ? draft.constant(uint(3), choices.below(8)) : this.amount();
        return op === 'index' ? make(type.element, [v, at]) : make(type, [v, at, this.of(type.element)]);
      }
    }
  }
}
