/**
 * The scratchpad: banks of lines, each bank with one read and one write port. A bank is a memory whose rows have
 * {@link WAYS} lines, as several words share a row of any large memory; so a load writes short lines that follow each
 * other at once.
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
  groupAt,
  hasBeat,
  inScratchpad,
  lineOf,
  lineRead,
  LOCAL_BITS,
  localRead,
  localWrite,
  space as spaceShape,
  wayOf,
  WAY_BITS,
  WAYS,
} from '../common/local.ts';
import { inBits, lowOnes, onesFromBeat, repeat, sideBySide } from '../common/mask.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';

/** Writes the low `bytes` bytes of a line, one for each column of the array. */
export const resultWrite = ({ cols }: NpuConfig) =>
  struct({ enable: bit, address: uint(LOCAL_BITS), data: vec(cols, uint(8)), bytes: uint(DIMENSION_BITS) });

/**
 * What a load writes, as a row of a bank and the bytes of it that are meant. Lines that are written at once begin at a
 * multiple of their number. Combinational.
 */
const SpreadLines = ({ busBytes, groupBytes, lineBytes }: NpuConfig) => {
  const groups = lineBytes / groupBytes;
  return module(
    'spread_lines',
    {
      in: { write: localWrite(groupBytes) },
      out: { data: vec(WAYS * lineBytes, uint(8)), mask: uint(WAYS * lineBytes) },
    },
    (i) => {
      const { data, bytes, lines, address, beat } = i.write;
      const mask = onesFromBeat(bytes, beat, busBytes, lineBytes);
      const [first, rest] = [wayOf(address), lines.truncate(WAY_BITS).sub(1)];
      const inWays = Array.from({ length: WAYS }, (_, at) => {
        // Which of the lines that are written lies here, if one does.
        const place = constant(uint(WAY_BITS), at);
        const nth = place.and(rest);
        const before = nth.extend(bytes.width + WAY_BITS).mul(bytes.extend(bytes.width + WAY_BITS));
        return {
          line: repeat(data.shr(inBits(before.truncate(bytes.width))), groups),
          mask: select(place.sub(nth).eq(first), mask, 0),
        };
      });
      return {
        data: unpack(vec(WAYS * lineBytes, uint(8)), sideBySide(inWays.map(({ line }) => line))),
        mask: sideBySide(inWays.map((one) => one.mask)),
      };
    },
  );
};

/** The one of some lines that has a number. */
function chosen(index: UInt, lines: readonly Vec<UInt<8>>[]): Vec<UInt<8>> {
  const [first, ...others] = lines;
  if (first === undefined) throw new RangeError('one of no lines is chosen');
  return others.reduce<Vec<UInt<8>>>((other, data, at) => select<Vec<UInt<8>>>(index.eq(at + 1), data, other), first);
}

export const Scratchpad = (config: NpuConfig) => {
  const { cols, groupBytes, lineBytes, bankLines, scratchpadBanks } = config;
  const line = vec(lineBytes, uint(8));
  const row = vec(WAYS * lineBytes, uint(8));
  // Line i of a bank is in row i / WAYS, from byte i % WAYS · lineBytes on.
  const depth = Math.ceil(bankLines / WAYS);
  const width = indexBits(depth);
  const within = (address: UInt<typeof LOCAL_BITS>): UInt => lineOf(address).shr(WAY_BITS).truncate(width);
  /** Bytes of a line as those of its row. */
  const inWay = (mask: UInt, address: UInt): UInt =>
    sideBySide(Array.from({ length: WAYS }, (_, way) => select(wayOf(address).eq(way), mask, 0)));
  const Spread = SpreadLines(config);

  return module(
    'scratchpad',
    {
      in: {
        a: lineRead,
        b: lineRead,
        line: stream(uint(LOCAL_BITS)),
        read: stream(localRead),
        load: stream(localWrite(groupBytes)),
        results: resultWrite(config),
      },
      out: { aData: line, bData: line, lineData: vec(cols, uint(8)), data: uint(groupBytes * 8) },
    },
    (i) => {
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
      const loaded = Spread({ write: load }, { name: 'spread' });
      const resultRow = unpack(row, repeat(pack(results.data).extend(lineBytes * 8), WAYS));
      const resultMask = inWay(lowOnes(results.bytes, cols).extend(lineBytes), results.address);
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
        i.read.fire.not().or(hasBeat(config, { ...read, space })),
        'read: a group that the scratchpad does not have',
      );
      assert(
        i.load.fire.not().or(hasBeat(config, { ...load, space })),
        'load: a group that the scratchpad does not have',
      );

      const lines = Array.from({ length: scratchpadBanks }, (_, bank) => {
        const memory = sram(`bank_${bank}`, { depth, word: row, lanes: WAYS * lineBytes, readDuringWrite: 'old' });
        const [forA, forB] = [i.a.enable.and(aBank.eq(bank)), i.b.enable.and(bBank.eq(bank))];
        const forLine = i.line.fire.and(lineBank.eq(bank));
        const forRead = i.read.fire.and(readBank.eq(bank));
        const shared = select(forLine, i.line.payload, read.address);
        const address = select(forA, i.a.address, select(forB, i.b.address, shared));
        when(results.enable.and(resultBank.eq(bank)), () =>
          memory.write({ address: within(results.address), data: resultRow, mask: resultMask }),
        ).elsewhen(i.load.fire.and(loadBank.eq(bank)), () =>
          memory.write({ address: within(load.address), data: loaded.data, mask: loaded.mask }),
        );
        const enable = forA.or(forB).or(forLine).or(forRead);
        const found = memory.read(`row_${bank}`, { address: within(address), enable });
        const inRow = Array.from({ length: WAYS }, (__, way) => found.slice(way * lineBytes, lineBytes));
        return chosen(delay(`way_${bank}`, wayOf(address)), inRow);
      });

      const from = (name: string, bank: UInt<4>): Vec<UInt<8>> => chosen(delay(name, bank), lines);
      return {
        aData: from('a_bank', aBank),
        bData: from('b_bank', bBank),
        // Nothing moves behind it while nobody reads.
        lineData: select(
          delay('line_read', i.line.fire),
          from('line_bank', lineBank).slice(0, cols),
          fill(cols, uint(8), 0),
        ),
        data: groupAt(config, pack(from('read_bank', readBank)), delay('read_beat', read.beat)),
      };
    },
  );
};
