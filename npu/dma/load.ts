/**
 * The load DMA: copies a block of DRAM, or rows of it by a list of indices, into lines of a local memory, and fills
 * lines with a value.
 *
 *   job → frontend → regions → bursts → AR         R → byte queue → local writes ← local walk
 *                                    └─ in flight ─┘
 *
 * Interface: `job`; AXI reads `ar` (every burst with the unit's id) and `r` (only answers to this unit, in order);
 * local writes `write`; `busError`; `goesOn` (frontend.ts); and the outputs of {@link unitStatus}.
 *
 * Timing: AR is first valid two cycles after the job was taken. A beat that comes in cycle t can be written from t + 1
 * on, one beat a cycle whatever the alignments where lines are not short: a write is of a group, of which those at the
 * ends of pieces may be short; of short lines that follow each other in the scratchpad 2 or 4 are written at once.
 * `done` comes in the cycle after the last write was taken. 8 aligned bytes take 4 cycles beside the memory's latency.
 * The next job is taken when all bursts are asked for, while there are fewer than {@link LOAD_JOBS}: its beats are
 * taken two cycles after the last one of the job before. A job that is refused has its `done` two cycles after it was
 * taken, at the soonest.
 * A run of a block begins at most each cycle; bytes that are not read come a beat each cycle, in turn with those that
 * are.
 *
 * Faults, of which each job has its own: a job that aborts writes nothing from the first beat with SLVERR or DECERR
 * on; its other bursts are still issued and their beats taken. Bytes before that beat are written up to the last whole
 * write; `done` follows when nothing is in flight and the walk, a part a cycle, is over. The same holds, whatever the
 * job does about errors, from the first byte on whose local line, or place in it, does not exist. A job that continues
 * writes zeros for the bytes of such beats. Each of them is told by `busError`, in the cycle in which it is taken.
 *
 * Invariants: at most `outstanding` bursts in flight, none across 4 KiB; the stream rules hold on `ar` and `write`.
 * `r.ready` looks at `write.ready` in the same cycle.
 *
 * In waves, 20 bytes from address 0x104 on, 8 bytes a beat, to three lines; the memory answers at once:
 *
 *     cycle                 1     2     3     4     5     6     7     8     9     10    11    12
 *                           ──────┐
 *     job_valid                   └─────────────────────────────────────────────────────────────────
 *                                       ┌─────┐
 *     ar_valid              ────────────┘     └─────────────────────────────────────────────────────
 *                                                   ┌─────────────────┐
 *     r_valid               ────────────────────────┘                 └─────────────────────────────
 *                                                               ┌─────┐
 *     r_payload_last        ────────────────────────────────────┘     └─────────────────────────────
 *                                                               ┌─────────────────┐
 *     write_valid           ────────────────────────────────────┘                 └─────────────────
 *                           ┬─────────────────────────────────────────┬─────┬─────┬─────────────────
 *     write_payload_address │0                                        │1    │2    │1
 *                                                                                 ┌─────┐
 *     done                  ──────────────────────────────────────────────────────┘     └───────────
 */
import {
  bit,
  fifo,
  module,
  produce,
  regs,
  select,
  selectAs,
  stream,
  struct,
  uint,
  when,
  wire,
  type Bit,
} from '../../hdl/index.ts';
import { countBits } from '../../hdl/lib/bits.ts';
import { addressChannel, readDataChannel } from '../common/axi.ts';
import { fault } from '../common/fault.ts';
import { hasBeat, LOCAL_BITS, localWrite } from '../common/local.ts';
import { inBits, repeat } from '../common/mask.ts';
import { unitStatus } from '../common/unit.ts';
import { addressOf, beatAddress, busAddress, BurstSplitter, lanesOf } from './bursts.ts';
import { ByteQueue } from './byte-queue.ts';
import { frontend, refusalOf } from './frontend.ts';
import { busError, dmaJob, LOAD_JOBS, type DmaOptions } from './job.ts';
import { GatherRegions, listBeat } from './gather-regions.ts';
import { bytesOf, LocalWalk } from './local-walk.ts';
import { Regions, type Region } from './regions.ts';
import { SquareRegions } from './square-regions.ts';
import { TransposedWrites } from './transposed-writes.ts';

