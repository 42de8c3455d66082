/**
 * The systolic array with its stimulus and a checksum in hardware: nothing but the array's own cycles is left for a
 * simulator to do, and every simulator of the exported Verilog does the same.
 *
 * Interface: none but clock and reset in; `checksum` out, which two runs of equally many cycles must agree in.
 *
 * Timing: all operands are new in every cycle, and every 4·rows cycles or a little less often a new tile of weights
 * takes over.
 */
import {
  all,
  bit,
  byColumn,
  delay,
  fromWest,
  grid,
  lanes,
  module,
  reg,
  regs,
  uint,
  when,
  type UInt,
} from '../../hdl/index.ts';
import { numbers } from '../../npu/common/numbers.ts';
import type { ArraySize } from '../../npu/matrix/size.ts';
import { SystolicArray } from '../../npu/matrix/systolic/array.ts';

const { operand, operandBits, sum } = numbers;
const rotated = (value: UInt<32>): UInt<32> => value.shl(1).or(value.shr(31));

/** Random operands for one row and one column: Marsaglia's xorshift32, made different in each lane by its salt. */
const Source = module('operand_source', { in: { salt: uint(32) }, out: { a: operand, b: operand } }, ({ salt }) => {
  const state = reg('state', uint(32));
  const s = state.xor(salt);
  const x = s.xor(s.shl(13));
  const y = x.xor(x.shr(17));
  state.next = y.xor(y.shl(5));
  return { a: state.slice(0, operandBits).asSint(), b: state.slice(16, operandBits).asSint() };
});

/** Adds a column's sum to those of the columns west of it, so that a change of places shows too. */
const Fold = module('fold', { in: { west: uint(32), sum }, out: { folded: uint(32) } }, (i) => ({
  folded: delay('folded', rotated(i.west).xor(i.sum.asUint().truncate(32))),
}));

export const ArrayBench = ({ rows, cols }: ArraySize) =>
  module('array_bench', { in: {}, out: { checksum: uint(32) } }, () => {
    const count = Math.max(rows, cols);
    const salt = Array.from({ length: count }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);
    const sources = lanes('source', count, Source, { salt: byColumn(salt) });

    const phase = reg('phase', uint(Math.ceil(Math.log2(4 * rows))));
    phase.next = phase.add(1);
    const live = reg('live', bit);
    live.next = 1;
    const array = SystolicArray({ rows, cols }, numbers)(
      {
        os: 0,
        live,
        mark: phase.eq(0),
        swap: phase.eq(rows),
        a: sources.a.slice(0, rows),
        b: sources.b.slice(0, cols),
      },
      { name: 'array' },
    );

    const fold = grid('fold', {
      rows: 1,
      cols,
      cell: Fold,
      inputs: { west: fromWest('folded', all(0)), sum: byColumn(array.sums) },
    });
    const r = regs({ checksum: uint(32) });
    when(array.valid, () => {
      r.checksum.next = rotated(r.checksum).xor(fold.east('folded').at(0));
    });
    return r;
  });
