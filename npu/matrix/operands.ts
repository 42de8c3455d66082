/** From the bytes of a scratchpad line to the operands of the array's edge. */
import {
  all,
  bit,
  byColumn,
  constant,
  lanes,
  module,
  select,
  uint,
  vec,
  type Bit,
  type SInt,
  type UInt,
  type Vec,
} from '../../hdl/index.ts';
import { operand, OPERAND_BITS } from '../common/numbers.ts';

/** Bits of a count of lanes. */
const COUNT_BITS = 9;

/** What a byte of a matrix stands for. Combinational. */
export function operandOf(byte: UInt<8>, unsigned: Bit, zero: SInt<typeof OPERAND_BITS>): SInt<typeof OPERAND_BITS> {
  return select(unsigned, byte.extend(OPERAND_BITS).asSint(), byte.asSint().extend(OPERAND_BITS)).sub(zero);
}

/** One lane: the byte less the zero point; 0 past the edge of the matrix. Combinational. */
const OperandLane = module(
  'operand_lane',
  {
    in: { byte: uint(8), index: uint(COUNT_BITS), count: uint(COUNT_BITS), unsigned: bit, zero: operand },
    out: { value: operand },
  },
  (i) => ({ value: select(i.index.lt(i.count), operandOf(i.byte, i.unsigned, i.zero), 0) }),
);

export interface OperandEdge {
  readonly bytes: Vec<UInt<8>>;
  /** How many lanes, from the first, are inside the matrix. Any number; those past the edge do not matter. */
  readonly inside: UInt<16>;
  /** 0: no operands this cycle, all lanes are 0. */
  readonly live: Bit;
  readonly unsigned: Bit;
  readonly zero: SInt<typeof OPERAND_BITS>;
}

/** `count` lanes called `name`. */
export function operandEdge(name: string, count: number, edge: OperandEdge): Vec<SInt<typeof OPERAND_BITS>> {
  const limited = select(edge.inside.gt(count), constant(uint(COUNT_BITS), count), edge.inside.truncate(COUNT_BITS));
  const indices = constant(
    vec(count, uint(COUNT_BITS)),
    Array.from({ length: count }, (_, i) => i),
  );
  return lanes(name, count, OperandLane, {
    byte: byColumn(edge.bytes),
    index: byColumn(indices),
    count: all(select(edge.live, limited, 0)),
    unsigned: all(edge.unsigned),
    zero: all(edge.zero),
  }).value;
}
