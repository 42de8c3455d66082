/**
 * Processors side by side: many instances of one definition, each with memories of its own.
 *
 * Interface: none but clock and reset in; `checksum` out, which two runs of equally many cycles must agree in.
 *
 * Timing: every core completes an instruction in every cycle.
 */
import {
  cat,
  constant,
  delay,
  matchValue,
  module,
  named,
  regs,
  select,
  sram,
  uint,
  when,
  wire,
  type Bit,
  type UInt,
} from '../../hdl/index.ts';

type Word = UInt<32>;

const PROGRAM_WORDS = 64;
const DATA_WORDS = 256;

const r = (funct7: number, rs2: number, rs1: number, funct3: number, rd: number): number =>
  ((funct7 << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | 0x33) >>> 0;
const i = (immediate: number, rs1: number, funct3: number, rd: number, opcode = 0x13): number =>
  (((immediate & 0xfff) << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | opcode) >>> 0;
const s = (immediate: number, rs2: number, rs1: number): number =>
  ((((immediate >> 5) & 0x7f) << 25) | (rs2 << 20) | (rs1 << 15) | (2 << 12) | ((immediate & 31) << 7) | 0x23) >>> 0;
const b = (offset: number, rs2: number, rs1: number, funct3: number): number => {
  const part = (from: number, bits: number): number => (offset >> from) & (2 ** bits - 1);
  const high = (part(12, 1) << 31) | (part(5, 6) << 25);
  return (high | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (part(1, 4) << 8) | (part(11, 1) << 7) | 0x63) >>> 0;
};
const jal = (offset: number, rd: number): number => {
  const part = (from: number, bits: number): number => (offset >> from) & (2 ** bits - 1);
  return (
    ((part(20, 1) << 31) | (part(1, 10) << 21) | (part(11, 1) << 20) | (part(12, 8) << 12) | (rd << 7) | 0x6f) >>> 0
  );
};

/** Fills a table with random numbers, sorts neighbours, adds up; again and again. x31 is the core's number. */
const PROGRAM = [
  i(0, 31, 0, 10), // addi x10, x31, 0
  i(0, 0, 0, 5), // 4: addi x5, x0, 0
  i(512, 0, 0, 6), // addi x6, x0, 512
  i(13, 10, 1, 7), // 12: slli x7, x10, 13
  r(0, 7, 10, 4, 10), // xor x10, x10, x7
  i(17, 10, 5, 7), // srli x7, x10, 17
  r(0, 7, 10, 4, 10), // xor x10, x10, x7
  i(5, 10, 1, 7), // slli x7, x10, 5
  r(0, 7, 10, 4, 10), // xor x10, x10, x7
  i(1, 10, 0, 10), // addi x10, x10, 1
  s(0, 10, 5), // sw x10, 0(x5)
  i(4, 5, 0, 5), // addi x5, x5, 4
  b(-36, 6, 5, 4), // blt x5, x6, 12
  i(0, 0, 0, 5), // addi x5, x0, 0
  i(0, 0, 0, 11), // addi x11, x0, 0
  i(508, 0, 0, 6), // addi x6, x0, 508
  i(0, 5, 2, 12, 3), // 64: lw x12, 0(x5)
  i(4, 5, 2, 13, 3), // lw x13, 4(x5)
  b(12, 13, 12, 4), // blt x12, x13, +12
  s(0, 13, 5), // sw x13, 0(x5)
  s(4, 12, 5), // sw x12, 4(x5)
  r(0, 12, 11, 0, 11), // add x11, x11, x12
  r(0x20, 13, 11, 0, 11), // sub x11, x11, x13
  i(1027, 13, 5, 14), // srai x14, x13, 3
  r(0, 14, 11, 6, 15), // or x15, x11, x14
  r(0, 12, 13, 3, 16), // sltu x16, x13, x12
  i(4, 5, 0, 5), // addi x5, x5, 4
  b(-44, 6, 5, 5 ^ 1), // blt x5, x6, 64
  jal(-108, 1), // jal x1, 4
];

/** A single-cycle RV32I without system instructions, bytes and halves. */
const Core = module('core', { in: { number: uint(32) }, out: { written: uint(32), pc: uint(32) } }, ({ number }) => {
  const program = sram('program', { depth: PROGRAM_WORDS, word: uint(32), init: PROGRAM });
  const file = sram('file', { depth: 32, word: uint(32) });
  const data = sram('data', { depth: DATA_WORDS, word: uint(32) });
  const state = regs({ pc: uint(32), written: uint(32) });
  const { pc } = state;

  const word = named('instruction', program.readNow({ address: pc.slice(2, 6) }));
  const field = {
    opcode: word.slice(0, 7),
    rd: word.slice(7, 5),
    funct3: word.slice(12, 3),
    rs1: word.slice(15, 5),
    rs2: word.slice(20, 5),
  };
  const is = (code: number): Bit => field.opcode.eq(code);
  const source = (at: UInt<5>): Word => select(at.eq(0), 0, select(at.eq(31), number, file.readNow({ address: at })));
  const a = named('a', source(field.rs1));
  const rs2 = named('rs2', source(field.rs2));
  const signed = (value: UInt<number>): Word => value.asSint().extend(32).asUint();
  const immediate = {
    i: signed(word.slice(20, 12)),
    s: signed(cat(word.slice(25, 7), word.slice(7, 5))),
    b: signed(
      cat(word.bit(31).asUint(), word.bit(7).asUint(), word.slice(25, 6), word.slice(8, 4), constant(uint(1), 0)),
    ),
    j: signed(
      cat(word.bit(31).asUint(), word.slice(12, 8), word.bit(20).asUint(), word.slice(21, 10), constant(uint(1), 0)),
    ),
    u: cat(word.slice(12, 20), constant(uint(12), 0)),
  };
  const register = is(0x33);
  const other = named('b', select(register.or(is(0x63)), rs2, select(is(0x23), immediate.s, immediate.i)));
  const amount = other.slice(0, 5);
  const subtract = word.bit(30).and(register);

  const result = wire('result', uint(32), { default: 0 });
  matchValue(
    field.funct3,
    {
      0: () => {
        result.next = select(subtract, a.sub(other), a.add(other));
      },
      1: () => {
        result.next = a.shl(amount);
      },
      2: () => {
        result.next = a.asSint().lt(other.asSint()).asUint().extend(32);
      },
      3: () => {
        result.next = a.lt(other).asUint().extend(32);
      },
      4: () => {
        result.next = a.xor(other);
      },
      5: () => {
        result.next = select(word.bit(30), a.asSint().shr(amount).asUint(), a.shr(amount));
      },
      6: () => {
        result.next = a.or(other);
      },
      7: () => {
        result.next = a.and(other);
      },
    },
    () => {},
  );
  const equal = a.eq(rs2);
  const less = select(field.funct3.bit(1), a.lt(rs2), a.asSint().lt(rs2.asSint()));
  const taken = named('taken', select(field.funct3.bit(2), less, equal).ne(field.funct3.bit(0)));

  const address = named('address', a.add(select(is(0x23), immediate.s, immediate.i)));
  const load = is(0x03);
  const store = is(0x23);
  const loaded = data.readNow({ address: address.slice(2, 8) });
  data.write({ address: address.slice(2, 8), data: rs2, enable: store });

  const link = pc.add(4);
  const back = wire('back', uint(32), { default: result });
  when(load, () => {
    back.next = loaded;
  })
    .elsewhen(is(0x6f).or(is(0x67)), () => {
      back.next = link;
    })
    .elsewhen(is(0x37), () => {
      back.next = immediate.u;
    })
    .elsewhen(is(0x17), () => {
      back.next = pc.add(immediate.u);
    });
  const writes = store.or(is(0x63)).not();
  file.write({ address: field.rd, data: back, enable: writes });
  when(writes, () => {
    state.written.next = state.written.shl(1).or(state.written.shr(31)).xor(back);
  });

  pc.next = link;
  when(is(0x6f), () => {
    pc.next = pc.add(immediate.j);
  })
    .elsewhen(is(0x67), () => {
      pc.next = address.and(0xffff_fffe);
    })
    .elsewhen(is(0x63).and(taken), () => {
      pc.next = pc.add(immediate.b);
    });
  return { written: state.written, pc };
});

export const CoresBench = (count: number) =>
  module('cores_bench', { in: {}, out: { checksum: uint(32) } }, () => {
    const cores = Array.from({ length: count }, (_, n) => Core({ number: n + 1 }, { name: `core${n}` }));
    const folded = cores.reduce<Word>(
      (sum, { written, pc }) => sum.shl(1).or(sum.shr(31)).xor(written).xor(pc),
      constant(uint(32), 0),
    );
    return { checksum: delay('folded', folded) };
  });
