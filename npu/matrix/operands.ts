/** From the elements of a scratchpad line to the operands of the array's edge. */
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
  type UInt,
  type Vec,
} from '../../hdl/index.ts';
import type { NumberFormat, NumberSignal } from '../common/format.ts';

/** Bits of a count of lanes. */
const COUNT_BITS = 9;

/** One lane: the element less the zero point; 0 past the edge of the matrix. Combinational. */
const OperandLane = ({ elementBits, operand, fromMemory }: NumberFormat) =>
  module(
    'operand_lane',
    {
      in: {
        element: uint(elementBits),
        index: uint(COUNT_BITS),
        count: uint(COUNT_BITS),
        unsigned: bit,
        zero: operand,
      },
      out: { value: operand },
    },
    (i) => ({ value: select(i.index.lt(i.count), fromMemory(i.element, i.unsigned, i.zero), 0) }),
  );

export interface OperandEdge {
  readonly elements: Vec<UInt>;
  /** How many lanes, from the first, are inside the matrix. Any number; those past the edge do not matter. */
  readonly inside: UInt<16>;
  /** 0: no operands this cycle, all lanes are 0. */
  readonly live: Bit;
  readonly unsigned: Bit;
  readonly zero: NumberSignal;
}

/** `count` lanes called `name`. */
export function operandEdge(format: NumberFormat, name: string, count: number, edge: OperandEdge): Vec<NumberSignal> {
  const limited = select(edge.inside.gt(count), constant(uint(COUNT_BITS), count), edge.inside.truncate(COUNT_BITS));
  const indices = constant(
    vec(count, uint(COUNT_BITS)),
    Array.from({ length: count }, (_, i) => i),
  );
  return lanes(name, count, OperandLane(format), {
    element: byColumn(edge.elements),
    index: byColumn(indices),
    count: all(select(edge.live, limited, 0)),
    unsigned: all(edge.unsigned),
    zero: all(edge.zero),
  }).value;
}
