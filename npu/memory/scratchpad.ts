/**
 * The scratchpad: banks of lines, each bank with one read and one write port.
 *
 * Interface: the matrix engine's two reads (`a`, `b`) are always granted, and are in different banks. The vector unit's
 * (`line`) comes next, and then `read`, which gets a group of a line: they are taken when their bank is free, and their
 * `lineData` and `data` follow one cycle after the transfer. `results` (the vector unit's) is always granted; `load`
 * waits where both want one bank.
 *
 * Timing: lines and groups arrive one cycle after their address; what is written in a cycle can be read from the next.
 * Invariant: whoever asks has seen to it that the line exists.
 */
import {
  assert,
  bit,
  constant,
  delay,
  fill,
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
  type Vec,
} from '../../hdl/index.ts';
import { indexBits } from '../../hdl/lib/bits.ts';
import type { NpuConfig } from '../config.ts';
import {
  bankOf,
  inScratchpad,
  isGroup,
  lineOf,
  lineRead,
  LOCAL_BITS,
  localRead,
  localWrite,
  space as spaceShape,
} from '../common/local.ts';
import { lowOnes, onesOfGroup, repeat } from '../common/mask.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';

/** Writes the low `bytes` bytes of a line, one for each column of the array. */
export const resultWrite = ({ cols }: NpuConfig) =>
  struct({ enable: bit, address: uint(LOCAL_BITS), data: vec(cols, uint(8)), bytes: uint(DIMENSION_BITS) });

export const Scratchpad = (config: NpuConfig) => {
  const { cols, busBytes, lineBytes, bankLines, scratchpadBanks } = config;
  const line = vec(lineBytes, uint(8));
  const groups = lineBytes / busBytes;

  return module(
    'scratchpad',
    {
      in: {
        a: lineRead,
        b: lineRead,
        line: stream(uint(LOCAL_BITS)),
        read: stream(localRead),
        load: stream(localWrite(busBytes)),
        results: resultWrite(config),
      },
      out: { aData: line, bData: line, lineData: vec(cols, uint(8)), data: uint(busBytes * 8) },
    },
    (i) => {
      const width = indexBits(bankLines);
      const within = (address: UInt<typeof LOCAL_BITS>): UInt => lineOf(address).truncate(width);

      const read = i.read.payload;
      const aBank = bankOf(i.a.address);
      const bBank = bankOf(i.b.address);
      const readBank = bankOf(read.address);
      const lineBank = bankOf(i.line.payload);
      const byMatrix = (bank: UInt<4>): Bit => i.a.enable.and(aBank.eq(bank)).or(i.b.enable.and(bBank.eq(bank)));
      i.line.ready = byMatrix(lineBank).not();
      i.read.ready = byMatrix(readBank)
        .or(i.line.valid.and(lineBank.eq(readBank)))
        .not();

      const { results } = i;
      const load = i.load.payload;
      const loadBank = bankOf(load.address);
      const resultBank = bankOf(results.address);
      i.load.ready = results.enable.and(resultBank.eq(loadBank)).not();
      const loadLine = unpack(line, repeat(load.data, groups));
      const loadMask = onesOfGroup(load.bytes, load.group, busBytes, lineBytes);
      const resultLine = unpack(line, pack(results.data).extend(lineBytes * 8));
      const resultMask = lowOnes(results.bytes, cols).extend(lineBytes);
      for (const [what, enable, address] of [
        ['A', i.a.enable, i.a.address],
        ['B', i.b.enable, i.b.address],
        ['line', i.line.fire, i.line.payload],
        ['results', results.enable, results.address],
      ] as const) {
        assert(enable.not().or(inScratchpad(config, address)), `${what}: a line that the scratchpad does not have`);
      }
      const space = constant(spaceShape, 'scratchpad');
      assert(
        i.read.fire.not().or(isGroup(config, { ...read, space })),
        'read: a group that the scratchpad does not have',
      );
      assert(
        i.load.fire.not().or(isGroup(config, { ...load, space })),
        'load: a group that the scratchpad does not have',
      );

      const lines = Array.from({ length: scratchpadBanks }, (_, bank) => {
        const memory = sram(`bank_${bank}`, { depth: bankLines, word: line, lanes: lineBytes, readDuringWrite: 'old' });
        const [forA, forB] = [i.a.enable.and(aBank.eq(bank)), i.b.enable.and(bBank.eq(bank))];
        const forLine = i.line.fire.and(lineBank.eq(bank));
        const forRead = i.read.fire.and(readBank.eq(bank));
        const shared = select(forLine, within(i.line.payload), within(read.address));
        const address = select(forA, within(i.a.address), select(forB, within(i.b.address), shared));
        when(results.enable.and(resultBank.eq(bank)), () =>
          memory.write({ address: within(results.address), data: resultLine, mask: resultMask }),
        ).elsewhen(i.load.fire.and(loadBank.eq(bank)), () =>
          memory.write({ address: within(load.address), data: loadLine, mask: loadMask }),
        );
        return memory.read(`line_${bank}`, { address, enable: forA.or(forB).or(forLine).or(forRead) });
      });

      const from = (name: string, bank: UInt<4>): Vec<UInt<8>> => {
        const chosen = delay(name, bank);
        const [first, ...others] = lines;
        if (first === undefined) throw new RangeError('a scratchpad has banks');
        return others.reduce<Vec<UInt<8>>>(
          (other, data, at) => select<Vec<UInt<8>>>(chosen.eq(at + 1), data, other),
          first,
        );
      };
      const beats = unpack(vec(groups, uint(busBytes * 8)), pack(from('read_bank', readBank)));
      return {
        aData: from('a_bank', aBank),
        bData: from('b_bank', bBank),
        // Nothing moves behind it while nobody reads.
        lineData: select(
          delay('line_read', i.line.fire),
          from('line_bank', lineBank).slice(0, cols),
          fill(cols, uint(8), 0),
        ),
        data: beats.at(delay('read_group', read.group)),
      };
    },
  );
};
