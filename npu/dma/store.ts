/**
 * The store DMA: copies lines of a local memory into a block of DRAM.
 *
 *   job → frontend → regions → bursts → AW ─ issued ─► W beats ─► B
 *                  local walk → reads → loaded → byte queue ─┘
 *
 * Interface: `job`; AXI writes `aw`, `w`, `b`; local reads `read`, whose bytes must be at `data` in the cycle after the
 * transfer; `busError`; `goesOn` (frontend.ts); and the outputs of {@link unitStatus}.
 *
 * Timing: AW is first valid two cycles after the job was taken, W four cycles after it, then a beat a cycle whatever
 * the alignments where pieces are whole groups. `done` comes in the cycle after the last B. 8 aligned bytes take 5
 * cycles beside the latency of B.
 *
 * Faults: SLVERR or DECERR on B; the address of the first failing burst is kept. A job that continues writes the rest.
 * One that aborts writes no byte in the cycles after that answer, but for a beat that waited already: no burst begins
 * any more, and beats of those that the bus took have no strobes. Each such answer is told by `busError`, in the cycle
 * in which it is taken. A local line, or a place in it, that does not exist: its bytes become zeros, and the job goes
 * on.
 *
 * Invariants: a W beat comes only after its AW was accepted; at most `outstanding` bursts wait for their B, none
 * crosses 4 KiB; bytes outside of the block have no strobe, and no beat is without one but where a job was given up;
 * the stream rules hold on `aw`, `w` and `read`.
 *
 * In waves, 20 bytes of three lines to address 0x104 on, 8 bytes a beat; the memory answers at once:
 *
 *     cycle                1     2     3     4     5     6     7     8     9     10    11    12    13    14
 *                          ──────┐
 *     job_valid                  └─────────────────────────────────────────────────────────────────────────────
 *                                      ┌─────┐
 *     aw_valid             ────────────┘     └─────────────────────────────────────────────────────────────────
 *                                ┌─────────────────┐
 *     read_valid           ──────┘                 └───────────────────────────────────────────────────────────
 *                          ┬───────────┬─────┬─────┬───────────────────────────────────────────────────────────
 *     read_payload_address │0          │1    │2    │1
 *                                                  ┌─────────────────┐
 *     w_valid              ────────────────────────┘                 └─────────────────────────────────────────
 *                          ──────────────────┐                 ┌───────────────────────────────────────────────
 *     w_payload_last                         └─────────────────┘
 *                                                                    ┌─────┐
 *     b_valid              ──────────────────────────────────────────┘     └───────────────────────────────────
 *                                                                          ┌─────┐
 *     done                 ────────────────────────────────────────────────┘     └─────────────────────────────
 */
import {
  assert,
  bit,
  fifo,
  fifoWithCount,
  module,
  produce,
  regs,
  select,
  selectAs,
  stream,
  uint,
  when,
} from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { addressChannel, writeDataChannel, writeResponseChannel } from '../common/axi.ts';
import { isGroup, LOCAL_BITS, localRead } from '../common/local.ts';
import { lowOnes } from '../common/mask.ts';
import { unitStatus } from '../common/unit.ts';
import { addressOf, busAddress, BurstSplitter, lanesOf } from './bursts.ts';
import { ByteQueue, inBits } from './byte-queue.ts';
import { frontend } from './frontend.ts';
import { busError, dmaJob, type DmaOptions } from './job.ts';
import { LocalWalk } from './local-walk.ts';
import { Regions } from './regions.ts';

/**
 * Groups between the local memory and the byte queue: one on its way, one arriving, one leaving, rounded up to a power
 * of two.
 */
const LOADED = 4;

