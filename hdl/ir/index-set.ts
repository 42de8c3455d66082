/** From here on a set is the bits of a number: few indices take less than as many bits as the largest of them says. */
const mostListed = 32;

/**
 * A set of indices that never changes. Made for thousands of sets over thousands of indices: sets of a few are lists,
 * others bits, and what contains all of the other set is itself the union.
 */
export class IndexSet {
  /** In rising order; null where the set is {@link bits}. */
  private readonly list: readonly number[] | null;
  private readonly bits: bigint;

  private constructor(list: readonly number[] | null, bits: bigint) {
    this.list = list;
    this.bits = bits;
  }

  static readonly empty = new IndexSet([], 0n);

  static of(index: number): IndexSet {
    return new IndexSet([index], 0n);
  }

  get isEmpty(): boolean {
    return this.list?.length === 0;
  }

  /** Of all of them, in rising order. */
  members(): readonly number[] {
    if (this.list !== null) return this.list;
    const digits = this.bits.toString(2);
    const found: number[] = [];
    for (let at = digits.lastIndexOf('1'); at >= 0; at = at === 0 ? -1 : digits.lastIndexOf('1', at - 1))
      found.push(digits.length - 1 - at);
    return found;
  }

  includes(other: IndexSet): boolean {
    if (other === this || other.isEmpty) return true;
    if (this.list !== null) {
      const { list } = this;
      return other.list !== null && other.list.every((index) => list.includes(index));
    }
    if (other.list !== null) return other.list.every((index) => ((this.bits >> BigInt(index)) & 1n) === 1n);
    return (this.bits & other.bits) === other.bits;
  }

  union(other: IndexSet): IndexSet {
    if (this.includes(other)) return this;
    if (other.includes(this)) return other;
    if (this.list !== null && other.list !== null) {
      const all = [...new Set([...this.list, ...other.list])];
      if (all.length <= mostListed)
        return new IndexSet(
          all.toSorted((a, b) => a - b),
          0n,
        );
    }
    return new IndexSet(null, this.asBits() | other.asBits());
  }

  private asBits(): bigint {
    return this.list === null ? this.bits : this.list.reduce((bits, index) => bits | (1n << BigInt(index)), 0n);
  }
}
