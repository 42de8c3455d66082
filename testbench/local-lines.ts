/** Local memories of an NPU that runs, line by line, wherever their lines lie. */
import type { MemoryView, Simulator } from '../hdl/sim/index.ts';
import { WAYS, type LocalSizes } from '../npu/common/local.ts';
import { SUM_BYTES } from '../npu/common/numbers.ts';
import { accumulatorBanks } from '../npu/memory/accumulator.ts';

type Memories = Pick<Simulator, 'memory'>;

/** The accumulator's lines by their numbers, whichever bank they are in; `at` is the instance, if the top is not it. */
export function accumulatorLines(
  sim: Memories,
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

/** The lines of a bank of the scratchpad by their numbers in it. */
export function scratchpadBank(
  sim: Memories,
  { bankLines, lineBytes }: Pick<LocalSizes, 'bankLines' | 'lineBytes'>,
  bank: number,
  at = 'npu.scratchpad.',
): MemoryView {
  const rows = sim.memory(`${at}bank_${bank}`);
  const bits = BigInt(8 * lineBytes);
  const place = (line: number): { readonly row: number; readonly shift: bigint } => {
    if (line < 0 || line >= bankLines) throw new RangeError(`${rows.path} has no line ${line}`);
    return { row: Math.floor(line / WAYS), shift: bits * BigInt(line % WAYS) };
  };
  const ones = (1n << bits) - 1n;
  return {
    path: rows.path,
    depth: bankLines,
    width: 8 * lineBytes,
    read(line) {
      const { row, shift } = place(line);
      return (rows.read(row) >> shift) & ones;
    },
    write(line, word) {
      const { row, shift } = place(line);
      rows.write(row, (rows.read(row) & ~(ones << shift)) | (word << shift));
    },
    load(from, first = 0) {
      const { row, shift } = place(first);
      const rowBytes = WAYS * lineBytes;
      const start = Number(shift) / 8;
      const whole = rows.dump(Math.ceil((start + from.length) / rowBytes) * rowBytes, row);
      whole.set(from, start);
      rows.load(whole, row);
    },
    dump(length, first = 0) {
      const { row, shift } = place(first);
      return rows.dump(Number(shift) / 8 + length, row).subarray(Number(shift) / 8);
    },
  };
}
