/** One random operation of the language on what a pool has. */
import {
  cat,
  concat,
  constant,
  fill,
  named,
  pack,
  pick,
  select,
  selectAs,
  unpack,
  type BitIn,
  type UInt,
} from '../../index.ts';
import { surface } from '../../language/surface.ts';
import type { Names } from './names.ts';
import { asBit, asEnum, asNumber, asRecord, asSigned, asVec, type Entry, type Pool } from './pool.ts';
import {
  bitSort,
  literalOf,
  randomSort,
  shapeOf,
  uintSort,
  widthOf,
  type EnumSort,
  type NumberSort,
  type Palette,
  type Sort,
  type StructSort,
  type VecSort,
} from './sorts.ts';

/** Wider values than this are cut: products of products would have no end. */
const widest = 200;

type Make = () => readonly [sort: Sort, value: unknown];

/** Adds one value more to the pool. */
export function operation(pool: Pool, names: Names, palette: Palette): void {
  const { choices } = pool;
  const number = choices.chance(1, 2) ? pool.any(({ kind }) => kind === 'uint' || kind === 'sint') : null;
  const a = number ?? pool.any() ?? { sort: bitSort, value: constant(shapeOf(bitSort), 1) };
  const makers = choices.chance(2, 3) ? ofItsSort(pool, a, palette) : general(pool, a, palette);
  const [sort, value] = choices.of(makers)();
  const wide = widthOf(sort) > widest;
  const given = wide ? pack(value).truncate(widest) : value;
  pool.add(wide ? uintSort(widest) : sort, choices.chance(1, 3) ? named(names.fresh('n'), given) : given);
}

function ofItsSort(pool: Pool, a: Entry, palette: Palette): readonly Make[] {
  switch (a.sort.kind) {
    case 'bit':
      return ofBit(pool, a);
    case 'uint':
    case 'sint':
      return ofNumber(pool, a, a.sort);
    case 'enum':
      return ofEnum(pool, a, a.sort, palette);
    case 'vec':
      return ofVec(pool, a, a.sort);
    case 'struct':
      return ofStruct(pool, a, a.sort);
  }
}

/** What every sort has. */
function general(pool: Pool, a: Entry, palette: Palette): readonly Make[] {
  const { choices } = pool;
  const { sort, value } = a;
  const shape = shapeOf(sort);
  const plain: readonly Make[] = [
    () => [sort, select(pool.bit(), value, pool.of(sort))],
    () => [sort, selectAs(shape, pool.bit(), pool.given(sort), literalOf(sort, choices))],
    () => {
      const wanted = randomSort(choices, palette);
      return [wanted, pool.converted(a, wanted)];
    },
  ];
  return [
    ...plain,
    () => [uintSort(widthOf(sort)), pack(value)],
    () => [sort, unpack(shape, pool.uint(widthOf(sort)))],
    () => {
      const length = 1 + choices.below(4);
      return [{ kind: 'vec', length, element: sort }, fill(length, shape, pool.given(sort))];
    },
    () => {
      // A table of literals, looked up, past its end too.
      const table: VecSort = { kind: 'vec', length: 2 + choices.below(choices.of([9, 9, 70])), element: sort };
      const value = constant(shapeOf(table), literalOf(table, choices));
      return [sort, asVec({ sort: table, value }).at(pool.uint(1 + choices.below(8)))];
    },
  ];
}

function ofBit(pool: Pool, entry: Entry): readonly Make[] {
  const a = asBit(entry);
  const other = (): BitIn => (pool.choices.chance(1, 6) ? 1 : pool.bit());
  return [
    () => [bitSort, a.and(other())],
    () => [bitSort, a.or(other())],
    () => [bitSort, a.xor(pool.bit())],
    () => [bitSort, a.eq(pool.bit())],
    () => [bitSort, a.ne(pool.choices.of([0, 1]))],
    () => [bitSort, a.not()],
    () => [uintSort(1), a.asUint()],
    () => [uintSort(3), cat(a, pool.bit(), a.not())],
  ];
}

