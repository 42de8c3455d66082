/**
 * The accumulator: lines of 32-bit lanes, to which the matrix engine's results are added in place. Even and odd lines
 * are in a bank each: who goes from line to line, as the matrix engine and the vector unit do, leaves every bank alone
 * in every other cycle.
 *
 * Interface: `update` writes or adds a line, never refused. `load` writes a group and waits while an update lands in
 * its bank. `line` reads a line, always granted; `group` reads a group and waits while a line of its bank is read. One
 * cycle later `lineData` has the lanes of the line that are columns of the array, and `data` the group.
 *
 * Timing: an update is read in its own cycle and written in the next; reads see it from the one after. A load is
 * written in its cycle.
 * Invariants: sums wrap; `overflow` is high in the cycle after an addition that did. Whoever asks has seen to it that
 * the line exists.
 */
import {
  all,
  assert,
  bit,
  byColumn,
  concat,
  constant,
  delay,
  lanes,
  module,
  pack,
  select,
  sram,
  stream,
  struct,
  uint,
  unpack,
  vec,
  when,
  type Bit,
  type UInt,
} from '../../hdl/index.ts';
import { indexBits } from '../../hdl/lib/bits.ts';
import type { NpuConfig } from '../config.ts';
import type { NumberFormat } from '../common/format.ts';
import { numbers, SUM_BYTES } from '../common/numbers.ts';
import {
  groupAt,
  hasBeat,
  inAccumulator,
  lineOf,
  lineRead,
  LINE_BITS,
  localRead,
  localWrite,
  space,
} from '../common/local.ts';
import { lowOnes, onesFromBeat, repeat } from '../common/mask.ts';

/** The banks, and how many lines each has: line i is in bank i % 2, at i / 2. */
export const accumulatorBanks = (accLines: number) =>
  ['even', 'odd'].map((name, bank) => ({ name, depth: Math.ceil((accLines - bank) / 2) }));
const isOdd = (address: UInt): Bit => address.bit(0);

/** Up to `lanes` results for a line, from lane 0; `accumulate` adds them to what is there. */
export const accumulatorUpdate = ({ cols }: NpuConfig) =>
  struct({ enable: bit, line: uint(LINE_BITS), data: vec(cols, numbers.sum), lanes: uint(16), accumulate: bit });

/** One lane: `old` + `data`, or `data`. Combinational. */
const AddLane = ({ sum, add, loses }: NumberFormat) =>
  module(
    'accumulate_lane',
    {
      in: { old: sum, data: sum, accumulate: bit },
      out: { result: sum, overflow: bit },
    },
    (i) => {
      const total = add(i.old, i.data);
      return { result: select(i.accumulate, total, i.data), overflow: loses(i.old, i.data, total).and(i.accumulate) };
    },
  );

export const Accumulator = (config: NpuConfig) => {
  const { cols, accLanes, accLines, busBytes, groupBytes } = config;
  const groups = (accLanes * SUM_BYTES) / groupBytes;
  const lanesOfBeat = busBytes / SUM_BYTES;
  const line = vec(accLanes, numbers.sum);

  return module(
    'accumulator',
    {
      in: {
        update: accumulatorUpdate(config),
        load: stream(localWrite(groupBytes)),
        line: lineRead,
        group: stream(localRead),
      },
      out: { lineData: vec(cols, numbers.sum), data: uint(groupBytes * 8), overflow: bit },
    },
    (i) => {
      const { update } = i;
      const { payload: load } = i.load;
      const { payload: group } = i.group;
      const q = delay('update_q', {
        enable: update.enable,
        line: update.line,
        data: update.data,
        lanes: update.lanes,
        accumulate: update.accumulate,
      });
      i.load.ready = q.enable.not().or(isOdd(q.line).xor(isOdd(load.address)));
      i.group.ready = i.line.enable.not().or(isOdd(i.line.address).xor(isOdd(group.address)));

      for (const [name, enable, at] of [
        ['update', update.enable, update.line],
        ['line', i.line.enable, i.line.address],
      ] as const)
        assert(enable.not().or(inAccumulator(config, at)), `${name}: a line that the accumulator does not have`);
      for (const [
        name,
        {
          fire,
          payload: { address, beat },
        },
      ] of Object.entries({ load: i.load, group: i.group })) {
        assert(
          fire.not().or(hasBeat(config, { space: constant(space, 'accumulator'), address, beat })),
          `${name}: a group that the accumulator does not have`,
        );
      }

      const banks = accumulatorBanks(accLines).map(({ name, depth }, bank) => {
        const memory = sram(name, { depth, word: line, lanes: accLanes, readDuringWrite: 'new' });
        const here = (address: UInt): Bit => (bank === 1 ? isOdd(address) : isOdd(address).not());
        const within = (address: UInt): UInt => lineOf(address).shr(1).truncate(indexBits(depth));
        const [forUpdate, forLine] = [update.enable.and(here(update.line)), i.line.enable.and(here(i.line.address))];
        return {
          memory,
          here,
          within,
          // Read, then add and write: an update of the line written in this very cycle reads it new.
          old: memory.read(`${name}_old`, { address: within(update.line), enable: forUpdate }),
          taken: memory.read(`${name}_taken`, {
            address: select(forLine, within(i.line.address), within(group.address)),
            enable: forLine.or(i.group.valid.and(here(group.address))),
          }),
        };
      });
      const [even, odd] = banks;
      if (even === undefined || odd === undefined) throw new RangeError('the accumulator has two banks');

      const added = lanes('add', cols, AddLane(numbers), {
        old: byColumn(select(isOdd(q.line), odd.old, even.old).slice(0, cols)),
        data: byColumn(q.data),
        accumulate: all(q.accumulate),
      });
      const result =
        accLanes === cols
          ? added.result
          : concat(
              added.result,
              constant(
                vec(accLanes - cols, numbers.sum),
                Array.from({ length: accLanes - cols }, () => 0),
              ),
            );
      // Only lanes of the matrix count: what is past its edge, or the array's, is somebody else's.
      const written = lowOnes(q.lanes, cols);
      const loaded = {
        data: unpack(line, repeat(load.data, groups)),
        mask: onesFromBeat(load.bytes.shr(Math.log2(SUM_BYTES)), load.beat, lanesOfBeat, accLanes),
      };
      for (const { memory, here, within } of banks)
        when(q.enable.and(here(q.line)), () =>
          memory.write({ address: within(q.line), data: result, mask: written.extend(accLanes) }),
        ).elsewhen(i.load.fire.and(here(load.address)), () =>
          memory.write({ address: within(load.address), ...loaded }),
        );

      const from = (name: string, address: UInt): typeof even.taken =>
        select(delay(name, isOdd(address)), odd.taken, even.taken);
      const overflow = pack(added.overflow).and(written).any().and(q.enable);
      return {
        lineData: from('line_odd_q', i.line.address).slice(0, cols),
        data: groupAt(config, pack(from('group_odd_q', group.address)), delay('beat_q', group.beat)),
        overflow: delay('overflow_q', overflow),
      };
    },
  );
};
