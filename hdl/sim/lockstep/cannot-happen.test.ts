/**
 * What the checks take for complete, and what a bit pattern can do all the same: codes without a label, indices and
 * addresses past the end. The reference engine says what it means, here spelt out; the wasm engine has to do the same
 * in scalar code and in vectors.
 */
import { describe, expect, test } from 'vitest';
import {
  bit,
  byColumn,
  byRow,
  elaborate,
  enumeration,
  fsm,
  grid,
  match,
  module,
  pick,
  reg,
  sint,
  sram,
  struct,
  uint,
  unpack,
  vec,
  when,
  wire,
  type Shape,
  type UInt,
} from '../../index.ts';
import type { Design } from '../../ir/types.ts';
import { reference, wasm } from './engines.ts';

const engines = [
  ['reference', reference],
  ['wasm', wasm],
] as const;
const op = enumeration('op', ['load', 'store', 'add']);

/** A wire of any shape that each label gives another value; `seen` takes it at the next edge where `go` is 1. */
function decoder(shape: Shape, values: readonly [unknown, unknown, unknown]): Design {
  return elaborate(
    module('decode', { in: { code: uint(2), go: bit }, out: { seen: shape } }, ({ code, go }) => {
      const w = wire('w', shape);
      match(unpack(op, code), {
        load: () => {
          w.next = values[0];
        },
        store: () => {
          w.next = values[1];
        },
        add: () => {
          w.next = values[2];
        },
      });
      const seen = reg('seen', shape);
      when(go, () => {
        seen.next = w;
      });
      return { seen };
    }),
  );
}

