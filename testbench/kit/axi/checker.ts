/**
 * A protocol checker for one AXI4 port (Arm IHI 0022): looks at all five channels and drives nothing. Each rule is an
 * assert whose message starts with the channel.
 *
 * Interface: `ar`, `aw`, `w`, `r`, `b`, each {valid, ready, payload}, and `idle`: where 1, nothing may be valid or
 * unfinished. Attach it with {@link watch}, to one half of a port too.
 *
 * Timing: a rule is judged in the cycle that breaks it, before its edge.
 *
 * Besides the protocol it holds the port to a part of it: INCR bursts of whole bus beats of at most `maxBurst`, at most
 * `outstanding` reads and writes unfinished, answers in the order of the requests whatever their ids; and, unless
 * allowed, no W beat before its AW was accepted and none without a strobe.
 */
import { assert, bit, constant, fifo, module, produce, reg, select, selectAs, uint, when } from '../../../hdl/index.ts';
import type { Bit, BitIn, SignalOf, Stream, UInt } from '../../../hdl/index.ts';
import {
  type axiAddress,
  axiChannels,
  type axiReadData,
  type axiWriteData,
  type axiWriteResponse,
  BURST_INCR,
  MAX_BURST_BEATS,
  PAGE_BYTES,
  sizeCode,
  type AxiSizes,
} from '../../../hdl/lib/axi.ts';
import { countBits } from '../../../hdl/lib/bits.ts';
import { counted, implies, moves, stable, watched, type Watched } from './watched.ts';

export interface AxiCheckerOptions extends AxiSizes {
  /** Most beats of a burst (256). */
  readonly maxBurst?: number;
  /** Most reads, and most writes, unfinished (8): from the request's transfer to the last beat's or the response's. */
  readonly outstanding?: number;
  /** Whether W beats may come before their AW (false). At most `outstanding` bursts ahead. */
  readonly earlyData?: boolean;
  /** Whether a W beat may write no byte at all (false). */
  readonly emptyStrobes?: boolean;
}

type Payload<C extends (sizes: AxiSizes) => unknown> = SignalOf<ReturnType<C>>;
export interface WatchedReads {
  readonly ar: Watched<Payload<typeof axiAddress>>;
  readonly r: Watched<Payload<typeof axiReadData>>;
}
export interface WatchedWrites {
  readonly aw: Watched<Payload<typeof axiAddress>>;
  readonly w: Watched<Payload<typeof axiWriteData>>;
  readonly b: Watched<Payload<typeof axiWriteResponse>>;
}
type WatchedPort = WatchedReads & WatchedWrites;

/** Channels that are not there. */
const request = { id: 0, addr: 0, len: 0, size: 0, burst: BURST_INCR } as const;
const still = { valid: 0, ready: 0 } as const;
const noReads = {
  ar: { ...still, payload: request },
  r: { ...still, payload: { id: 0, data: 0, resp: 'okay', last: 0 } },
} as const;
const noWrites = {
  aw: { ...still, payload: request },
  w: { ...still, payload: { data: 0, strb: 0, last: 0 } },
  b: { ...still, payload: { id: 0, resp: 'okay' } },
} as const;

/**
 * Checks the AXI port in the enclosing module, or the half of one that only reads or only writes, by an instance called
 * `name`. `idle`: cycles in which it must be at rest (none).
 */
export function watch(
  name: string,
  port: WatchedReads | WatchedWrites | WatchedPort,
  options: AxiCheckerOptions,
  idle: BitIn = 0,
): void {
  const seen = <T>({ valid, ready, payload }: Watched<T>): Watched<T> => ({ valid, ready, payload });
  const reads = 'ar' in port ? { ar: seen(port.ar), r: seen(port.r) } : noReads;
  const writes = 'aw' in port ? { aw: seen(port.aw), w: seen(port.w), b: seen(port.b) } : noWrites;
  AxiChecker(options)({ ...reads, ...writes, idle }, { name });
}

