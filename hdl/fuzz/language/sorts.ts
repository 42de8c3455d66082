/** The types of random values, as data that choices can be made among. */
import { bit, enumeration, sint, struct, uint, vec, type Shape } from '../../index.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';

export type NumberSort = { readonly kind: 'uint' | 'sint'; readonly width: number };
export type EnumSort = { readonly kind: 'enum'; readonly name: string; readonly labels: readonly string[] };
export type VecSort = { readonly kind: 'vec'; readonly length: number; readonly element: Sort };
export type StructSort = { readonly kind: 'struct'; readonly fields: readonly (readonly [name: string, sort: Sort])[] };
export type Sort = { readonly kind: 'bit' } | NumberSort | EnumSort | VecSort | StructSort;

export const bitSort: Sort = { kind: 'bit' };
export const uintSort = (width: number): NumberSort => ({ kind: 'uint', width });

const widths = [8, 1, 2, 3, 4, 7, 9, 16, 17, 31, 32, 33, 63, 64, 65, 100] as const;
/** What a cell of an array can have and still be worked on 16 at a time. */
const laneWidths = [8, 4, 7, 9, 16, 17, 32] as const;

/** Two share a name, two differ only by case; 3 and 5 labels leave codes without one. */
export const enumerations: readonly EnumSort[] = [
  { kind: 'enum', name: 'op', labels: ['load', 'store', 'add'] },
  { kind: 'enum', name: 'state', labels: ['idle', 'Idle', 'begin', 'wire', 'rest'] },
  { kind: 'enum', name: 'flag', labels: ['on', 'off'] },
  { kind: 'enum', name: 'Op', labels: ['load', 'store', 'add', 'sub', 'mul', 'div', 'nop', 'bool', 'delete'] },
  { kind: 'enum', name: 'op', labels: ['only'] },
];
const fieldNames = ['x', 'y', 'next_one', 'reg', 'payload', 'constructor', 'X'] as const;

/** Which sorts a module is made of. */
export type Palette = 'all' | 'lanes';

export function randomSort(choices: Choices, palette: Palette, depth = 0): Sort {
  switch (choices.below(depth > 1 ? 7 : palette === 'lanes' ? 8 : 10)) {
    case 0:
    case 1:
      return uintSort(choices.of(palette === 'lanes' ? laneWidths : widths));
    case 2:
      return bitSort;
    case 3:
    case 4:
      return choices.of(enumerations);
    case 5:
    case 6:
      return { kind: 'sint', width: choices.of(palette === 'lanes' ? laneWidths : widths) };
    case 7:
    case 8: {
      const length = choices.of([3, 1, 2, 4, 5]);
      return { kind: 'vec', length, element: randomSort(choices, palette, depth + 1) };
    }
    default: {
      const from = choices.below(fieldNames.length);
      const names = [...fieldNames.slice(from), ...fieldNames.slice(0, from)].slice(0, 1 + choices.below(3));
      return { kind: 'struct', fields: names.map((name) => [name, randomSort(choices, palette, depth + 1)]) };
    }
  }
}

export function shapeOf(sort: Sort): Shape {
  switch (sort.kind) {
    case 'bit':
      return bit;
    case 'uint':
      return uint(sort.width);
    case 'sint':
      return sint(sort.width);
    case 'enum':
      return enumeration(sort.name, sort.labels);
    case 'vec':
      return vec(sort.length, shapeOf(sort.element));
    case 'struct':
      return struct(Object.fromEntries(sort.fields.map(([name, field]) => [name, shapeOf(field)])));
  }
}

export function widthOf(sort: Sort): number {
  switch (sort.kind) {
    case 'bit':
      return 1;
    case 'uint':
    case 'sint':
      return sort.width;
    case 'enum':
      return Math.max(1, (sort.labels.length - 1).toString(2).length);
    case 'vec':
      return sort.length * widthOf(sort.element);
    case 'struct':
      return sort.fields.reduce((sum, [, field]) => sum + widthOf(field), 0);
  }
}

/** Whether two sorts are one to the language. */
export function sameSort(a: Sort, b: Sort): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** A literal as a designer writes it: a number, a label, an array, a record. */
export function literalOf(sort: Sort, choices: Choices): unknown {
  switch (sort.kind) {
    case 'bit':
      return choices.of([0, 1, true]);
    case 'uint':
      return choices.bits(sort.width);
    case 'sint':
      return BigInt.asIntN(sort.width, choices.bits(sort.width));
    case 'enum':
      return choices.of(sort.labels);
    case 'vec':
      return Array.from({ length: sort.length }, () => literalOf(sort.element, choices));
    case 'struct':
      return Object.fromEntries(sort.fields.map(([name, field]) => [name, literalOf(field, choices)]));
  }
}
