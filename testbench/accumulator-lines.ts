/** The accumulator of an NPU that runs as one memory, whichever bank a line of it is in. */
import type { MemoryView, Simulator } from '../hdl/sim/index.ts';
import type { LocalSizes } from '../npu/common/local.ts';
import { SUM_BYTES } from '../npu/common/numbers.ts';
import { accumulatorBanks } from '../npu/memory/accumulator.ts';

/** Its lines by their numbers; `at` is the instance, if the top is not it. */
export function accumulatorLines(
  sim: Pick<Simulator, 'memory'>,
  { accLines, accLanes }: Pick<LocalSizes, 'accLines' | 'accLanes'>,
  at = 'npu.accumulator.',
): MemoryView {
  const banks = accumulatorBanks(accLines).map(({ name }) => sim.memory(`${at}${name}`));
  const bytes = accLanes * SUM_BYTES;
  const bankOf = (line: number): MemoryView => {
    const bank = banks[line % banks.length];
    if (bank === undefined || line < 0 || line >= accLines) throw new RangeError(`the accumulator has no line ${line}`);
    return bank;
  };
  const inBank = (line: number): number => Math.floor(line / banks.length);
  return {
    path: at,
    depth: accLines,
    width: bytes * 8,
    read: (line) => bankOf(line).read(inBank(line)),
    write(line, word) {
      bankOf(line).write(inBank(line), word);
    },
    load(from, first = 0) {
      for (let line = first, start = 0; start < from.length; line++, start += bytes)
        bankOf(line).load(from.subarray(start, start + bytes), inBank(line));
    },
    dump(length, first = 0) {
      const to = new Uint8Array(length);
      for (let line = first, start = 0; start < length; line++, start += bytes)
        to.set(bankOf(line).dump(Math.min(bytes, length - start), inBank(line)), start);
      return to;
    },
  };
}
