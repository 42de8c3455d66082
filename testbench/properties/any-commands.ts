/** Commands with anything in them: the NPU ends or says what is wrong, and no check of the design or the bus fails. */
import fc from 'fast-check';
import type { Simulator } from '../../hdl/sim/index.ts';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import { type NpuParameters } from '../../npu/parameters.ts';
import { assemble, decodeCommand, type Command } from '../../npu/isa/assembler.ts';
import { FIELDS_AT } from '../../npu/isa/operations.ts';
import { Host } from '../host.ts';
import { cyclesOfCommand } from '../limit.ts';
import { programOf } from '../program.ts';
import { NpuError, runProgram } from '../run.ts';
import type { Watched } from '../kit/property.ts';
import type { NpuProperty } from './drawn.ts';

const BYTES = 16_384;
const LIMIT = 400_000;

/** Addresses that miss by little, by much, and in the bits above a memory's. */
const local = fc.oneof(
  fc
    .tuple(fc.nat(6), fc.oneof(fc.nat(40), fc.constantFrom(0xffff, 0xfff0)))
    .map(([bank, line]) => bank * 0x1_0000 + line),
  fc.constantFrom(0xf_ffff, 0xf_fff0),
);
const count = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 50, 300) },
);
const step = fc.oneof(fc.nat(20), fc.constantFrom(0xffff, 0x8000));
const bit = fc.nat(1);
/** Often a value of both types of operands, so that products are not refused for it. */
const zero = fc.oneof(
  { weight: 4, arbitrary: fc.nat(127) },
  { weight: 1, arbitrary: fc.integer({ min: -128, max: 255 }) },
);
const localLines = {
  lines: count,
  lineBytes: count,
  space: bit,
  local,
  pieceBytes: count,
  lineStep: step,
  pieceStep: step,
};
const dma = fc.record({
  ...localLines,
  dram: fc.oneof(fc.nat(BYTES - 1), fc.constantFrom(BYTES - 3, BYTES, 0x7fff_ffff)),
  stride: fc.oneof(count, fc.constant(4096)),
  onError: bit,
});
const block = {
  rowLines: fc.nat(4),
  rowStride: fc.oneof(count, fc.constant(4096)),
  rowStep: step,
  runBytes: fc.nat(9),
  runsAcross: fc.nat(4),
  acrossStride: count,
  downStride: count,
};
const picture = {
  top: fc.integer({ min: -4, max: 4 }),
  left: fc.integer({ min: -4, max: 4 }),
  height: fc.nat(6),
  width: fc.nat(6),
  rowDown: fc.nat(3),
  lineAcross: fc.nat(3),
  runDown: fc.nat(3),
  runAcross: fc.nat(3),
  value: fc.nat(255),
};
const gemm = fc.record({
  dataflow: bit,
  accumulate: bit,
  a: local,
  b: local,
  c: local,
  m: count,
  n: count,
  k: count,
  aZero: zero,
  bZero: zero,
  aUnsigned: bit,
  bUnsigned: bit,
  aFold: step,
  aWidth: fc.nat(4),
  aStep: step,
  aRow: step,
  bFold: step,
  cFold: step,
});
const requantise = fc
  .record({
    from: local,
    fromFold: step,
    to: local,
    toFold: step,
    toRow: step,
    n: count,
    width: count,
    m: count,
    parameters: local,
    perChannel: bit,
    planes: fc.nat(4),
    fromPlane: step,
    combine: bit,
    digit: fc.nat(2),
    multiplier: fc.integer(),
    shift: fc.integer({ min: -31, max: 31 }),
    rounding: fc.nat(5),
    zero,
    low: zero,
    high: zero,
  })
  .map((fields) => ({ ...fields, low: Math.min(fields.low, fields.high), high: Math.max(fields.low, fields.high) }));
/** Sizes of kernels and windows: small ones, so that they end. */
const small = (most: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: 1, max: most }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 9) },
  );
const windows = {
  from: local,
  fromFold: step,
  fromRow: step,
  width: count,
  height: count,
  fromZero: zero,
  unsigned: bit,
  to: local,
  toFold: step,
  toRow: step,
  n: count,
  kernelHeight: small(5),
  kernelWidth: small(5),
  strideY: small(3),
  strideX: small(3),
  top: fc.nat(5),
  left: fc.nat(5),
  outHeight: small(6),
  outWidth: fc.oneof({ weight: 12, arbitrary: small(8) }, { weight: 1, arbitrary: fc.constantFrom(128, 129) }),
  rounding: fc.nat(5),
  zero,
  low: fc.constant(-5),
  high: zero.map((high) => Math.max(high, -5)),
};
const depthwise = fc.record({ ...windows, weights: local, parameters: local });
const pool = fc.record({
  ...windows,
  reduction: bit,
  multiplier: fc.integer(),
  shift: fc.integer({ min: -31, max: 31 }),
});
const pictures = { from: local, fromFold: step, fromRow: step, to: local, toFold: step, toRow: step };
const elements = { ...pictures, n: count, width: count, m: count };
const shift = fc.integer({ min: -31, max: 31 });
const elementwise = fc
  .record({
    ...elements,
    other: local,
    otherFold: step,
    otherRow: step,
    operator: fc.nat(4),
    fromZero: zero,
    otherZero: zero,
    unsigned: bit,
    leftShift: fc.nat(30),
    fromMultiplier: fc.integer(),
    fromShift: shift,
    otherMultiplier: fc.integer(),
    otherShift: shift,
    multiplier: fc.integer(),
    shift,
    rounding: fc.nat(5),
    zero,
    low: zero,
    high: zero,
  })
  .map((fields) => ({ ...fields, low: Math.min(fields.low, fields.high), high: Math.max(fields.low, fields.high) }));
