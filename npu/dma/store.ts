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
 * cycles beside the latency of B. The next job is taken in the cycle after the last read of a job, while there are
 * fewer than {@link STORE_JOBS}, and waits for none of its answers: jobs of n aligned beats end n + 1 cycles apart, 3
 * at the soonest, and a job at least latency + n + 5 cycles after the one STORE_JOBS before it. A job that is refused
 * has its `done` two cycles after it was taken, at the soonest.
 *
 * Faults, of which each job has its own: SLVERR or DECERR on B; the address of the first failing burst is kept. A job
 * that continues writes the rest. One that aborts writes no byte in the cycles after that answer, but for a beat that
 * waited already: no burst of it begins any more, and its beats of those that the bus took have no strobes; jobs after
 * it are carried out. Each such answer is told by `busError`, in the cycle in which it is taken. A local line, or a
 * place in it, that does not exist: its bytes become zeros, and the job goes on.
 *
 * Invariants: jobs end in order, each after its own last B; a W beat comes only after its AW was accepted; at most
 * `outstanding` bursts wait for their B, none crosses 4 KiB; bytes outside of the block have no strobe, and no beat is
 * without one but where its job was given up; the stream rules hold on `aw`, `w` and `read`.
 *
 * In waves, two jobs of 12 bytes of two lines, to 0x104 and 0x204 on, 8 bytes a beat; answers take four cycles:
 *
 *     cycle                1     2     3     4     5     6     7     8     9     10    11    12    13    14    15
 *                          ────────────────────────┐
 *     job_valid                                    └─────────────────────────────────────────────────────────────────
 *                          ──────┐           ┌─────┐           ┌─────────────────────────────────────────────────────
 *     job_ready                  └───────────┘     └───────────┘
 *                                      ┌─────┐           ┌─────┐
 *     aw_valid             ────────────┘     └───────────┘     └─────────────────────────────────────────────────────
 *                                ┌───────────┐     ┌───────────┐
 *     read_valid           ──────┘           └─────┘           └─────────────────────────────────────────────────────
 *                          ┬───────────┬───────────┬─────┬───────────────────────────────────────────────────────────
 *     read_payload_address │0          │1          │0    │1
 *                                                  ┌───────────┐     ┌───────────┐
 *     w_valid              ────────────────────────┘           └─────┘           └───────────────────────────────────
 *                          ──────────────────┐           ┌─────┐           ┌─────┐
 *     w_payload_last                         └───────────┘     └───────────┘     └───────────────────────────────────
 *                                                                                ┌─────┐           ┌─────┐
 *     b_valid              ──────────────────────────────────────────────────────┘     └───────────┘     └───────────
 *                                                                                      ┌─────┐           ┌─────┐
 *     done                 ────────────────────────────────────────────────────────────┘     └───────────┘     └─────
 */
import {
  bit,
  constant,
  fifo,
  fifoWithCount,
  module,
  named,
  produce,
  reg,
  regs,
  select,
  selectAs,
  stream,
  uint,
  when,
  wire,
  type Bit,
  type SignalOf,
} from '../../hdl/index.ts';
import { countBits, indexBits } from '../../hdl/lib/bits.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { addressChannel, writeDataChannel, writeResponseChannel } from '../common/axi.ts';
import { hasBeat, LOCAL_BITS, localRead } from '../common/local.ts';
import { inBits, lowOnes } from '../common/mask.ts';
import { unitStatus } from '../common/unit.ts';
import { addressOf, busAddress, BurstSplitter, lanesOf } from './bursts.ts';
import { ByteQueue } from './byte-queue.ts';
import { frontend, refusalOf } from './frontend.ts';
import { busError, dmaJob, STORE_JOBS, type DmaOptions } from './job.ts';
import { LocalWalk } from './local-walk.ts';
import { Regions } from './regions.ts';

/**
 * Groups between the local memory and the byte queue: one on its way, one arriving, one leaving, rounded up to a power
 * of two.
 */
const LOADED = 4;
/** Tells apart all jobs that there are at once. */
const turn = uint(indexBits(STORE_JOBS));

