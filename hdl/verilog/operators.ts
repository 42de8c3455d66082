/** Expressions put together with operators: brackets, signs, and how tightly each binds. */
import type { Type } from '../ir/types.ts';

export interface Expression {
  readonly text: string;
  /** How tightly its outermost operator binds; see {@link bind}. */
  readonly binds: number;
  /** Whether Verilog takes it for signed. */
  readonly signed: boolean;
}

/** From the tightest on. */
export const bind = {
  primary: 100,
  unary: 90,
  product: 80,
  sum: 70,
  shift: 60,
  relation: 50,
  equality: 40,
  and: 35,
  xor: 33,
  or: 31,
  both: 29,
  either: 27,
  choice: 10,
} as const;

export const primary = (text: string, signed = false): Expression => ({ text, binds: bind.primary, signed });

/** A value at another width. Yosys takes `~33'(x)` for a cast to ~33 bits: behind an operator it has brackets. */
export const castTo = (width: number, { text, signed }: Expression): Expression => ({
  text: `${width}'(${text})`,
  binds: bind.unary,
  signed,
});

export function within({ text, binds }: Expression, least: number): string {
  return binds < least ? `(${text})` : text;
}

export function unary(operator: string, of: Expression): Expression {
  // Two signs in a row read as one operator: `&&`, `~&`.
  return { text: `${operator}${within(of, bind.primary)}`, binds: bind.unary, signed: operator === '~' && of.signed };
}

export function infix(a: Expression, operator: string, b: Expression, binds: number): Expression {
  // Chains of one associative operator read well bare; elsewhere brackets spare the reader the table of precedences.
  const same = (one: Expression): boolean => one.binds === binds && ['+', '&', '|', '^', '&&', '||'].includes(operator);
  const side = (one: Expression, isLeft: boolean): string => {
    const logical = binds <= bind.both;
    const bare =
      one.binds >= bind.unary ||
      (isLeft && same(one)) ||
      (logical && one.binds >= bind.equality) ||
      (binds <= bind.relation && binds >= bind.equality && one.binds >= bind.sum);
    return bare ? one.text : `(${one.text})`;
  };
  return { text: `${side(a, true)} ${operator} ${side(b, false)}`, binds, signed: a.signed && b.signed };
}

/** The amount's sign is no matter. */
export function shift(value: Expression, operator: string, amount: Expression): Expression {
  return { ...infix(value, operator, amount, bind.shift), signed: value.signed };
}

export function compare(a: Expression, operator: string, b: Expression, type: Type): Expression {
  return { ...infix(withSign(a, type), operator, withSign(b, type), bind.relation), signed: false };
}

/** An expression that Verilog takes for signed just where `type` is. */
export function withSign(expression: Expression, type: Type): Expression {
  const signed = type.kind === 'sint';
  if (expression.signed === signed) return expression;
  return primary(`${signed ? '$signed' : '$unsigned'}(${expression.text})`, signed);
}
