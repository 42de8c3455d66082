/**
 * A protocol checker for one AXI4 port (Arm IHI 0022): looks at all five channels and drives nothing. Each rule is an
 * assert whose message starts with the channel.
 *
 * Interface: `ar`, `aw`, `w`, `r`, `b`, each {valid, ready, payload}, and `idle`: where 1, nothing may be valid or
 * unfinished. Attach it with {@link watch}.
 *
 * Timing: a rule is judged in the cycle that breaks it, before its edge.
 *
 * Besides the protocol it holds the port to what Systole's units promise: INCR bursts of whole bus beats of at most
 * `maxBurst`, at most `outstanding` reads and writes unfinished, answers in the order of the requests whatever their
 * ids; and, unless allowed, no W beat before its AW was accepted and none without a strobe.
 */
import {
  assert,
  bit,
  constant,
  delay,
  fifo,
  module,
  pack,
  produce,
  reg,
  selectAs,
  struct,
  uint,
  when,
} from '../../hdl/index.ts';
import type { Bit, BitIn, Shape, SignalOf, Stream, UInt } from '../../hdl/index.ts';
import {
  addressChannel,
  BURST_INCR,
  MAX_BURST_BEATS,
  PAGE_BYTES,
  readDataChannel,
  sizeCode,
  writeDataChannel,
  writeResponseChannel,
} from '../../npu/common/axi.ts';
import { countBits } from '../../npu/common/bits.ts';

export interface AxiCheckerOptions {
  readonly busBytes: number;
  /** Most beats of a burst (256). */
  readonly maxBurst?: number;
  /** Most reads, and most writes, unfinished (8): from the request's transfer to the last beat's or the response's. */
  readonly outstanding?: number;
  /** Whether W beats may come before their AW (false). At most `outstanding` bursts ahead. */
  readonly earlyData?: boolean;
  /** Whether a W beat may write no byte at all (false). */
  readonly emptyStrobes?: boolean;
}

/** A channel as a bystander sees it; a stream's handle is one. */
export interface Watched<T> {
  readonly valid: Bit;
  readonly ready: Bit;
  readonly payload: T;
}

export interface WatchedPort {
  readonly ar: Watched<SignalOf<typeof addressChannel>>;
  readonly aw: Watched<SignalOf<typeof addressChannel>>;
  readonly w: Watched<SignalOf<ReturnType<typeof writeDataChannel>>>;
  readonly r: Watched<SignalOf<ReturnType<typeof readDataChannel>>>;
  readonly b: Watched<SignalOf<typeof writeResponseChannel>>;
}

/**
 * Checks the AXI port in the enclosing module, by an instance called `name`. `idle`: cycles in which it must be at rest
 * (none).
 */
export function watch(
  name: string,
  { ar, aw, w, r, b }: WatchedPort,
  options: AxiCheckerOptions,
  idle: BitIn = 0,
): void {
  const seen = <T>({ valid, ready, payload }: Watched<T>): Watched<T> => ({ valid, ready, payload });
  AxiChecker(options)({ ar: seen(ar), aw: seen(aw), w: seen(w), r: seen(r), b: seen(b), idle }, { name });
}

const watched = <T, I>(payload: Shape<T, I>) => struct({ valid: bit, ready: bit, payload });
const implies = (condition: Bit, holds: Bit): Bit => condition.not().or(holds);
const moves = ({ valid, ready }: Watched<unknown>): Bit => valid.and(ready);

export function AxiChecker({
  busBytes,
  maxBurst = MAX_BURST_BEATS,
  outstanding = 8,
  earlyData = false,
  emptyStrobes = false,
}: AxiCheckerOptions) {
  return module(
    'axi_checker',
    {
      in: {
        ar: watched(addressChannel),
        aw: watched(addressChannel),
        w: watched(writeDataChannel(busBytes)),
        r: watched(readDataChannel(busBytes)),
        b: watched(writeResponseChannel),
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
      address('AR', ar, busBytes, maxBurst);
      address('AW', aw, busBytes, maxBurst);
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

/** A3.2.1: VALID, once high, stays so with the same payload until the transfer. */
function stable(name: string, channel: Watched<unknown>): void {
  const key = name.toLowerCase();
  const payload = pack(channel.payload);
  const waiting = delay(`${key}_waiting`, channel.valid.and(channel.ready.not()));
  assert(implies(waiting, channel.valid), `${name}: VALID must stay high until READY`);
  assert(
    implies(waiting, payload.eq(delay(`${key}_offered`, payload))),
    `${name}: the payload must not change while VALID waits for READY`,
  );
}

/** A3.4.1: the shape of a burst. */
function address(
  name: string,
  { valid, payload: { addr, len, size, burst } }: Watched<SignalOf<typeof addressChannel>>,
  busBytes: number,
  maxBurst: number,
): void {
  const low = sizeCode(busBytes);
  assert(implies(valid, burst.eq(BURST_INCR)), `${name}: bursts must be INCR`);
  assert(implies(valid, size.eq(low)), `${name}: beats must be as wide as the bus (${busBytes} bytes)`);
  if (maxBurst < MAX_BURST_BEATS)
    assert(implies(valid, len.lt(maxBurst)), `${name}: at most ${maxBurst} beats in a burst`);
  // The first beat covers the whole bus word that the address lies in.
  const pageBeats = Math.log2(PAGE_BYTES) - low;
  const end = addr
    .slice(low, pageBeats)
    .extend(pageBeats + 9)
    .add(len.extend(pageBeats + 9));
  assert(
    implies(valid, end.lt(PAGE_BYTES / busBytes)),
    `${name}: a burst must not cross a boundary of ${PAGE_BYTES} bytes`,
  );
}

/** Counts `more` up and `less` down; asserts that no more than `limit` remain. The result: whether any are left. */
function counted(
  name: string,
  { more, less, limit, message }: { more: Bit; less: Bit; limit: number; message: string },
): Bit {
  const count = reg(name, uint(countBits(limit)));
  assert(implies(more.and(less.not()), count.lt(limit)), message);
  when(more.and(less.not()), () => {
    count.next = count.add(1);
  }).elsewhen(less.and(more.not()).and(count.ne(0)), () => {
    count.next = count.sub(1);
  });
  return count.any();
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
  const asked = queue('writes', moves(aw), { len: aw.payload.len, offset }, outstanding);
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
  return { done, answerable: constant(bit, 0), ahead: constant(bit, 0) };
}

/**
 * The same where W may run ahead: whole bursts are held against their AW once both are known, a cycle after the later
 * one at least.
 */
function loosePairs({ aw, w, outstanding }: Pick<WatchedPort, 'aw' | 'w'> & { outstanding: number }): Written {
  const beat = beatNumber('w_beat', moves(w), w.payload.last);
  const asked = queue('writes', moves(aw), { len: aw.payload.len }, outstanding);
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
  return { done: both, answerable: both, ahead };
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
  assert(implies(b.valid, b.payload.resp.is('exokay').not()), 'B: EXOKAY answers exclusive writes only');
  return counted('writes_left', {
    more: moves(aw),
    less: answered,
    limit: outstanding,
    message: `AW: at most ${outstanding} writes may be unfinished`,
  });
}
