import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../hdl/index.ts';
import { simulate } from '../../../hdl/sim/index.ts';
import { AxiChecker, type AxiCheckerOptions } from './checker.ts';

type Fields = Readonly<Record<string, number>>;
/** What the channels do in one cycle; those not named are idle. `ready` is 1 unless given. */
type Cycle = Readonly<Partial<Record<'ar' | 'aw' | 'w' | 'r' | 'b', Fields>>> & { readonly idle?: number };

const request: Fields = { id: 0, addr: 0x100, len: 0, size: 3, burst: 1 };
const usual: Readonly<Record<'ar' | 'aw' | 'w' | 'r' | 'b', Fields>> = {
  ar: request,
  aw: request,
  w: { data: 7, strb: 0xff, last: 1 },
  r: { id: 0, data: 7, resp: 0, last: 1 },
  b: { id: 0, resp: 0 },
};
const channels = ['ar', 'aw', 'w', 'r', 'b'] as const;

/** Plays the cycles, and one more in which nothing happens. */
function play(cycles: readonly Cycle[], options: Partial<AxiCheckerOptions> = {}): void {
  const sim = simulate(
    elaborate(AxiChecker({ addressBits: 16, idBits: 2, busBytes: 8, maxBurst: 16, outstanding: 2, ...options })),
  );
  sim.reset();
  for (const cycle of [...cycles, {}]) {
    for (const name of channels) {
      const { ready = 1, ...fields } = cycle[name] === undefined ? {} : { ...usual[name], ...cycle[name] };
      sim.poke(`${name}_valid`, cycle[name] !== undefined);
      sim.poke(`${name}_ready`, ready);
      for (const [field, value] of Object.entries(fields)) sim.poke(`${name}_payload_${field}`, value);
    }
    sim.poke('idle', cycle.idle ?? 0);
    sim.step();
  }
}

interface Example {
  readonly name: string;
  readonly cycles: readonly Cycle[];
  readonly options: Partial<AxiCheckerOptions>;
}
const example = (name: string, cycles: readonly Cycle[], options: Partial<AxiCheckerOptions> = {}): Example => ({
  name,
  cycles,
  options,
});

const [ar, aw, w, r, b]: readonly Cycle[] = [{ ar: {} }, { aw: {} }, { w: {} }, { r: {} }, { b: {} }];
const beats = (channel: 'w' | 'r', count: number): Cycle[] =>
  Array.from({ length: count }, (_, i) => ({ [channel]: { last: i + 1 === count ? 1 : 0 } }));
const made = (...cycles: readonly (Cycle | undefined)[]): Cycle[] => cycles.map((cycle) => cycle ?? {});