export function AxiChecker(options: AxiCheckerOptions) {
  const { busBytes, maxBurst = MAX_BURST_BEATS, outstanding = 8, earlyData = false, emptyStrobes = false } = options;
  const channels = axiChannels(options);
  return module(
    'axi_checker',
    {
      in: {
        ar: watched(channels.ar),
        aw: watched(channels.aw),
        w: watched(channels.w),
        r: watched(channels.r),
        b: watched(channels.b),
        idle: bit,
      },
      out: {},
    },
    ({ ar, aw, w, r, b, idle }) => {
      stable('AR', ar);
      stable('AW', aw);
      stable('W', w);
      stable('R', r);
      stable('B', b);
      address('AR', ar, options, maxBurst);
      address('AW', aw, options, maxBurst);
      const readsLeft = readOrder({ ar, r, outstanding });
      if (!emptyStrobes) assert(implies(w.valid, w.payload.strb.any()), 'W: a beat must strobe at least one byte');
      const written = earlyData ? loosePairs({ aw, w, outstanding }) : strictPairs({ aw, w, outstanding, busBytes });
      const writesLeft = responses({ aw, b, written, outstanding }).or(written.ahead);
      assert(
        implies(idle, readsLeft.or(ar.valid).or(r.valid).not()),
        'AR/R: every read must be finished when the port is idle',
      );
      assert(
        implies(idle, writesLeft.or(aw.valid).or(w.valid).or(b.valid).not()),
        'AW/W/B: every write must be finished when the port is idle',
      );
      return {};
    },
  );
}

/** A3.4.1: the shape of a burst. */
function address(
  name: string,
  { valid, payload: { addr, len, size, burst } }: Watched<Payload<typeof axiAddress>>,
  { addressBits, busBytes }: AxiSizes,
  maxBurst: number,
): void {
  const low = sizeCode(busBytes);
  assert(implies(valid, burst.eq(BURST_INCR)), `${name}: bursts must be INCR`);
  assert(implies(valid, size.eq(low)), `${name}: beats must be as wide as the bus (${busBytes} bytes)`);
  if (maxBurst < MAX_BURST_BEATS)
    assert(implies(valid, len.lt(maxBurst)), `${name}: at most ${maxBurst} beats in a burst`);
  // The first beat covers the whole bus word that the address lies in.
  // Where there are fewer addresses than a page has, their end is the boundary.
  const pageBits = Math.min(Math.log2(PAGE_BYTES), addressBits);
  const beats = 2 ** (pageBits - low);
  const beat = low === pageBits ? constant(uint(9), 0) : addr.slice(low, pageBits - low).extend(pageBits - low + 9);
  const end = beat.add(len.extend(beat.width));
  assert(implies(valid, end.lt(beats)), `${name}: a burst must not cross a boundary of ${2 ** pageBits} bytes`);
}

/** The number of the beat on a data channel within its burst. */
function beatNumber(name: string, moved: Bit, last: Bit): UInt<8> {
  const beat = reg(name, uint(8));
  when(moved, () => {
    beat.next = selectAs(uint(8), last, 0, beat.add(1));
  });
  return beat;
}

/**
 * A queue of what `fired` saw. One place more than can be unfinished, so that it can fill in the cycle in which it
 * empties.
 */
function queue<T>(name: string, fired: Bit, payload: T, outstanding: number): Stream<T> {
  return fifo(name, produce(`${name}_in`, { valid: fired, payload }), outstanding + 1);
}

/** A3.3.1, A3.4.1: read data follows its address, in full and in order. The result: whether reads are unfinished. */
function readOrder({ ar, r, outstanding }: Pick<WatchedPort, 'ar' | 'r'> & { outstanding: number }): Bit {
  const asked = queue('reads', moves(ar), { id: ar.payload.id, len: ar.payload.len }, outstanding);
  const done = moves(r).and(r.payload.last);
  asked.ready = done;
  const beat = beatNumber('r_beat', moves(r), r.payload.last);
  assert(implies(r.valid, asked.valid), 'R: data must answer an accepted AR');
  assert(implies(r.valid, r.payload.id.eq(asked.payload.id)), 'R: RID must be the id of the oldest unfinished AR');
  assert(
    implies(r.valid, r.payload.last.eq(beat.eq(asked.payload.len))),
    'R: RLAST must be high on the last beat of the burst, and only there',
  );
  assert(implies(r.valid, r.payload.resp.is('exokay').not()), 'R: EXOKAY answers exclusive reads only');
  return counted('reads_left', {
    more: moves(ar),
    less: done,
    limit: outstanding,
    message: `AR: at most ${outstanding} reads may be unfinished`,
  });
}

