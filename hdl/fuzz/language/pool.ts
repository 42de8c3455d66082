/** The values that a module has so far; each can be had as any sort. */
import { constant, pack, unpack, type Bit, type Bits, type Enum, type SInt, type UInt, type Vec } from '../../index.ts';
import { surface } from '../../language/surface.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import { bitSort, literalOf, sameSort, shapeOf, uintSort, widthOf, type Sort } from './sorts.ts';

export type Fields = Readonly<Record<string, unknown>>;
export interface Entry {
  readonly sort: Sort;
  readonly value: unknown;
}

export class Pool {
  readonly choices: Choices;
  readonly #own: Entry[] = [];
  /** What it sees besides its own. */
  readonly #below: Pool | null;

  constructor(choices: Choices, below: Pool | null = null) {
    this.choices = choices;
    this.#below = below;
  }

  get entries(): readonly Entry[] {
    return this.#below === null ? this.#own : [...this.#below.entries, ...this.#own];
  }

  add(sort: Sort, value: unknown): void {
    this.#own.push({ sort, value });
  }

  /** Any entry; recent ones come more often. */
  any(wanted: (sort: Sort) => boolean = () => true): Entry | null {
    const { choices } = this;
    const fitting = this.entries.filter(({ sort }) => wanted(sort));
    if (fitting.length === 0) return null;
    const back = choices.chance(1, 2) ? choices.below(Math.min(4, fitting.length)) : choices.below(fitting.length);
    return fitting.at(-1 - back) ?? null;
  }

  /** A value of a sort: one that is there, another converted, or a constant. */
  of(sort: Sort): unknown {
    const { choices } = this;
    const other = this.any();
    if (other === null || choices.chance(1, 8)) return constant(shapeOf(sort), literalOf(sort, choices));
    const same = choices.chance(1, 4) ? null : this.any((own) => sameSort(own, sort));
    return same === null ? this.converted(other, sort) : same.value;
  }

  /** The same, or a literal: what an operand or an assignment takes. */
  given(sort: Sort): unknown {
    return this.choices.chance(1, 4) ? literalOf(sort, this.choices) : this.of(sort);
  }

  bit(): Bit {
    return surface<Bit>(this.of(bitSort));
  }
  uint(width: number): UInt {
    return surface<UInt>(this.of(uintSort(width)));
  }

  /** Bits of one value read as another sort: codes without a label come of it. */
  converted({ sort, value }: Entry, wanted: Sort): unknown {
    if (sameSort(sort, wanted)) return value;
    const width = widthOf(wanted);
    const bits = pack(value);
    const sized = widthOf(sort) < width ? bits.extend(width) : bits.truncate(width);
    switch (wanted.kind) {
      case 'bit':
        return this.choices.chance(1, 2) ? bits.any() : bits.bit(this.choices.below(widthOf(sort)));
      case 'uint':
        return sized;
      case 'sint':
        return sized.asSint();
      default:
        return unpack(shapeOf(wanted), sized);
    }
  }
}

/** An entry as the designer's type of its sort, for its methods. Numbers have the same ones, signed or not. */
export const asNumber = ({ value }: Entry): Bits<'uint', number> => surface<Bits<'uint', number>>(value);
export const asSigned = ({ value }: Entry): SInt => surface<SInt>(value);
export const asBit = ({ value }: Entry): Bit => surface<Bit>(value);
export const asEnum = ({ value }: Entry): Enum<string> => surface<Enum<string>>(value);
export const asVec = ({ value }: Entry): Vec<unknown> => surface<Vec<unknown>>(value);
export const asRecord = ({ value }: Entry): Fields => surface<Fields>(value);
