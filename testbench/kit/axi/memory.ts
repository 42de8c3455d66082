/**
 * An AXI4 memory (Arm IHI 0022): what stands for DRAM in the testbench. Written in the language, so that a whole system
 * simulates in any engine and exports as Verilog with it.
 *
 * Interface: a subordinate with the streams `ar`, `aw`, `w` in and `r`, `b` out, shapes of hdl/lib/axi.ts. INCR
 * bursts of beats as wide as the bus; a start that is not aligned reads and writes the aligned word as its first beat
 * (strobes say which bytes count). The bytes are in the memory `dram`, words of `busBytes` bytes, little-endian: load
 * and dump it by path.
 *
 * Timing in cycles, without stalls:
 * - the first R beat of a burst is valid max(latency, 2) cycles after its AR was accepted, or right after the burst
 *   before it; then a beat each cycle, across bursts too. Latencies of bursts in flight overlap.
 * - W beats are accepted from the cycle after their AW, one each cycle; a beat is visible to R beats that become valid
 *   two cycles later.
 * - B is valid max(latency, 2) cycles after the last W beat, or right after the B before it.
 * - AR (AW) is accepted while fewer than `outstanding` reads (writes) are unfinished: until the last R beat (the B) has
 *   moved.
 *
 * Stalls lower the readies of AR, AW and W, and put off the valids of R and B, at random and reproducibly.
 *
 * A *tunable* memory keeps its size, latency, stalls and their seed in registers, so that one compiled design serves
 * runs that differ in them: settings.ts sets those.
 *
 * Invariants: the stream rules hold on R and B; responses come in order; a beat with an error reads as 0 and stores
 * nothing; a beat past the end answers DECERR. The response to a write is its worst beat's.
 */
import {
  bit,
  constant,
  module,
  produce,
  fifo,
  reg,
  regs,
  select,
  selectAs,
  sram,
  struct,
  uint,
  when,
} from '../../../hdl/index.ts';
import type { Bit, Enum, SignalOf, Stream, UInt } from '../../../hdl/index.ts';
import { axiChannels, axiSubordinate, response, sizeCode, type AxiSizes } from '../../../hdl/lib/axi.ts';
import { countBits, indexBits } from '../../../hdl/lib/bits.ts';
import { checkSettings, depthOf, LEAST_LATENCY, needs, settingNames, TIME_BITS, waitOf } from './settings.ts';
import { mayMove, STALL_BITS, stallOf, type Channel, type Stall } from './stalls.ts';

/** Beats that touch the bytes [address, address + length) get `response`. */
export interface ErrorRange {
  readonly address: number;
  readonly length: number;
  readonly response: 'slverr' | 'decerr';
  readonly on: 'read' | 'write' | 'both';
}

export interface AxiMemoryOptions<A extends number = number, I extends number = number> extends AxiSizes<A, I> {
  /** Size in bytes: whole beats, at most 2 GiB, and no more than have an address. Addresses start at 0. */
  readonly bytes: number;
  /** Cycles from request to response (2, the least there can be); below 2^22. */
  readonly latency?: number;
  /** Cycles out of 256 in which a channel stalls (0). */
  readonly stall?: Stall;
  /** Chooses the stalls (1). */
  readonly seed?: number;
  /** How many reads, and how many writes, can be unfinished (8). */
  readonly outstanding?: number;
  /** The first range that a beat touches counts. */
  readonly errors?: readonly ErrorRange[];
  /** The first bytes; the rest are 0. */
  readonly init?: Uint8Array;
  /** Keeps size, latency, stalls and seed in registers, which hold the values given here at first (false). */
  readonly tunable?: boolean;
}

type Response = SignalOf<typeof response>;