/** @throws RangeError for a bus or burst length that cannot be. */
export function StoreDma(options: DmaOptions) {
  const { busBytes, maxBurst, outstanding, id = 0 } = options;
  const [Splitter, Queue, Walk] = [BurstSplitter({ busBytes, maxBurst }), ByteQueue(busBytes), LocalWalk(busBytes)];
  return module(
    'store_dma',
    {
      in: { job: stream(dmaJob), b: stream(writeResponseChannel), data: uint(busBytes * 8) },
      out: {
        aw: stream(addressChannel),
        w: stream(writeDataChannel(busBytes)),
        read: stream(localRead),
        busError,
        goesOn: bit,
        ...unitStatus,
      },
    },
    (i, o) => {
      const job = i.job.payload;
      const { start, busy, status, aborts, stopped, goesOn, fail, finish } = frontend(i.job, { wholeLanes: false });

      // An error that ends the job; offers that wait for the bus stay as they are.
      const bad = i.b.fire.and(i.b.payload.resp.asUint().bit(1));
      const giveUp = stopped.or(bad.and(aborts));

      // Requests. A burst enters both queues in the cycle in which the bus takes it: one until its last beat, one until
      // its B. Once the job is given up, the others are skipped: their bytes go nowhere.
      const { skipping, silent } = regs({ skipping: bit, silent: bit });
      const { region } = Regions({ pads: false })({ start, job }, { name: 'regions' });
      const { burst: next } = Splitter({ region }, { name: 'splitter' });
      const wanted = next.valid.and(skipping.not());
      const answering = produce('answering', {
        valid: wanted.and(o.aw.ready),
        payload: busAddress(busBytes, next.payload.address),
      });
      const { out: unanswered, count: inFlight } = fifoWithCount('in_flight', answering, outstanding);
      const awValid = wanted.and(answering.ready);
      const { address: first, lastLane, len } = next.payload;
      const issued = produce('issued', {
        valid: select(skipping, next.valid, awValid.and(o.aw.ready)),
        payload: { address: first, lastLane, len, skipped: skipping },
      });
      next.ready = select(skipping, issued.ready, o.aw.ready.and(answering.ready));
      const current = fifo('to_write', issued, outstanding);
      // A burst leaves `to_write` before it leaves `in_flight`, which is therefore the one that fills up.
      assert(issued.valid.not().or(issued.ready).or(skipping), 'a burst was answered before its last beat');
      when(awValid.not().or(o.aw.ready), () => {
        skipping.next = giveUp;
      });

      // Local reads: as many as there is room for what they bring.
      const { part } = Walk({ start, job }, { name: 'walk' });
      const exists = isGroup(options, part.payload);
      const reading = regs({ pending: bit, exists: bit, bytes: uint(sizeCode(busBytes) + 1) });
      const arrived = produce('arrived', {
        valid: reading.pending,
        payload: { data: select(reading.exists, i.data, 0), bytes: reading.bytes },
      });
      const loaded = fifoWithCount('loaded', arrived, LOADED);
      const room = loaded.count.lt(selectAs(uint(loaded.count.width), reading.pending, LOADED - 1, LOADED));
      part.ready = room.and(exists.not().or(o.read.ready));
      reading.pending.next = part.fire;
      reading.exists.next = exists;
      reading.bytes.next = part.payload.bytes;

      when(part.fire.and(exists.not()), () => fail('range', 0));

      // Beats.
      const beat = regs({ index: uint(8) });
      const last = beat.index.eq(current.payload.len);
      const { skip, bytes } = lanesOf(busBytes, current.payload, beat.index.eq(0), last);
      const { taken } = Queue(
        { clear: 0, chunk: loaded.out, want: selectAs(uint(sizeCode(busBytes) + 1), current.valid, bytes, 0) },
        { name: 'queue' },
      );
      const { skipped } = current.payload;
      const wValid = taken.valid.and(skipped.not());
      taken.ready = o.w.ready.or(skipped);
      when(wValid.not().or(o.w.ready), () => {
        silent.next = giveUp;
      });
      current.ready = taken.fire.and(last);
      when(taken.fire, () => {
        beat.index.next = selectAs(uint(8), last, 0, beat.index.add(1));
      });

      // Answers.
      i.b.ready = unanswered.valid;
      unanswered.ready = i.b.valid;
      when(i.b.fire, () => {
        when(bad, () => fail('busWrite', aborts, unanswered.payload));
      });
      const asked = region.valid.or(next.valid).not();
      const answered = i.b.fire.and(inFlight.eq(1)).and(stopped.not());
      const skippedAll = stopped.and(inFlight.eq(0)).and(current.valid.not());
      when(busy.and(asked).and(answered.or(skippedAll)), finish);

      const { space, address, group } = part.payload;
      return {
        aw: { valid: awValid, payload: addressOf(busBytes, id, next.payload) },
        w: {
          valid: wValid,
          payload: {
            data: taken.payload.shl(inBits(skip)),
            strb: select(silent, 0, lowOnes(bytes, busBytes).shl(skip)),
            last,
          },
        },
        read: {
          valid: part.valid.and(room).and(exists),
          payload: { space, address: address.truncate(LOCAL_BITS), group },
        },
        busError: { valid: bad, address: unanswered.payload },
        goesOn,
        ...status,
      };
    },
  );
}
