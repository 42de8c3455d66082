/** Walks over the lines of an operand: folds of channels, the rows of a picture, the lines of a row. Only adders. */
import { constant, reg, select, uint, when, type Bit, type UInt } from '../../hdl/index.ts';
import { further, WALK_BITS, type WalkAddress } from '../common/local.ts';

/** An operand's walk; what it steps over is the job's, for as long as it lasts. */
export interface OperandWalk {
  /** The line that it is at; past the last local address it stays. */
  readonly at: WalkAddress;
  /** From the next cycle on at the first line. */
  start(first: UInt): void;
  /** From the next cycle on at the line after this one: the first one of the next row or fold where they end. */
  advance(ends: { readonly row: Bit; readonly fold: Bit }): void;
}

/** A walk whose registers begin with `name`, over folds and rows that are so many lines apart. */
export function operandWalk(
  name: string,
  { toFold, toRow }: { readonly toFold: UInt; readonly toRow: UInt },
): OperandWalk {
  const line = uint(WALK_BITS);
  const [at, row, fold] = [reg(name, line), reg(`${name}Row`, line), reg(`${name}Fold`, line)];
  return {
    at,
    start(first) {
      for (const place of [at, row, fold]) place.next = first.extend(WALK_BITS);
    },
    advance(ends) {
      const from = select(ends.fold, fold, select(ends.row, row, at));
      const lines = select(ends.fold, toFold, select(ends.row, toRow, constant(uint(toRow.width), 1)));
      const next = further(from, lines);
      at.next = next;
      when(ends.row.or(ends.fold), () => {
        row.next = next;
      });
      when(ends.fold, () => {
        fold.next = next;
      });
    },
  };
}