/** @throws RangeError for a bus, size, latency, stall, seed or number of requests that cannot be. */
export function AxiMemory<const A extends number, const I extends number>(options: AxiMemoryOptions<A, I>) {
  const { addressBits, idBits, busBytes, bytes, outstanding = 8, errors = [], init = new Uint8Array() } = options;
  const { latency = LEAST_LATENCY, stall = 0, seed = 1, tunable = false } = options;
  needs(Number.isInteger(sizeCode(busBytes)) && busBytes <= 128, `a bus of 1, 2, 4, … 128 bytes, not ${busBytes}`);
  needs(Number.isInteger(outstanding) && outstanding >= 1, `at least one outstanding request, not ${outstanding}`);
  checkSettings({ latency, stall, seed });
  needs(2 ** addressBits > busBytes, `addresses of more than a beat, not of ${addressBits} bits`);
  needs(bytes <= 2 ** addressBits, `at most ${2 ** addressBits} bytes, as many as have an address, not ${bytes}`);
  needs(init.length <= bytes, `${init.length} bytes to hold its first bytes`);

  const depth = depthOf(bytes, busBytes);
  const wait = waitOf(latency);
  const low = sizeCode(busBytes);
  // One more than an address has, so that the size of the whole of them is a number too; and a burst has 256 beats.
  const wordBits = Math.max(addressBits - low, 8) + 1;
  const depthBits = indexBits(depth);
  /** A burst in a queue. `due` is when its answer may be given to the response register. */
  const request = struct({ id: uint(idBits), word: uint(wordBits), len: uint(8), due: uint(TIME_BITS) });
  const answer = struct({ id: uint(idBits), resp: response, due: uint(TIME_BITS) });
  const channels = axiChannels(options);

  return module('axi_memory', axiSubordinate(options), (i, o) => {
    const dram = sram('dram', {
      depth,
      word: uint(busBytes * 8),
      lanes: busBytes,
      readDuringWrite: 'old',
      init: words(init, busBytes),
    });

    /** A register that nothing but a testbench changes. */
    function setting<const W extends number>(name: string, width: W, value: number): UInt<W> {
      const held = reg(name, uint(width), { reset: value });
      held.next = held;
      return held;
    }
    const delay = tunable ? setting(settingNames.wait, TIME_BITS, wait) : wait;
    const size = tunable ? setting(settingNames.words, wordBits, depth) : depth;
    const mayMoveOn = (channel: Channel): Bit => {
      const cycles = stallOf(stall, channel);
      return mayMove(channel, tunable ? setting(settingNames.stall(channel), STALL_BITS, cycles) : cycles, seed);
    };

    const now = reg('now', uint(TIME_BITS));
    now.next = now.add(1);
    const dueTime = (): UInt<typeof TIME_BITS> => now.add(delay);
    // The difference's sign, not an order of times: time wraps.
    const isDue = (due: UInt<typeof TIME_BITS>): Bit =>
      now
        .sub(due)
        .bit(TIME_BITS - 1)
        .not();

    /** The bursts accepted from `channel`, at most `outstanding` until `finished`. */
    function accept(
      name: 'ar' | 'aw',
      channel: Stream<SignalOf<typeof channels.ar>>,
      finished: Bit,
    ): Stream<SignalOf<typeof request>> {
      const unfinished = reg(`${name}_unfinished`, uint(countBits(outstanding)));
      const open = unfinished.ne(outstanding).and(mayMoveOn(name));
      const { id, addr, len } = channel.payload;
      const accepted = produce(`${name}_accepted`, {
        valid: channel.valid.and(open),
        payload: { id, word: addr.slice(low, addressBits - low).extend(wordBits), len, due: dueTime() },
      });
      channel.ready = open.and(accepted.ready);
      when(channel.fire.and(finished.not()), () => {
        unfinished.next = unfinished.add(1);
      }).elsewhen(finished.and(channel.fire.not()), () => {
        unfinished.next = unfinished.sub(1);
      });
      return fifo(`${name}_queue`, accepted, outstanding);
    }

    /** What a beat at `word` answers. */
    function responseAt(word: UInt, on: 'read' | 'write'): Response {
      const within = (range: ErrorRange): Bit => {
        const [first, last] = [
          Math.floor(range.address / busBytes),
          Math.floor((range.address + range.length - 1) / busBytes),
        ];
        return word.ge(first).and(word.le(last));
      };
      const injected = errors
        .filter((range) => range.on === on || range.on === 'both')
        .reduceRight<Response>(
          (rest, range) => select(within(range), constant(response, range.response), rest),
          constant(response, 'okay'),
        );
      return select(word.ge(size), constant(response, 'decerr'), injected);
    }

    const r = regs({ r_full: bit, r_id: uint(idBits), r_resp: response, r_last: bit, r_beat: uint(8) });
    const r_taken = r.r_full.and(o.r.ready);
    const reads = accept('ar', i.ar, r_taken.and(r.r_last));
    const readWord = reads.payload.word.add(r.r_beat.extend(wordBits));
    const readNext = reads.valid.and(isDue(reads.payload.due)).and(mayMoveOn('r')).and(r.r_full.not().or(o.r.ready));
    const readLast = r.r_beat.eq(reads.payload.len);
    const data = dram.read('r_word', { address: readWord.truncate(depthBits), enable: readNext });
    reads.ready = readNext.and(readLast);
    when(r_taken, () => {
      r.r_full.next = 0;
    });
    when(readNext, () => {
      r.r_full.next = 1;
      r.r_id.next = reads.payload.id;
      r.r_resp.next = responseAt(readWord, 'read');
      r.r_last.next = readLast;
      r.r_beat.next = selectAs(uint(8), readLast, 0, r.r_beat.add(1));
    });

    const b = regs({ b_full: bit, b_id: uint(idBits), b_resp: response, w_beat: uint(8), w_worst: response });
    const writes = accept('aw', i.aw, b.b_full.and(o.b.ready));
    const writeWord = writes.payload.word.add(b.w_beat.extend(wordBits));
    const writeLast = b.w_beat.eq(writes.payload.len);
    const beatResponse = responseAt(writeWord, 'write');
    const worst = select(code(beatResponse).gt(code(b.w_worst)), beatResponse, b.w_worst);
    i.w.ready = writes.valid.and(mayMoveOn('w'));
    writes.ready = i.w.fire.and(writeLast);
    when(i.w.fire, () => {
      dram.write({
        address: writeWord.truncate(depthBits),
        data: i.w.payload.data,
        mask: i.w.payload.strb,
        enable: beatResponse.is('okay'),
      });
      b.w_beat.next = selectAs(uint(8), writeLast, 0, b.w_beat.add(1));
      b.w_worst.next = select(writeLast, constant(response, 'okay'), worst);
    });
    const written = produce('w_written', {
      valid: i.w.fire.and(writeLast),
      payload: { id: writes.payload.id, resp: worst, due: dueTime() },
    });
    const answers: Stream<SignalOf<typeof answer>> = fifo('b_queue', written, outstanding);
    answers.ready = isDue(answers.payload.due).and(mayMoveOn('b')).and(b.b_full.not().or(o.b.ready));
    when(b.b_full.and(o.b.ready), () => {
      b.b_full.next = 0;
    });
    when(answers.fire, () => {
      b.b_full.next = 1;
      b.b_id.next = answers.payload.id;
      b.b_resp.next = answers.payload.resp;
    });

    return {
      r: {
        valid: r.r_full,
        payload: {
          id: r.r_id,
          data: selectAs(uint(busBytes * 8), r.r_resp.is('okay'), data, 0),
          resp: r.r_resp,
          last: r.r_last,
        },
      },
      b: { valid: b.b_full, payload: { id: b.b_id, resp: b.b_resp } },
    };
  });
}

const code = (resp: Enum<'okay' | 'exokay' | 'slverr' | 'decerr'>): UInt => resp.asUint();

/** Bytes as words of `size`, little-endian, the last one filled up with zeros. */
function words(bytes: Uint8Array, size: number): bigint[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, word) => {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[word * size + i] ?? 0);
    return value;
  });
}
