import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate, module, bit, uint } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { int8, integers, type NumberFormat } from './format.ts';

const formats = [int8, integers('int4', 4, 12), integers('int16', 16, 48), integers('bit', 1, 4)];

/** All of a format's arithmetic side by side. */
const Arithmetic = (format: NumberFormat) => {
  const { operand, sum } = format;
  return module(
    'arithmetic',
    {
      in: { element: uint(format.elementBits), unsigned: bit, zero: operand, a: operand, b: operand, x: sum, y: sum },
      out: { value: operand, isZeroPoint: bit, product: sum, total: sum, lost: bit, again: operand },
    },
    (i) => {
      const total = format.add(i.x, i.y);
      return {
        value: format.fromMemory(i.element, i.unsigned, i.zero),
        isZeroPoint: format.isZeroPoint(i.zero, i.unsigned),
        product: format.multiply(i.a, i.b),
        total,
        lost: format.loses(i.x, i.y, total),
        again: format.stored(format.store(i.a)),
      };
    },
  );
};

const signed = (bits: number) => fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });

describe.each(formats)('$name', (format) => {
  const { elementBits, operandBits, sumBits, reference } = format;
  const sim = simulate(elaborate(Arithmetic(format)));
  const limit = 2n ** BigInt(elementBits);

  it('computes as its reference does', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: limit - 1n }),
        fc.boolean(),
        signed(operandBits),
        signed(operandBits),
        signed(operandBits),
        signed(sumBits),
        signed(sumBits),
        (element, unsigned, zero, a, b, x, y) => {
          for (const [name, value] of Object.entries({ element, unsigned, zero, a, b, x, y })) sim.poke(name, value);
          const isZeroPoint = unsigned ? zero >= 0n && zero < limit : zero >= -limit / 2n && zero < limit / 2n;
          expect(sim.peek('isZeroPoint')).toBe(BigInt(isZeroPoint));
          // An operand less a zero point of its type fits; what any other gives is nobody's business.
          if (isZeroPoint) expect(sim.peek('value')).toBe(reference.fromMemory(element, unsigned, zero));
          expect(sim.peek('product')).toBe(reference.multiply(a, b));
          expect(sim.peek('total')).toBe(reference.add(x, y));
          expect(sim.peek('lost')).toBe(BigInt(x + y !== reference.add(x, y)));
          expect(sim.peek('again')).toBe(a);
        },
      ),
    );
  });

  it('adds up so many products of any operands without loss, and not twice as many and two', () => {
    const most = BigInt(format.exactTerms) * (limit - 1n) ** 2n;
    expect(BigInt.asIntN(sumBits, most)).toBe(most);
    const more = (2n * BigInt(format.exactTerms) + 2n) * (limit - 1n) ** 2n;
    expect(BigInt.asIntN(sumBits, more)).not.toBe(more);
  });
});

it('sums hold a product', () => {
  expect(() => integers('int8', 8, 17)).toThrow('int8: 17 bits do not hold a product of 9 by 9');
  expect(integers('int8', 8, 18).exactTerms).toBe(1);
});