const softmax = fc.record({
  ...elements,
  unsigned: bit,
  parameters: local,
  zero,
  low: fc.constant(-5),
  high: zero.map((high) => Math.max(high, -5)),
});
const tag = fc.nat(0xffff);
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ operation: fc.constantFrom('load' as const, 'loadTransposed' as const), tag, fields: dma }),
  // Not over the program itself.
  fc.record({
    operation: fc.constantFrom('store' as const),
    tag,
    fields: dma.map((fields) => ({
      ...fields,
      dram: Math.max(fields.dram, 4096),
      stride: Math.min(fields.stride, 4096),
    })),
  }),
  fc.record({
    operation: fc.constantFrom('loadBlock' as const),
    tag,
    fields: fc
      .tuple(dma, fc.record(block), fc.record(picture))
      .map(([lines, runs, where]) => ({ ...lines, ...runs, ...where })),
  }),
  fc.record({
    operation: fc.constantFrom('loadGather' as const),
    tag,
    fields: fc
      .tuple(dma, fc.nat(BYTES), fc.oneof(fc.nat(9), fc.constant(2 ** 32 - 1)))
      .map(([lines, list, many]) => ({ ...lines, list, count: many })),
  }),
  fc.record({
    operation: fc.constantFrom('fill' as const),
    tag,
    fields: fc.record({ ...localLines, rowLines: block.rowLines, rowStep: block.rowStep, value: picture.value }),
  }),
  fc.record({ operation: fc.constantFrom('gemm' as const), tag, fields: gemm }),
  fc.record({ operation: fc.constantFrom('requantise' as const), tag, fields: requantise }),
  fc.record({ operation: fc.constantFrom('depthwise' as const), tag, fields: depthwise }),
  fc.record({ operation: fc.constantFrom('pool' as const), tag, fields: pool }),
  fc.record({ operation: fc.constantFrom('elementwise' as const), tag, fields: elementwise }),
  fc.record({ operation: fc.constantFrom('lookup' as const), tag, fields: fc.record(elements) }),
  fc.record({ operation: fc.constantFrom('softmax' as const), tag, fields: softmax }),
  fc.record({ operation: fc.constantFrom('loadTable' as const), tag, fields: fc.record({ from: local }) }),
);
/**
 * A command with some of its fields' bits turned round, to what no assembler lets pass. Those that write to DRAM keep
 * theirs.
 */
const flips = fc.array(fc.integer({ min: FIELDS_AT, max: 503 }), { maxLength: 4 });
const spoilt = fc.record({ command, flips: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, flips) });
interface Spoilt {
  readonly command: Command;
  readonly flips: readonly number[];
}

function bytesOf({ command: given, flips: turned }: Spoilt): Uint8Array {
  const bytes = assemble(given);
  if (given.operation === 'store') return bytes;
  for (const at of turned) bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
  return bytes;
}

/** What all commands of a case may take: one of hours, which a turned bit can make, is not a hang. */
const MOST_CYCLES = LIMIT / 4;

/** The commands without those that would take too long. What is no command at all stops the NPU at once. */
function withinTime(config: NpuConfig, commands: readonly Uint8Array[]): Uint8Array[] {
  let cycles = 0;
  return commands.filter((bytes) => {
    const command = decodeCommand(bytes);
    const more = command === null ? 0 : cyclesOfCommand(config, command, 2);
    if (cycles + more > MOST_CYCLES) return false;
    cycles += more;
    return true;
  });
}

const machine = fc
  .constantFrom({ rows: 3, cols: 4 }, { rows: 5, cols: 2 }, { rows: 1, cols: 9 })
  .chain((size) =>
    fc
      .constantFrom(4, 8, 16)
      .map((busBytes) => ({ ...size, busBytes, scratchpadBytes: 6 * 16 * 32, accumulatorBytes: 64 * 33 })),
  );

interface Drawn {
  readonly machine: Partial<NpuParameters>;
  readonly commands: readonly Spoilt[];
  readonly stall: number;
}
const few = fc.array(spoilt, { minLength: 1, maxLength: 8 });
const cases: fc.Arbitrary<Drawn> = fc.record({ machine, commands: few, stall: fc.constantFrom(0, 90) });

function holds({ machine: parameters, commands, stall }: Drawn, watched: Watched = {}): void {
  const end: Command[] = [
    { operation: 'fence', tag: 0, fields: {} },
    { operation: 'interrupt', tag: 0, fields: {} },
  ];
  const started: Simulator[] = [];
  try {
    const config = npuConfig(parameters);
    const program = programOf([...withinTime(config, commands.map(bytesOf)), ...end], BYTES);
    const onStart = (sim: Simulator): void => {
      started.push(sim);
      watched.onStart?.(sim);
    };
    runProgram(config, program, LIMIT, { ...watched, monitors: true, memory: { stall }, onStart });
  } catch (error) {
    if (!(error instanceof NpuError)) throw error;
  }
  // The other queues go on; and once it is stopped, everything comes to an end.
  const [sim] = started;
  if (sim === undefined) throw new Error('no run began');
  sim.step(2000);
  new Host(sim).write('control', 0);
  sim.runUntil('npu.dispatch.idle', LIMIT);
}

export const anyCommands: NpuProperty<Drawn> = {
  name: 'any commands',
  cases,
  configOf: ({ machine: parameters }) => npuConfig(parameters),
  holds,
};