/** A load writes whole lanes of the accumulator. */
const lanes = { wholeLanes: true } as const;

/** Whether bytes are asked for. */
const onBus = (source: Region['source']): Bit => source.is('dram').or(source.is('list'));

/** @throws RangeError for a bus or burst length that cannot be. */
export function LoadDma(options: DmaOptions) {
  const { busBytes, groupBytes, maxBurst, outstanding, id = 0 } = options;
  const Splitter = BurstSplitter({ busBytes, maxBurst });
  const Queue = ByteQueue({ chunkBytes: busBytes, wantBytes: groupBytes });
  const sizeBits = countBits(groupBytes);
  const [Walk, Turned] = [LocalWalk(options, { together: true }), TransposedWrites(busBytes)];
  return module(
    'load_dma',
    {
      in: { job: stream(dmaJob), r: stream(readDataChannel(busBytes)) },
      out: { ar: stream(addressChannel), write: stream(localWrite(groupBytes)), busError, goesOn: bit, ...unitStatus },
    },
    (i, o) => {
      // Jobs: one of which bursts are asked for, those that wait for theirs, and one whose bytes are written.
      const asking = wire('asking', bit);
      const accepted = produce('accepted', { valid: i.job.valid.and(asking.not()), payload: i.job.payload });
      const jobs = fifo('jobs', accepted, LOAD_JOBS - 1);
      const room = accepted.ready.and(asking.not());
      i.job.ready = room;
      const asks = i.job.fire.and(refusalOf(i.job.payload, lanes).is('none'));
      const { start, busy, status, aborts, stopped, goesOn, fail, finish } = frontend(
        jobs,
        refusalOf(jobs.payload, lanes),
      );
      const job = jobs.payload;
      // Of every other job: whose bursts are asked for, and whose bytes are written.
      const turn = regs({ asked: bit, written: bit });
      when(asks, () => {
        turn.asked.next = turn.asked.not();
      });
      when(start, () => {
        turn.written.next = turn.written.not();
      });

      // Requests. A burst enters `in_flight` in the cycle in which the bus takes it; what is not read stands in line
      // with what is.
      const { turning, lost, asksSquares, asksRows } = regs({
        turning: bit,
        lost: bit,
        asksSquares: bit,
        asksRows: bit,
      });
      const [isSquares, willTurn] = [i.job.payload.kind.is('transposed'), job.kind.is('transposed')];
      const isGather = i.job.payload.kind.is('gathered');
      when(asks, () => {
        asksSquares.next = isSquares;
        asksRows.next = isGather;
      });
      when(start, () => {
        lost.next = 0;
        turning.next = willTurn;
      });
      const asked = { start: asks.and(isSquares.or(isGather).not()), job: i.job.payload };
      const rows = Regions({ pads: true })(asked, { name: 'regions' }).region;
      const squares = SquareRegions(busBytes)(
        { start: asks.and(isSquares), job: i.job.payload },
        { name: 'square_regions' },
      ).region;
      const listed = wire('listed', struct({ valid: bit, beat: listBeat(busBytes) }));
      const indices = produce('indices', { valid: listed.valid, payload: listed.beat });
      const { region: gathered, busy: gathers } = GatherRegions(busBytes)(
        { start: asks.and(isGather), job: i.job.payload, beat: indices },
        { name: 'gather_regions' },
      );
      const region = produce('region', {
        valid: rows.valid.or(squares.valid).or(gathered.valid),
        payload: select(asksRows, gathered.payload, select(asksSquares, squares.payload, rows.payload)),
      });
      rows.ready = region.ready;
      squares.ready = region.ready;
      gathered.ready = region.ready;
      const { burst } = Splitter({ region }, { name: 'splitter' });
      asking.next = region.valid.or(burst.valid).or(gathers);
      const isOfBus = onBus(burst.payload.source);
      const isTaken = o.ar.ready.or(isOfBus.not());
      const issued = produce('issued', {
        valid: burst.valid.and(isTaken),
        payload: { ...burst.payload, turn: turn.asked },
      });
      const current = fifo('in_flight', issued, outstanding);
      burst.ready = isTaken.and(issued.ready);
      const arValid = burst.valid.and(issued.ready).and(isOfBus);

      // Answers. Once the job is given up, beats go nowhere; those of the next one wait until it is over, but for those
      // of a list, which go to whoever asked for them.
      const mine = current.valid.and(current.payload.turn.eq(turn.written));
      const { index } = regs({ index: uint(8) });
      const { source: from, value, len } = current.payload;
      const padding = onBus(from).not();
      const isList = from.is('list');
      const { resp } = i.r.payload;
      const fails = resp.asUint().bit(1).and(padding.not());
      const bad = fails.or(from.is('noRow')).or(from.is('noIndex'));
      const data = select(padding, repeat(value, busBytes), i.r.payload.data);
      const last = select(padding, index.eq(len), i.r.payload.last);
      const drop = stopped.or(bad.and(aborts));
      const isThere = mine.and(padding.or(i.r.valid)).and(isList.not());
      const lists = current.valid.and(isList);
      listed.next = { valid: lists.and(i.r.valid), beat: { data: select(fails, 0, i.r.payload.data), bad: fails } };
      const { skip, bytes } = lanesOf(busBytes, current.payload, index.eq(0), last);
      const beat = produce('beat', {
        valid: isThere.and(drop.not()),
        payload: { data: select(bad, 0, data.shr(inBits(skip))), bytes },
      });
      const { part } = Walk({ start: start.and(willTurn.not()), job }, { name: 'walk' });
      const abandon = wire('abandon', bit);
      const want = wire('want', uint(sizeBits));
      const { taken } = Queue({ clear: abandon, chunk: beat, want }, { name: 'queue' });
      const row = produce('row', { valid: taken.valid.and(turning), payload: taken.payload.truncate(busBytes * 8) });
      const turned = Turned(
        { start: start.and(willTurn), job, stop: stopped.and(turning), row },
        { name: 'transposed' },
      );
      want.next = select(turning, turned.want.extend(sizeBits), bytesOf(part.payload));
      const goes = isThere.and(drop.or(beat.ready));
      i.r.ready = select(lists, indices.ready, mine.and(padding.not()).and(drop.or(beat.ready)));
      const moves = goes.or(indices.fire);
      current.ready = moves.and(last);
      when(moves, () => {
        index.next = selectAs(uint(8), last, 0, index.add(1));
      });
      const why = selectAs(fault, from.is('noRow'), 'index', 'busRead');
      when(goes.and(bad), () => fail(why, aborts, busAddress(busBytes, current.payload.address)));

      // Local writes. No more bytes come once the job is given up: parts that lack any go with it.
      const { column } = turned;
      const { at, data: ofColumn } = column.payload;
      const next = {
        valid: select(turning, column.valid.and(lost.not()), part.valid),
        at: select(turning, { ...at, bytes: at.bytes.extend(sizeBits) }, part.payload),
        isThere: turning.or(taken.valid),
        data: select(turning, repeat(ofColumn, groupBytes / busBytes), taken.payload),
      };
      const outside = next.valid.and(hasBeat(options, next.at).not());
      when(outside, () => {
        fail('range', 1);
        lost.next = 1;
      });
      const writeValid = next.valid.and(next.isThere).and(outside.not());
      abandon.next = outside.and(turning.not()).or(stopped.and(taken.valid.not()));
      part.ready = abandon.or(taken.valid.and(o.write.ready));
      column.ready = outside.or(lost).or(o.write.ready);
      taken.ready = select(turning, row.ready.or(stopped), part.valid.and(outside.or(o.write.ready)));
      const { space, address, beat: firstBeat, last: isLast } = next.at;
      const written = writeValid.and(o.write.ready).and(isLast);
      const asksMine = asking.and(turn.asked.eq(turn.written));
      const drained = asksMine.or(mine).or(part.valid).or(turned.busy).not();
      when(busy.and(written.or(stopped.and(drained))), finish);

      return {
        ar: { valid: arValid, payload: addressOf(busBytes, id, burst.payload) },
        write: {
          valid: writeValid,
          payload: {
            space,
            address: address.truncate(LOCAL_BITS),
            beat: firstBeat,
            data: next.data,
            bytes: next.at.bytes,
            lines: next.at.lines,
          },
        },
        busError: { valid: i.r.fire.and(fails), address: beatAddress(busBytes, current.payload, index) },
        goesOn,
        ...status,
        room,
      };
    },
  );
}