function ofNumber(pool: Pool, entry: Entry, sort: NumberSort): readonly Make[] {
  const { choices } = pool;
  const { kind, width } = sort;
  const [a, signed] = [asNumber(entry), asSigned(entry)];
  const wide = (by: number): NumberSort => ({ kind, width: width + by });
  const other = (): UInt => surface<UInt>(pool.given(sort));
  const fixed = (): boolean => choices.chance(1, 2);
  const changing = (): UInt => pool.uint(1 + choices.below(7));
  const amount = (): UInt | number => (fixed() ? choices.below(width + 3) : changing());
  const compare =
    (name: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge'): Make =>
    () => [bitSort, a[name](other())];
  const product = (): readonly [Sort, unknown] => {
    const factor: NumberSort = { kind, width: choices.of([8, 1, 4, 16, 33]) };
    return [wide(factor.width), a.mul(surface<UInt>(pool.of(factor)))];
  };
  return [
    () => [sort, a.add(other())],
    () => [wide(1), a.addGrow(other())],
    () => [sort, a.addSat(other())],
    () => [sort, a.sub(other())],
    () => [wide(1), a.subGrow(other())],
    () => [sort, a.subSat(other())],
    product,
    () => [sort, a.and(other())],
    () => [sort, a.or(other())],
    () => [sort, a.xor(other())],
    () => [sort, a.not()],
    () => [sort, a.shl(amount())],
    () => [sort, a.shr(amount())],
    compare('eq'),
    compare('ne'),
    compare('lt'),
    compare('le'),
    compare('gt'),
    compare('ge'),
    () => {
      const by = choices.of([1, 0, 7, 31, 64]);
      return [wide(by), a.extend(width + by)];
    },
    () => {
      const low = 1 + choices.below(width);
      return [{ kind, width: low }, a.truncate(low)];
    },
    () => [bitSort, a.bit(fixed() ? choices.below(width) : changing())],
    () => {
      const low = choices.below(width);
      const taken = 1 + choices.below(width - low);
      return [uintSort(taken), a.slice(low, taken)];
    },
    () => (kind === 'uint' ? [{ kind: 'sint', width }, a.asSint()] : [uintSort(width), signed.asUint()]),
    () => [bitSort, a.any()],
    () => [bitSort, a.all()],
    () => [bitSort, a.parity()],
    () => [uintSort(width + 2), cat(pool.bit(), a, pool.bit())],
  ];
}

function ofEnum(pool: Pool, entry: Entry, sort: EnumSort, palette: Palette): readonly Make[] {
  const { choices } = pool;
  const a = asEnum(entry);
  const picked: Make = () => {
    const wanted = randomSort(choices, palette);
    const values = Object.fromEntries(sort.labels.map((label) => [label, pool.given(wanted)]));
    return [wanted, pick(a, shapeOf(wanted), values)];
  };
  const other = (): typeof a => asEnum({ sort, value: pool.of(sort) });
  return [
    picked,
    picked,
    () => [bitSort, a.is(choices.of(sort.labels))],
    () => [bitSort, a.eq(other())],
    () => [bitSort, a.ne(other())],
    () => [uintSort(widthOf(sort)), a.asUint()],
  ];
}

function ofVec(pool: Pool, entry: Entry, sort: VecSort): readonly Make[] {
  const { choices } = pool;
  const { length, element } = sort;
  const a = asVec(entry);
  const index = (): UInt | number => (choices.chance(1, 2) ? choices.below(length) : pool.uint(1 + choices.below(5)));
  return [
    () => [element, a.at(index())],
    () => [element, a.at(pool.uint(1 + choices.below(4)))],
    () => [sort, a.with(index(), pool.given(element))],
    () => [sort, a.with(index(), pool.given(element))],
    () => {
      const start = choices.below(length);
      const count = 1 + choices.below(length - start);
      return [{ ...sort, length: count }, a.slice(start, count)];
    },
    () => [{ ...sort, length: 2 * length }, concat(a, asVec({ sort, value: pool.of(sort) }))],
    () => [bitSort, a.eq(asVec({ sort, value: pool.of(sort) }))],
    () => [uintSort(widthOf(sort)), a.map((one) => pack(one)).reduceRight((sum, one) => cat(sum, one))],
  ];
}

function ofStruct(pool: Pool, entry: Entry, sort: StructSort): readonly Make[] {
  const { choices } = pool;
  const a = asRecord(entry);
  return [
    () => {
      const [name, field] = choices.of(sort.fields);
      return [field, a[name]];
    },
    () => {
      const [name, field] = choices.of(sort.fields);
      return [sort, selectAs(shapeOf(sort), pool.bit(), { ...a, [name]: pool.given(field) }, pool.of(sort))];
    },
  ];
}