describe('what the protocol allows passes', () => {
  const legal: readonly Example[] = [
    example('a read and a write, then rest', made(ar, r, aw, w, b, { idle: 1 })),
    example('everything held until ready', [
      { ar: { ready: 0 }, aw: { ready: 0 } },
      { ar: { ready: 0 }, aw: {} },
      { ar: {}, w: { ready: 0 } },
      { r: { ready: 0 }, w: {} },
      { r: {}, b: { ready: 0 } },
      { b: {} },
      { idle: 1 },
    ]),
    example('bursts that overlap', [
      { ar: { len: 2 }, aw: { len: 1 } },
      { ar: { len: 1, id: 1 }, aw: { len: 0 } },
      { r: { last: 0 }, w: { last: 0 } },
      { r: { last: 0 }, w: {} },
      { r: {}, w: {}, b: {} },
      { ar: {}, r: { id: 1, last: 0 }, b: {} },
      { r: { id: 1 } },
      { r: {} },
      { idle: 1 },
    ]),
    example(
      'a request in the cycle in which the last of the others ends',
      made(ar, ar, { r: {}, ar: {} }, r, r, aw, { aw: {}, w: {} }, { b: {}, aw: {}, w: {} }, { b: {}, w: {} }, b, {
        idle: 1,
      }),
    ),
    example('the longest burst, up to the end of a page', [
      { ar: { addr: 0x1f80, len: 15 } },
      ...beats('r', 16),
      { ar: { addr: 0x1ffd } },
      { r: {} },
    ]),
    example(
      'bursts of 256',
      [
        { ar: { addr: 0x2000, len: 255 }, aw: { addr: 0x2000, len: 255 } },
        ...beats('r', 256),
        ...beats('w', 256),
        { b: {} },
        { idle: 1 },
      ],
      { maxBurst: 256 },
    ),
    example('a first beat that strobes from its address on', [
      { aw: { addr: 0x103, len: 1 } },
      { w: { strb: 0xf8, last: 0 } },
      { w: { strb: 1 } },
      { b: { resp: 2 } },
    ]),
    example('beats that write nothing, where allowed', made(aw, { w: { strb: 0 } }, b), { emptyStrobes: true }),
    example('data before its address, where allowed', made(w, { w: {}, aw: {} }, aw, b, b, { idle: 1 }), {
      earlyData: true,
    }),
    example('a response right after the last beat, data early or not', made(aw, w, b, w, aw, b, { idle: 1 }), {
      earlyData: true,
    }),
    example(
      'answers with the ids of their writes, at once or later',
      made({ aw: { id: 1 } }, { aw: { id: 2 }, w: {} }, { w: {}, b: { id: 1 } }, { b: { id: 2 } }),
    ),
    example(
      'the same where data may be early',
      made(
        w,
        { aw: { id: 3 } },
        { b: { id: 3 }, w: {} },
        { aw: { id: 2 }, w: {} },
        { aw: { id: 1 } },
        { b: { id: 2 } },
        {
          b: { id: 1 },
        },
      ),
      { earlyData: true },
    ),
    example('the last burst of all addresses', [{ ar: { addr: 56, len: 0 } }, { r: {} }], { addressBits: 6 }),
    example('the only beat of all addresses', [{ ar: { addr: 7, len: 0 } }, { r: {} }], { addressBits: 3 }),
    example(
      'a bus of one byte',
      [{ aw: { size: 0 } }, { w: { strb: 1 } }, { b: {} }, { ar: { size: 0, addr: 0xfff } }, { r: {} }],
      { busBytes: 1 },
    ),
  ];
  for (const { name, cycles, options } of legal)
    test(name, () => {
      play(cycles, options);
    });
});

