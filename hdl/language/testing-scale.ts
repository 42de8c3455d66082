/**
 * Circuits that have many of one thing: what grows with the size of a design, each in the form in which a generator
 * would make it.
 */
import type { Place } from '../ir/types.ts';
import {
  bit,
  cat,
  concat,
  constant,
  cover,
  enumeration,
  fork,
  fsm,
  map,
  match,
  matchValue,
  module,
  named,
  pack,
  reg,
  select,
  sram,
  stage,
  stream,
  struct,
  uint,
  unpack,
  vec,
  when,
  wire,
  type Bit,
  type Module,
  type Stream,
  type UInt,
  type Vec,
} from './index.ts';
import { placedAt } from './place.ts';
import { surface } from './surface.ts';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const ports = { in: { x: uint(16), a: uint(16), b: bit }, out: { y: uint(16) } } as const;
interface Inputs {
  readonly x: UInt<16>;
  readonly a: UInt<16>;
  readonly b: Bit;
}
type Top = Pick<Module, 'definition'>;
/** Of everything: that each node captures and formats a place of its own is linear, and most of the time. */
const place: Place = { file: 'scale.ts', line: 1, column: 1 };

/** A module whose output is what `body` makes. */
const of = (body: (inputs: Inputs) => UInt<16>): Module<typeof ports.in, typeof ports.out> =>
  module('top', ports, (inputs) => placedAt(place, () => ({ y: body(inputs) })));

/** `x`, then `step` of that, and so on: as deep as many. */
const chain = (n: number, step: (inputs: Inputs, last: UInt<16>, i: number) => UInt<16>): Top =>
  of((inputs) => range(n).reduce((last, i) => step(inputs, last, i), inputs.x));

