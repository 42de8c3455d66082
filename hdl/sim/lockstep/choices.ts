/** Where random circuits come from: a list of numbers, so that a shorter or lower list is a simpler circuit. */
export class Choices {
  private readonly numbers: readonly number[];
  private at = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** 0 to `count` − 1; 0 when the list is used up. */
  below(count: number): number {
    return (this.numbers[this.at++] ?? 0) % count;
  }

  /** One of a list that is not empty; the first one when the numbers are used up. */
  of<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }

  chance(one: number, outOf: number): boolean {
    return this.below(outOf) >= outOf - one;
  }

  bits(width: number): bigint {
    const style = this.below(4);
    if (style === 0) return 0n;
    if (style === 1) return (1n << BigInt(width)) - 1n;
    let value = 0n;
    for (let bit = 0; bit < width; bit += 16) value = (value << 16n) | BigInt(this.below(65_536));
    return BigInt.asUintN(width, value);
  }

  /** Whether everything that follows is 0. */
  get done(): boolean {
    return this.at >= this.numbers.length;
  }
}