describe.each(engines)('on the %s engine', (_, start) => {
  test('a wire is 0 where no case of a match is for the code', () => {
    const inputs = { code: uint(2), x: uint(8), i: uint(7) };
    const sim = start(
      elaborate(
        module('decode', { in: inputs, out: { out: uint(8) } }, ({ code, x, i }) => {
          const w = wire('w', uint(8));
          match(unpack(op, code), {
            load: () => {
              w.next = 1;
            },
            store: () => {
              w.next = 10;
            },
            add: () => {
              w.next = 100;
            },
          });
          const r = reg('r', uint(8));
          when(x.shr(i).any(), () => {
            r.next = w;
          });
          return { out: r };
        }),
      ),
    );
    sim.poke('code', 3);
    sim.poke('x', 255);
    sim.poke('i', 5);
    expect(sim.peek('w')).toBe(0n);
    sim.step();
    expect(sim.peek('r')).toBe(0n);
  });

  test.each<[string, Shape, readonly [unknown, unknown, unknown]]>([
    ['a bit', bit, [1, 1, 1]],
    ['a signed number', sint(8), [-1, -2, -3]],
    ['33 bits', uint(33), [1n << 32n, 5, 6]],
    ['100 bits', uint(100), [1n << 99n, 7, 8]],
    [
      'a vector',
      vec(3, uint(9)),
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
    [
      'a vector of wide elements',
      vec(2, uint(70)),
      [
        [1n << 69n, 2],
        [4, 5],
        [7, 8],
      ],
    ],
    ['an enumeration', enumeration('m', ['a', 'b', 'c']), ['b', 'c', 'b']],
  ])('%s is 0 where nothing assigns it, after a cycle in which something did', (_name, shape, values) => {
    const sim = start(decoder(shape, values));
    sim.poke('go', 1);
    for (const code of [0, 3, 1, 3, 2, 3]) {
      sim.poke('code', code);
      if (code === 3) expect(sim.peek('w')).toBe(0n);
      else expect(sim.peek('w')).not.toBe(0n);
      sim.step();
      if (code === 3) expect(sim.peek('seen')).toBe(0n);
    }
  });

  test('each field of a struct is 0 where nothing assigns it, also where only some paths give it one', () => {
    const pair = struct({ x: uint(8), v: vec(2, uint(40)) });
    const inputs = { code: uint(2), c: bit };
    const sim = start(
      elaborate(
        module('fields', { in: inputs, out: { seen: pair } }, ({ code, c }) => {
          const w = wire('w', pair);
          const decoded = unpack(op, code);
          const give = (x: number): void => {
            w.next = { x, v: [x, x + 1] };
          };
          match(decoded, {
            load: () => {
              give(1);
            },
            store: () => {
              when(c, () => {
                w.x.next = 2;
              }).otherwise(() => {
                w.x.next = 3;
              });
              w.v.next = [3, 4];
            },
            add: () => {
              match(decoded, {
                load: () => {
                  give(5);
                },
                store: () => {
                  give(6);
                },
                add: () => {
                  give(7);
                },
              });
            },
          });
          when(c, () => {
            w.x.next = 9;
          });
          const seen = reg('seen', pair);
          seen.next = w;
          return { seen };
        }),
      ),
    );
    const look = (): bigint[] => ['w_x', 'w_v', 'seen_x', 'seen_v'].map((name) => sim.peek(name));
    sim.poke('code', 1);
    sim.step();
    sim.poke('code', 3);
    expect(look()).toEqual([0n, 0n, 3n, 3n | (4n << 40n)]);
    sim.step();
    sim.poke('c', 1);
    expect(look()).toEqual([9n, 0n, 0n, 0n]);
  });

  test('a code comes from a memory of structs, an input, a register or a machine that were poked', () => {
    const outputs = { a: uint(8), b: uint(8), c: uint(8), d: uint(8) };
    const sim = start(
      elaborate(
        module('sources', { in: { given: op, at: bit }, out: outputs }, ({ given, at }) => {
          const words = sram('words', { depth: 2, word: struct({ what: op, x: uint(8) }), init: [0, 3] });
          const kept = reg('kept', op);
          kept.next = kept;
          const state = fsm(['idle', 'run', 'stop'], { reset: 'idle' });
          state.cases({
            idle: () => {
              state.goto('run');
            },
            run: () => {
              state.goto('stop');
            },
            stop: () => {
              state.goto('idle');
            },
          });
          const decoded = (name: string, subject: typeof given): UInt<8> => {
            const w = wire(name, uint(8));
            match(subject, {
              load: () => {
                w.next = 1;
              },
              store: () => {
                w.next = 2;
              },
              add: () => {
                w.next = 3;
              },
            });
            return w;
          };
          const a = decoded('a', given);
          const b = decoded('b', words.readNow({ address: at.asUint() }).what);
          const c = decoded('c', kept);
          const d = wire('d', uint(8));
          match(state.state, {
            idle: () => {
              d.next = 1;
            },
            run: () => {
              d.next = 2;
            },
            stop: () => {
              d.next = 3;
            },
          });
          return { a, b, c, d };
        }),
      ),
    );
    const look = (): bigint[] => ['a', 'b', 'c', 'd'].map((name) => sim.peek(name));
    expect(look()).toEqual([1n, 1n, 1n, 1n]);
    sim.poke('given', 3);
    sim.poke('at', 1);
    sim.poke('kept', 3);
    sim.poke('state', 3);
    expect(look()).toEqual([0n, 0n, 0n, 0n]);
    sim.step(2);
    expect(sim.peek('state')).toBe(3n);
    expect(look()).toEqual([0n, 0n, 0n, 0n]);
  });

  test('a pick takes its last value at a code without a label', () => {
    const sim = start(
      elaborate(
        module('picked', { in: { code: uint(2) }, out: { y: uint(8) } }, ({ code }) => ({
          y: pick(unpack(op, code), uint(8), { load: 1, store: 2, add: 3 }),
        })),
      ),
    );
    sim.poke('code', 3);
    expect(sim.peek('y')).toBe(3n);
  });

  test('an element past the end is 0 and replaces nothing, and so is a word', () => {
    const ports = {
      in: { i: uint(3), v: vec(5, uint(8)), w: vec(3, uint(70)), x: uint(8) },
      out: { at: uint(8), wide: uint(70), with: vec(5, uint(8)), bit, now: uint(8), next: uint(8), low: uint(8) },
    };
    const sim = start(
      elaborate(
        module('past', ports, ({ i, v, w, x }) => {
          const words = sram('words', { depth: 5, word: uint(8), init: [1, 2, 3, 4, 5], readDuringWrite: 'old' });
          words.write({ address: i, data: x });
          return {
            at: v.at(i),
            wide: w.at(i),
            with: v.with(i, x),
            bit: x.truncate(5).bit(i),
            now: words.readNow({ address: i }),
            next: words.read('next', { address: i }),
            low: words.readNow({ address: 0 }),
          };
        }),
      ),
    );
    sim.poke('v', 0x0504030201n);
    sim.poke('w', (1n << 210n) - 1n);
    sim.poke('x', 255);
    for (const i of [5, 6, 7]) {
      sim.poke('i', i);
      sim.step();
      const seen = Object.fromEntries(Object.keys(ports.out).map((name) => [name, sim.peek(name)]));
      expect(seen).toEqual({ at: 0n, wide: 0n, with: 0x0504030201n, bit: 0n, now: 0n, next: 0n, low: 1n });
    }
  });
});

const rows = 3;

/** Cells whose wires are decoded by a code of their own, where `each` says so, and by one that a row shares. */
function cells(cols: number, each: boolean): Design {
  const ports = { in: { code: op, common: op, x: uint(8) }, out: { y: uint(8), z: uint(16), b: bit } };
  const Cell = module('cell', ports, ({ code, common, x }) => {
    const own = wire('own', uint(8));
    match(code, {
      load: () => {
        own.next = x;
      },
      store: () => {
        own.next = 10;
      },
      add: () => {
        own.next = 100;
      },
    });
    const shared = wire('shared', uint(16));
    match(common, {
      load: () => {
        shared.next = x.extend(16);
      },
      store: () => {
        shared.next = 10;
      },
      add: () => {
        when(code.is('add'), () => {
          shared.next = 100;
        }).otherwise(() => {
          shared.next = 7;
        });
      },
    });
    const flag = wire('flag', bit);
    match(common, {
      load: () => {
        flag.next = 1;
      },
      store: () => {
        flag.next = x.any();
      },
      add: () => {
        flag.next = 1;
      },
    });
    const [y, z, b] = [reg('y', uint(8)), reg('z', uint(16)), reg('b', bit)];
    when(x.any(), () => {
      z.next = shared;
      b.next = flag;
    });
    if (each) y.next = own;
    else y.next = x;
    return { y, z, b };
  });
  const inputs = { codes: vec(cols, uint(2)), common: vec(rows, uint(2)), xs: vec(cols, uint(8)) };
  return elaborate(
    module('top', { in: inputs, out: { y: vec(cols, uint(8)) } }, ({ codes, common, xs }) => {
      const [own, shared] = [codes, common].map((list) => list.map((code) => unpack(op, code)));
      const wiring = { code: byColumn(own ?? []), common: byRow(shared ?? []), x: byColumn(xs) };
      const array = grid('array', { rows, cols, cell: Cell, inputs: wiring });
      return { y: array.south('y') };
    }),
  );
}

const packed = (list: readonly number[], width: number): bigint =>
  list.reduceRight((sum, one) => (sum << BigInt(width)) | BigInt(one), 0n);

describe.each([1, 3, 17, 40])('in an array of 3 × %i cells', (cols) => {
  const title = 'a wire is 0 where no case is for the code, whatever other cells have (codes of their own: %s)';
  test.each([true, false])(title, (each) => {
    const design = cells(cols, each);
    for (const [name, start] of engines) {
      const sim = start(design);
      const every = <T>(value: (col: number) => T): T[] => Array.from({ length: cols }, (_, col) => value(col));
      const cell = (at: number, col: number): string => `array[${at}][${col}]`;
      const row = (at: number, signal: string): number[] =>
        every((col) => Number(sim.peek(`${cell(at, col)}.${signal}`)));
      sim.poke(
        'xs',
        packed(
          every((col) => col + 1),
          8,
        ),
      );
      for (const shared of [
        [0, 3, 1],
        [3, 3, 3],
        [1, 3, 2],
        [2, 3, 3],
      ]) {
        const codes = every((col) => (col + (shared[0] ?? 0)) % 4);
        sim.poke('common', packed(shared, 2));
        sim.poke('codes', packed(codes, 2));
        expect(row(1, 'shared')).toEqual(every(() => 0));
        sim.step();
        shared.forEach((common, at) => {
          const place = `${name}, row ${at}, code ${common}`;
          expect(row(at, 'y'), place).toEqual(codes.map((code, col) => (each ? [col + 1, 10, 100, 0][code] : col + 1)));
          expect(row(at, 'z'), place).toEqual(codes.map((code, col) => [col + 1, 10, code === 2 ? 100 : 7, 0][common]));
          expect(row(at, 'b'), place).toEqual(codes.map(() => (common === 3 ? 0 : 1)));
        });
      }
    }
  });
});
