/**
 * The table of units, in the order of their bits in `status`: of several commands that could issue in a cycle the first
 * unit's does. A new unit is a folder with its hardware and its entry (npu/common/unit.ts), a line here, and its data
 * ports in npu.ts.
 */
import { merged, namesOf } from '../common/records.ts';
import type { UnitSpec } from '../common/unit.ts';
import { loadUnit, storeUnit } from '../dma/unit.ts';
import { matrixUnit } from '../matrix/unit.ts';
import { vectorUnit } from '../vector/unit.ts';

export const units = {
  load: loadUnit,
  store: storeUnit,
  matrix: matrixUnit,
  vector: vectorUnit,
} as const satisfies Readonly<Record<string, UnitSpec>>;

export type Unit = keyof typeof units;
export const unitNames: readonly Unit[] = namesOf(units);

const all = Object.values(units);
/** What the units count, and what can wrap in them, each in the order of the units. */
export const unitOperations = merged(all.map(({ operations }) => operations));
export const unitCounters = merged(all.map(({ counters }) => counters));
export const wraps = merged(all.map((unit) => unit.wraps));
export type Wrap = keyof typeof wraps;
export const wrapNames: readonly Wrap[] = namesOf(wraps);