/** @throws RangeError for a bus or burst length that cannot be. */
export function StoreDma(options: DmaOptions) {
  const { busBytes, groupBytes, maxBurst, outstanding, id = 0 } = options;
  const [Splitter, Queue, Walk] = [
    BurstSplitter({ busBytes, maxBurst }),
    ByteQueue({ chunkBytes: groupBytes, wantBytes: busBytes }),
    LocalWalk(options, { together: false }),
  ];
  return module(
    'store_dma',
    {
      in: { job: stream(dmaJob), b: stream(writeResponseChannel), data: uint(groupBytes * 8) },
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
      // Jobs: one whose bytes are asked for, those of which all are, and the one that ends next.
      const job = i.job.payload;
      const asking = wire('asking', bit);
      const wrong = refusalOf(job, { wholeLanes: false });
      const accepted = produce('accepted', {
        valid: i.job.valid.and(asking.not()),
        payload: { wrong, dram: job.dram, onError: job.onError },
      });
      const jobs = fifo('jobs', accepted, STORE_JOBS - 1);
      const room = accepted.ready.and(asking.not());
      i.job.ready = room;
      const asks = i.job.fire.and(wrong.is('none'));
      const { start, busy, status, aborts, stopped, goesOn, fail, finish } = frontend(jobs, jobs.payload.wrong);
      // Turns of the one that asks, and of the one that ends next.
      const { newest, oldest } = regs({ newest: turn, oldest: turn });
      const coming = newest.add(1);
      when(asks, () => {
        newest.next = coming;
      });
      when(start, () => {
        oldest.next = oldest.add(1);
      });
      const isOldest = (of: SignalOf<typeof turn>): Bit => of.eq(oldest);

      // An error that ends the job; offers that wait for the bus stay as they are.
      const bad = i.b.fire.and(i.b.payload.resp.asUint().bit(1));
      const giveUp = named('give_up', busy.and(stopped.or(bad.and(aborts))));

      // Requests. A burst enters both queues in the cycle in which the bus takes it: one until its last beat, one until
      // its B. Once the job is given up, its others are skipped: their bytes go nowhere.
      const skipping = reg('skipping', bit);
      const { region } = Regions({ pads: false })({ start: asks, job }, { name: 'regions' });
      const { burst: next } = Splitter({ region }, { name: 'splitter' });
      const { address: first, lastLane, len } = next.payload;
      const begins = wire('begins', bit);
      const issued = produce('issued', {
        valid: begins.or(next.valid.and(skipping)),
        payload: { address: first, lastLane, len, skipped: skipping, turn: newest },
      });
      const current = fifo('to_write', issued, outstanding);
      const answering = produce('answering', {
        valid: begins,
        payload: {
          address: busAddress(busBytes, first),
          turn: newest,
          last: next.payload.ends.and(region.valid.not()),
        },
      });
      const unanswered = fifo('in_flight', answering, outstanding);
      const awValid = next.valid.and(skipping.not()).and(issued.ready).and(answering.ready);
      begins.next = awValid.and(o.aw.ready);
      next.ready = select(skipping, issued.ready, begins);
      when(awValid.not().or(o.aw.ready), () => {
        skipping.next = giveUp.and(isOldest(newest));
      });

      // Local reads: as many as there is room for what they bring.
      const { part } = Walk({ start: asks, job }, { name: 'walk' });
      const exists = hasBeat(options, part.payload);
      const reading = regs({ pending: bit, exists: bit, bytes: uint(countBits(groupBytes)) });
      const arrived = produce('arrived', {
        valid: reading.pending,
        payload: { data: select(reading.exists, i.data, 0), bytes: reading.bytes },
      });
      const loaded = fifoWithCount('loaded', arrived, LOADED);
      const hasPlace = loaded.count.lt(selectAs(uint(loaded.count.width), reading.pending, LOADED - 1, LOADED));
      part.ready = hasPlace.and(exists.not().or(o.read.ready));
      reading.pending.next = part.fire;
      reading.exists.next = exists;
      reading.bytes.next = part.payload.bytes;

      asking.next = region.valid.or(next.valid).or(part.valid);
      // What was outside, by turn: the one that ends next is told of it, the others when they come to be that.
      const outside = Array.from({ length: 2 ** indexBits(STORE_JOBS) }, (_, at) => {
        const of = reg(`outside_${at}`, bit);
        when(asks.and(coming.eq(at)), () => {
          of.next = 0;
        });
        when(part.fire.and(exists.not()).and(newest.eq(at)), () => {
          of.next = 1;
        });
        return of.and(isOldest(constant(turn, at)));
      }).reduce((one, other) => one.or(other));

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
      // Whose beats have no strobes: it stays so while one of them waits, whoever ends meanwhile.
      const { silent, silentTurn } = regs({ silent: bit, silentTurn: turn });
      when(wValid.not().or(o.w.ready), () => {
        silent.next = giveUp;
        silentTurn.next = oldest;
      });
      const isSilent = silent.and(silentTurn.eq(current.payload.turn));
      current.ready = taken.fire.and(last);
      when(taken.fire, () => {
        beat.index.next = selectAs(uint(8), last, 0, beat.index.add(1));
      });

      // Answers of the job that ends next; those of the one after it wait until it has ended.
      const { payload: answered } = unanswered;
      const mine = unanswered.valid.and(isOldest(answered.turn));
      i.b.ready = mine;
      unanswered.ready = i.b.fire;
      when(bad, () => fail('busWrite', aborts, answered.address));
      when(busy.and(outside), () => fail('range', 0));
      // A job that was given up may end while bytes of it that go nowhere are still in the queue.
      const left = asking.and(isOldest(newest)).or(mine);
      when(select(stopped, busy.and(left.not()), i.b.fire.and(answered.last)), finish);

      const { space, address, beat: firstBeat } = part.payload;
      return {
        aw: { valid: awValid, payload: addressOf(busBytes, id, next.payload) },
        w: {
          valid: wValid,
          payload: {
            data: taken.payload.shl(inBits(skip)),
            strb: select(isSilent, 0, lowOnes(bytes, busBytes).shl(skip)),
            last,
          },
        },
        read: {
          valid: part.valid.and(hasPlace).and(exists),
          payload: { space, address: address.truncate(LOCAL_BITS), beat: firstBeat },
        },
        busError: { valid: bad, address: answered.address },
        goesOn,
        ...status,
        room,
      };
    },
  );
}