describe('what it forbids is named', () => {
  const held = (name: 'ar' | 'aw' | 'w' | 'r' | 'b', before: readonly Cycle[], change: Fields): readonly Example[] => [
    example(`${name.toUpperCase()}: VALID must stay high until READY`, [...before, { [name]: { ready: 0 } }, {}]),
    example(`${name.toUpperCase()}: the payload must not change while VALID waits for READY`, [
      ...before,
      { [name]: { ready: 0 } },
      { [name]: change },
    ]),
  ];
  const illegal: readonly Example[] = [
    ...held('ar', [], { addr: 0x108 }),
    ...held('aw', [], { len: 1 }),
    ...held('w', made(aw), { data: 8 }),
    ...held('r', made(ar), { resp: 2 }),
    ...held('b', made(aw, w), { resp: 3 }),
    example('AR: bursts must be INCR', [{ ar: { burst: 0 } }]),
    example('AW: bursts must be INCR', [{ aw: { burst: 2 } }]),
    example('AR: beats must be as wide as the bus (8 bytes)', [{ ar: { size: 2 } }]),
    example('AW: beats must be as wide as the bus (8 bytes)', [{ aw: { size: 4 } }]),
    example('AR: at most 16 beats in a burst', [{ ar: { len: 16 } }]),
    example('AW: at most 16 beats in a burst', [{ aw: { len: 255, addr: 0 } }]),
    example('AR: a burst must not cross a boundary of 4096 bytes', [{ ar: { addr: 0xff8, len: 1 } }]),
    example('AR: a burst must not cross a boundary of 64 bytes', [{ ar: { addr: 56, len: 1 } }], { addressBits: 6 }),
    example('AR: a burst must not cross a boundary of 8 bytes', [{ ar: { addr: 0, len: 1 } }], { addressBits: 3 }),
    example('AW: a burst must not cross a boundary of 4096 bytes', [{ aw: { addr: 0xf81, len: 16 } }], {
      maxBurst: 256,
    }),
    example('AR: at most 2 reads may be unfinished', made(ar, ar, ar)),
    example('AW: at most 2 writes may be unfinished', made(aw, { aw: {}, w: {} }, { aw: {}, w: {} })),
    example('W: data must follow its accepted AW', made(w)),
    example('W: data must follow its accepted AW', [{ aw: {}, w: {} }]),
    example('W: data must follow its accepted AW', made(aw, w, w)),
    example('W: WLAST must be high on the last beat of the burst, and only there', made(aw, { w: { last: 0 } })),
    example('W: WLAST must be high on the last beat of the burst, and only there', made({ aw: { len: 1 } }, w)),
    example('W: WLAST must be high on the last beat of the burst, and only there', made({ w: { last: 0 } }, w, aw), {
      earlyData: true,
    }),
    example('W: at most 2 bursts ahead of their AW', made(w, w, w), { earlyData: true }),
    example('W: a beat must strobe at least one byte', made(aw, { w: { strb: 0 } })),
    example("W: strobes of bytes below the burst's address must be low", made({ aw: { addr: 0x101 } }, w)),
    example('R: data must answer an accepted AR', made(r)),
    example('R: data must answer an accepted AR', [{ ar: {}, r: {} }]),
    example('R: data must answer an accepted AR', made(ar, r, r)),
    example('R: RID must be the id of the oldest unfinished AR', made(ar, { ar: { id: 1 } }, { r: { id: 1 } })),
    example('R: RLAST must be high on the last beat of the burst, and only there', made(ar, { r: { last: 0 } })),
    example(
      'R: RLAST must be high on the last beat of the burst, and only there',
      made({ ar: { len: 2 } }, { r: { last: 0 } }, r),
    ),
    example('R: EXOKAY answers exclusive reads only', made(ar, { r: { resp: 1 } })),
    example('B: a response must follow the last W beat of its burst', made(aw, b)),
    example('B: a response must follow the last W beat of its burst', made(aw, { w: {}, b: {} })),
    example('B: a response must follow the last W beat of its burst', made(aw, w, b, b)),
    example('B: a response must follow the last W beat of its burst', made(w, w, b), { earlyData: true }),
    example('B: BID must be the id of the oldest AW whose data is whole', made({ aw: { id: 1 } }, w, { b: { id: 3 } })),
    example(
      'B: BID must be the id of the oldest AW whose data is whole',
      made({ aw: { id: 1 } }, { aw: { id: 2 }, w: {} }, w, { b: { id: 1 } }, { b: { id: 1 } }),
    ),
    example(
      'B: BID must be the id of the oldest AW whose data is whole',
      made(w, { aw: { id: 2 } }, { b: { id: 0 } }),
      {
        earlyData: true,
      },
    ),
    example('B: EXOKAY answers exclusive writes only', made(aw, w, { b: { resp: 1 } })),
    example(
      'AR/R: every read must be finished when the port is idle',
      made({ ar: { len: 1 } }, { r: { last: 0 } }, { idle: 1 }),
    ),
    example('AR/R: every read must be finished when the port is idle', [{ ar: { ready: 0 }, idle: 1 }]),
    example('AW/W/B: every write must be finished when the port is idle', made(aw, w, { idle: 1 })),
    example('AW/W/B: every write must be finished when the port is idle', made(w, {}, { idle: 1 }), {
      earlyData: true,
    }),
  ];
  for (const { name, cycles, options } of illegal) {
    test(name, () => {
      play(cycles.slice(0, -2), options);
      expect(() => {
        play(cycles, options);
      }).toThrow(`: ${name}\n`);
    });
  }
});
