/**
 * One lane's copy of the table: a byte for each pattern of a byte, so that each lane looks one up in every cycle.
 *
 * Interface: with `write` the entry at `index` becomes `entry`; with `look` the one for `element` is looked up. Timing:
 * `y` is there two cycles after `look`, and stays until another comes: as long as a product takes (requantise.ts).
 */
import { bit, delay, module, sram, uint, when } from '../../hdl/index.ts';

/** Entries of the table. */
export const TABLE_ENTRIES = 256;

export const TableLane = module(
  'table_lane',
  {
    in: { element: uint(8), look: bit, write: bit, index: uint(8), entry: uint(8) },
    out: { y: uint(8) },
  },
  ({ element, look, write, index, entry }) => {
    const table = sram('table', { depth: TABLE_ENTRIES, word: uint(8) });
    when(write, () => table.write({ address: index, data: entry }));
    return { y: delay('y', table.read('found', { address: element, enable: look })) };
  },
);