export const scales: Readonly<Record<string, (n: number) => Top>> = {
  cats: (n) =>
    of(({ x, a }) =>
      range(n)
        .reduce<UInt>((last) => cat(last, a.bit(0)), x)
        .truncate(16),
    ),
  wideCat: (n) => of(({ x, a }) => cat(...range(n).map((i) => (i % 2 === 0 ? x : a).bit(i % 16))).truncate(16)),
  slices: (n) =>
    of(({ x, a }) => range(n).reduce((last, i) => surface<UInt<16>>(cat(a.bit(i % 16), last).slice(1, 16)), x)),
  selections: (n) =>
    module('top', { in: { v: vec(4, uint(2)), x: uint(2) }, out: { y: uint(2) } }, ({ v, x }) => ({
      y: range(n).reduce<UInt<2>>((last) => v.at(last), x),
    })),
  updates: (n) =>
    module('top', { in: { v: vec(4, uint(8)), x: uint(2) }, out: { y: vec(4, uint(8)) } }, ({ v, x }) => ({
      y: range(n).reduce((last, i) => last.with(x, i % 256), v),
    })),
  bits: (n) => chain(n, ({ a }, last, i) => last.xor(select(a.bit(i % 16), 1, constant(uint(16), i % 65536)))),
  sums: (n) => chain(n, ({ a }, last) => last.add(a)),
  sumsRight: (n) => chain(n, ({ a }, last) => a.add(last)),
  nots: (n) => chain(n, (_, last) => last.not()),
  shifts: (n) => chain(n, ({ a }, last) => last.shr(a.slice(0, 2)).add(1)),
  products: (n) => chain(n, ({ a }, last) => last.mul(a).truncate(16)),
  signed: (n) => chain(n, (_, last) => last.asSint().shr(1).asUint()),
  saturated: (n) => chain(n, ({ a }, last) => last.addSat(a)),
  comparisons: (n) => chain(n, ({ a }, last) => last.lt(a).asUint().extend(16)),
  xors: (n) =>
    of(({ x, a }) =>
      range(n)
        .map((i) => (i % 2 === 0 ? x : a))
        .reduce((p, q) => p.xor(q)),
    ),
  ands: (n) =>
    of(({ x, a }) =>
      range(n)
        .map((i) => x.eq(i % 65536).or(a.bit(i % 16)))
        .reduce((p, q) => p.and(q))
        .asUint()
        .extend(16),
    ),
  elses: (n) => chain(n, ({ a }, last, i) => select(a.eq(i % 65536), constant(uint(16), i % 7), last)),
  thens: (n) => chain(n, ({ a, b }, last, i) => select(a.gt(i % 65536).and(b), last, i % 7)),
  conditions: (n) => chain(n, ({ a }, last, i) => select(last.bit(0), a, i % 65536)),
  arms: (n) =>
    of(({ x, a, b }) => {
      const r = reg('r', uint(16));
      let last = when(b, () => {
        r.next = x;
      });
      for (const i of range(n))
        last = last.elsewhen(a.eq(i % 65536), () => {
          r.next = i % 65536;
        });
      return r;
    }),
  wireArms: (n) =>
    of(({ x, a, b }) => {
      const w = wire('w', uint(16));
      let last = when(b, () => {
        w.next = x;
      });
      for (const i of range(n))
        last = last.elsewhen(a.eq(i % 65536), () => {
          w.next = i % 65536;
        });
      last.otherwise(() => {
        w.next = 0;
      });
      return w;
    }),
  readArms: (n) =>
    of(({ x, a, b }) => {
      const m = sram('m', { depth: 16, word: uint(16) });
      const y = wire('y', uint(16), { default: 0 });
      let last = when(b, () => {
        m.write({ address: x.slice(0, 4), data: a });
      });
      for (const i of range(n))
        last = last.elsewhen(a.eq(i % 65536), () => {
          y.next = m.read(`read_${i}`, { address: x.slice(0, 4) });
        });
      return y;
    }),
  defaults: (n) =>
    of(({ x, a }) => {
      const w = wire('w', uint(16), { default: x });
      for (const i of range(n))
        when(a.eq(i % 65536), () => {
          w.next = i % 65536;
        });
      return w;
    }),
  labels: (n) => {
    const labels = range(n).map((i) => `label_${i}`);
    const kind = enumeration('kind', labels);
    return module('top', { in: { k: kind, x: uint(16) }, out: { y: uint(16) } }, ({ k, x }) => {
      const w = wire('w', uint(16));
      match(
        k,
        Object.fromEntries(
          labels.map((label, i) => [
            label,
            () => {
              w.next = i % 3 === 0 ? x : i % 65536;
            },
          ]),
        ),
      );
      return { y: w };
    });
  },
  values: (n) =>
    of(({ x, a }) => {
      const w = wire('w', uint(16));
      matchValue(
        a,
        Object.fromEntries(
          range(n).map((i) => [
            i,
            () => {
              w.next = i;
            },
          ]),
        ),
        () => {
          w.next = x;
        },
      );
      return w;
    }),
  states: (n) =>
    of(({ b }) => {
      const names = range(n).map((i) => `s${i}`);
      const state = fsm(names, { reset: 's0' });
      const count = reg('count', uint(16));
      state.cases(
        Object.fromEntries(
          names.map((name, i) => [
            name,
            () => {
              when(b, () => {
                count.next = count.add(1);
                state.goto(names[(i + 1) % n] ?? name);
              });
            },
          ]),
        ),
      );
      return count;
    }),
  instances: (n) => {
    const Child = module('child', { in: { x: uint(16) }, out: { y: uint(16) } }, ({ x }) => {
      const r = reg('r', uint(16));
      r.next = x.add(1);
      return { y: r };
    });
    return of(({ x }) => range(n).reduce((last, i) => Child({ x: last }, { name: `child_${i}` }).y, x));
  },
  unnamed: (n) => {
    const Child = module('child', { in: { x: uint(16) }, out: { y: uint(16) } }, ({ x }) => ({ y: x.add(1) }));
    return of(({ x }) => range(n).reduce((last) => Child({ x: last }).y, x));
  },
  nested: (n) =>
    range(n).reduce(
      (inner, i) =>
        module(`level_${i}`, ports, (inputs) =>
          placedAt(place, () => {
            const r = reg('r', uint(16));
            r.next = inner(inputs).y;
            return { y: r };
          }),
        ),
      of(({ x }) => x),
    ),
  registers: (n) =>
    of(({ x }) =>
      range(n).reduce((last, i) => {
        const r = reg(`r${i}`, uint(16));
        r.next = last;
        return r;
      }, x),
    ),
  wires: (n) =>
    of(({ x }) =>
      range(n).reduce((last, i) => {
        const w = wire(`w${i}`, uint(16));
        w.next = last;
        return w;
      }, x),
    ),
  wireWhens: (n) =>
    of(({ x, a }) =>
      range(n).reduce((last, i) => {
        const w = wire(`w${i}`, uint(16), { default: last });
        when(a.bit(i % 16), () => {
          w.next = i % 65536;
        });
        return w;
      }, x),
    ),
  names: (n) => chain(n, ({ a }, last, i) => named(`n${i}`, last.add(a))),
  memories: (n) =>
    of(({ x, a, b }) =>
      range(n).reduce((last, i) => {
        const m = sram(`m${i}`, { depth: 2, word: uint(16) });
        m.write({ address: a.slice(0, 1), data: last, enable: b });
        return m.readNow({ address: a.slice(0, 1) });
      }, x),
    ),
  ports: (n) =>
    module(
      'top',
      {
        in: Object.fromEntries(range(n).map((i) => [`x${i}`, bit])),
        out: Object.fromEntries(range(n).map((i) => [`y${i}`, bit])),
      },
      (inputs) => Object.fromEntries(Object.values(inputs).map((input, i) => [`y${i}`, input.not()])),
    ),
  manyInputs: (n) =>
    module('top', { in: Object.fromEntries(range(n).map((i) => [`x${i}`, bit])), out: { y: bit } }, (inputs) => ({
      y: Object.values(inputs).reduce((p, q) => p.xor(q)),
    })),
  elements: (n) =>
    module('top', { in: { x: uint(8), i: uint(16) }, out: { y: uint(8) } }, ({ x, i }) => {
      const r = reg('r', vec(n, uint(8)));
      r.next = range(n).map((k) => (k === 0 ? x : r.at(k - 1)));
      return { y: r.at(i) };
    }),
  fields: (n) => {
    const shape = struct(Object.fromEntries(range(n).map((i) => [`f${i}`, uint(4)])));
    return module('top', { in: { x: shape, b: bit }, out: { y: shape } }, ({ x, b }) => {
      const r = reg('r', shape);
      when(b, () => {
        r.next = x;
      });
      return { y: r };
    });
  },
  packs: (n) => {
    const shape = struct(Object.fromEntries(range(n).map((i) => [`f${i}`, uint(4)])));
    return module('top', { in: { x: uint(4 * n), b: bit }, out: { y: uint(4 * n) } }, ({ x }) => ({
      y: pack(unpack(shape, x)),
    }));
  },
  asserts: (n) =>
    of(({ x, a }) => {
      for (const i of range(n))
        when(a.eq(i % 65536), () => {
          cover(x.eq(i % 65536), `c${i}`);
        });
      return x;
    }),
  // More take more code than V8 has room for in one function, and are refused by name.
  stages: (n) =>
    module('top', { in: { s: stream(uint(8)) }, out: { t: stream(uint(8)) } }, ({ s }) => ({
      t: range(Math.min(n, 20_000)).reduce<Stream<UInt<8>>>((last, i) => stage(`stage_${i}`, last), s),
    })),
  maps: (n) =>
    module('top', { in: { s: stream(uint(8)) }, out: { t: stream(uint(8)) } }, ({ s }) => ({
      t: range(n).reduce<Stream<UInt<8>>>((last, i) => map(`map_${i}`, last, (p) => p.add(1)), s),
    })),
  forks: (n) =>
    module('top', { in: { s: stream(uint(8)) }, out: { y: bit } }, ({ s }) => {
      const outs = fork('f', s, n);
      for (const [i, out] of outs.entries()) out.ready = out.payload.eq(i % 256);
      return { y: outs.map((out) => out.fire).reduce((p, q) => p.or(q)) };
    }),
  concats: (n) =>
    module('top', { in: { x: uint(8), i: uint(16) }, out: { y: uint(8) } }, ({ x, i }) => ({
      y: range(n)
        .reduce<Vec<UInt<8>>>((last) => concat(last, constant(vec(1, uint(8)), [1])), constant(vec(1, uint(8)), [3]))
        .at(i)
        .add(x),
    })),
};
