/** Mistakes in expressions that the compiler must refuse: every line under a mark has an error. */
import { bit, cat, constant, enumeration, module, reg, regs, select, sint, struct, uint, vec, when } from '../index.ts';

const mode = enumeration('mode', ['off', 'on']);

export const Operations = module(
  'operations',
  {
    in: {
      a: uint(8),
      b: uint(9),
      s: sint(8),
      acc: sint(32),
      go: bit,
      two: uint(2),
      m: mode,
      v: vec(4, uint(8)),
      p: struct({ x: uint(8), y: sint(4) }),
    },
    out: { y: uint(8) },
  },
  ({ a, b, s, acc, go, two, m, v, p }) => {
    // @ts-expect-error widths differ
    a.add(b);
    // @ts-expect-error the product has 16 bits
    acc.add(s.mul(s));
    // @ts-expect-error a growing sum has 9 bits
    a.add(a.addGrow(a));
    // @ts-expect-error signed and unsigned
    s.add(a);
    // @ts-expect-error signed and unsigned
    a.lt(s);
    // @ts-expect-error a number is no condition
    when(two, () => {});
    // @ts-expect-error a number is no condition
    select(a, a, a);
    // @ts-expect-error no bit is 2
    when(go.and(2), () => {});
    // @ts-expect-error JavaScript's operators do not work on signals
    a + 1;
    // @ts-expect-error a bit is no number
    a.add(go);
    // @ts-expect-error bits are not added
    go.add(go);
    // @ts-expect-error there is no such value
    m.is('idle');
    // @ts-expect-error nor this one
    m.eq('off');
    // @ts-expect-error an index is unsigned
    v.at(s);
    // @ts-expect-error elements have 8 bits
    v.with(0, b);
    // @ts-expect-error there is no such field
    p.z.add(1);
    // @ts-expect-error the sides differ in width
    select(go, a, b);
    // @ts-expect-error the sides differ in kind
    select(go, p.y, a);
    // @ts-expect-error two literals have no type
    select(go, 1, 2);
    // @ts-expect-error cat joins signals
    cat(a, 3);
    // @ts-expect-error a label is not a number
    constant(mode, 1);
    // @ts-expect-error too long by a bit
    constant(struct({ x: uint(8) }), { x: b });
    // @ts-expect-error an expression is not assigned
    a.next = 3;

    const r = regs({ count: [uint(8), 3], state: [mode, 'on'], pair: struct({ x: uint(8), y: sint(4) }) });
    // @ts-expect-error widths differ
    r.count.next = b;
    // @ts-expect-error kinds differ
    r.count.next = s;
    // @ts-expect-error no such value
    r.state.next = 'idle';
    // @ts-expect-error a field is missing
    r.pair.next = { x: a };
    // @ts-expect-error the field has 8 bits
    r.pair.x.next = b;
    // @ts-expect-error there is no such register
    r.total.next = a;
    // @ts-expect-error a reset value is a number here
    reg('bad', uint(8), { reset: 'on' });
    // @ts-expect-error there is no such value
    reg('worse', mode, { reset: 'idle' });
    // @ts-expect-error a reset value is a number here
    regs({ bad: [uint(8), 'on'] });
    // @ts-expect-error there is no such value
    regs({ worse: [mode, 'idle'] });
    return { y: a };
  },
);
