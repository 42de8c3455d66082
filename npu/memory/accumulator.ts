/**
 * The accumulator: lines of 32-bit lanes, to which the matrix engine's results are added in place.
 *
 * Interface: `update` writes or adds a line, never refused. `load` writes a group and waits while an update lands.
 * `line` reads a line, always granted; `group` reads a group and waits while a line is read. One cycle later `lineData`
 * has the lanes of the line that are columns of the array, or `data` the group.
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
} from '../../hdl/index.ts';
import { indexBits } from '../../hdl/lib/bits.ts';
import type { NpuConfig } from '../config.ts';
import type { NumberFormat } from '../common/format.ts';
import { numbers, SUM_BYTES } from '../common/numbers.ts';
import { inAccumulator, isGroup, lineOf, lineRead, LINE_BITS, localRead, localWrite, space } from '../common/local.ts';
import { lowOnes, onesOfGroup, repeat } from '../common/mask.ts';

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
  const { cols, accLanes, accLines, busBytes } = config;
  const groups = (accLanes * SUM_BYTES) / busBytes;
  const lanesOfBeat = busBytes / SUM_BYTES;
  const line = vec(accLanes, numbers.sum);

  return module(
    'accumulator',
    {
      in: {
        update: accumulatorUpdate(config),
        load: stream(localWrite(busBytes)),
        line: lineRead,
        group: stream(localRead),
      },
      out: { lineData: vec(cols, numbers.sum), data: uint(busBytes * 8), overflow: bit },
    },
    (i) => {
      const memory = sram('lines', { depth: accLines, word: line, lanes: accLanes, readDuringWrite: 'new' });
      const width = indexBits(accLines);

      // Read, then add and write: an update of the line written in this very cycle reads it new.
      const { update } = i;
      const old = memory.read('old', { address: update.line.truncate(width), enable: update.enable });
      const q = delay('update_q', {
        enable: update.enable,
        line: update.line,
        data: update.data,
        lanes: update.lanes,
        accumulate: update.accumulate,
      });
      const added = lanes('add', cols, AddLane(numbers), {
        old: byColumn(old.slice(0, cols)),
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

      const payload = i.load.payload;
      const loadLine = lineOf(payload.address);
      i.load.ready = q.enable.not();
      for (const [name, enable, at] of [
        ['update', update.enable, update.line],
        ['line', i.line.enable, i.line.address],
      ] as const)
        assert(enable.not().or(inAccumulator(config, at)), `${name}: a line that the accumulator does not have`);
      for (const [
        name,
        {
          fire,
          payload: { address, group },
        },
      ] of Object.entries({ load: i.load, group: i.group })) {
        assert(
          fire.not().or(isGroup(config, { space: constant(space, 'accumulator'), address, group })),
          `${name}: a group that the accumulator does not have`,
        );
      }
      when(q.enable, () =>
        memory.write({ address: q.line.truncate(width), data: result, mask: written.extend(accLanes) }),
      ).elsewhen(i.load.fire, () =>
        memory.write({
          address: loadLine.truncate(width),
          data: unpack(line, repeat(payload.data, groups)),
          mask: onesOfGroup(payload.bytes.shr(Math.log2(SUM_BYTES)), payload.group, lanesOfBeat, accLanes),
        }),
      );

      i.group.ready = i.line.enable.not();
      const taken = memory.read('taken', {
        address: lineOf(select(i.line.enable, i.line.address, i.group.payload.address)).truncate(width),
        enable: i.line.enable.or(i.group.valid),
      });
      const beats = unpack(vec(groups, uint(busBytes * 8)), pack(taken));
      const data = beats.at(delay('group_q', i.group.payload.group));
      const overflow = pack(added.overflow).and(written).any().and(q.enable);
      return { lineData: taken.slice(0, cols), data, overflow: delay('overflow_q', overflow) };
    },
  );
};