interface Written {
  /** A burst has had its address and all its data. */
  readonly done: Bit;
  /** Of that burst. */
  readonly id: UInt;
  /** The same, in time for a response in this cycle. */
  readonly answerable: Bit;
  /** Whole bursts wait for their address. */
  readonly ahead: Bit;
}

/** Each W beat is held against its AW, which must have been accepted before. */
function strictPairs({
  aw,
  w,
  outstanding,
  busBytes,
}: Pick<WatchedPort, 'aw' | 'w'> & { outstanding: number; busBytes: number }): Written {
  const low = sizeCode(busBytes);
  const offset = low === 0 ? constant(uint(1), 0) : aw.payload.addr.truncate(low);
  const asked = queue('writes', moves(aw), { id: aw.payload.id, len: aw.payload.len, offset }, outstanding);
  const beat = beatNumber('w_beat', moves(w), w.payload.last);
  const done = moves(w).and(w.payload.last);
  asked.ready = done;
  assert(implies(moves(w), asked.valid), 'W: data must follow its accepted AW');
  assert(
    implies(moves(w), w.payload.last.eq(beat.eq(asked.payload.len))),
    'W: WLAST must be high on the last beat of the burst, and only there',
  );
  const below = constant(uint(busBytes), 0).not().shl(asked.payload.offset).not();
  assert(
    implies(moves(w).and(beat.eq(0)), w.payload.strb.and(below).eq(0)),
    "W: strobes of bytes below the burst's address must be low",
  );
  return { done, id: asked.payload.id, answerable: constant(bit, 0), ahead: constant(bit, 0) };
}

/**
 * The same where W may run ahead: whole bursts are held against their AW once both are known, a cycle after the later
 * one at least.
 */
function loosePairs({ aw, w, outstanding }: Pick<WatchedPort, 'aw' | 'w'> & { outstanding: number }): Written {
  const beat = beatNumber('w_beat', moves(w), w.payload.last);
  const asked = queue('writes', moves(aw), { id: aw.payload.id, len: aw.payload.len }, outstanding);
  const given = queue('bursts', moves(w).and(w.payload.last), { len: beat }, outstanding);
  const both = asked.valid.and(given.valid);
  asked.ready = both;
  given.ready = both;
  assert(
    implies(both, asked.payload.len.eq(given.payload.len)),
    'W: WLAST must be high on the last beat of the burst, and only there',
  );
  const ahead = counted('bursts_ahead', {
    more: moves(w).and(w.payload.last),
    less: both,
    limit: outstanding,
    message: `W: at most ${outstanding} bursts ahead of their AW`,
  });
  return { done: both, id: asked.payload.id, answerable: both, ahead };
}

/** A3.3.1: a response follows its last beat. The result: whether writes are unfinished. */
function responses({
  aw,
  b,
  written,
  outstanding,
}: Pick<WatchedPort, 'aw' | 'b'> & { written: Written; outstanding: number }): Bit {
  const unanswered = reg('unanswered', uint(countBits(outstanding + 1)));
  const answered = moves(b);
  when(written.done.and(answered.not()), () => {
    unanswered.next = unanswered.add(1);
  }).elsewhen(answered.and(written.done.not()).and(unanswered.ne(0)), () => {
    unanswered.next = unanswered.sub(1);
  });
  assert(
    implies(b.valid, unanswered.any().or(written.answerable)),
    'B: a response must follow the last W beat of its burst',
  );
  // The ids of bursts that were not answered as soon as they were whole.
  const atOnce = answered.and(unanswered.eq(0));
  const ids = queue('b_ids', written.done.and(atOnce.not()), { id: written.id }, outstanding);
  ids.ready = answered;
  const id = select(ids.valid, ids.payload.id, written.id);
  assert(implies(b.valid, b.payload.id.eq(id)), 'B: BID must be the id of the oldest AW whose data is whole');
  assert(implies(b.valid, b.payload.resp.is('exokay').not()), 'B: EXOKAY answers exclusive writes only');
  return counted('writes_left', {
    more: moves(aw),
    less: answered,
    limit: outstanding,
    message: `AW: at most ${outstanding} writes may be unfinished`,
  });
}
