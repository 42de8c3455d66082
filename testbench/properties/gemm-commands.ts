/**
 * Jobs of the matrix engine by hand, one after another, on any lines: every accumulator line and the flag as ISA.md
 * says.
 */
import fc from 'fast-check';
import { npuConfig } from '../../npu/config.ts';
import type { Command, OperationFields } from '../../npu/isa/assembler.ts';
import { bank } from '../../npu/compiler/allocator.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { accumulatorLines } from '../local-lines.ts';
import { programOf } from '../program.ts';
import { runProgram } from '../run.ts';
import { DifferenceError, type Watched } from '../kit/property.ts';
import type { NpuProperty } from './drawn.ts';

const [R, C] = [2, 3];
const config = npuConfig({ rows: R, cols: C, busBytes: 4, scratchpadBytes: 6 * 4 * 64, accumulatorBytes: 64 * C * 4 });
const { description } = matrixEngineOf(config);
/** Lines of a bank and of the accumulator, and bytes and lanes of them. */
const [LINES, BYTES] = [config.bankLines, config.lineBytes];
const [A_AT, B_AT, SUMS_AT] = [4096, 8192, 12_288];

type Job = OperationFields<'gemm'> & { readonly dataflow: 'ws' | 'os'; readonly accumulate: number };
interface Drawn {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly sums: readonly number[];
  readonly jobs: readonly Job[];
}

const bytes = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 127, 128, 255)), {
  minLength: LINES * BYTES,
  maxLength: LINES * BYTES,
});
/** Mostly so near the ends of 32 bits that products pass them, or just do not. */
const sum = fc.oneof(
  fc.integer({ min: 2 ** 31 - 70_000, max: 2 ** 31 - 1 }),
  fc.integer({ min: -(2 ** 31), max: 70_000 - 2 ** 31 }),
  fc.integer({ min: -9, max: 9 }),
);
const bit = fc.nat(1);
/** Walks with gaps, over the same lines again, backwards from the end of a row. */
const walks = {
  aFold: fc.nat(5),
  aWidth: fc.nat(3),
  aStep: fc.nat(2),
  aRow: fc.nat(4),
  bFold: fc.nat(8),
  cFold: fc.nat(8),
};
const job = fc
  .record({
    dataflow: fc.constantFrom('ws' as const, 'os' as const),
    accumulate: bit,
    aUnsigned: bit,
    bUnsigned: bit,
    m: fc.integer({ min: 1, max: 5 }),
    n: fc.integer({ min: 1, max: 5 }),
    k: fc.integer({ min: 1, max: 5 }),
    a: fc.nat(40),
    b: fc.nat(40),
    c: fc.nat(40),
    aZero: fc.nat(127),
    bZero: fc.nat(127),
    ...walks,
  })
  .map((fields): Job => ({ ...fields, b: bank(1) + fields.b }));
const cases: fc.Arbitrary<Drawn> = fc.record({
  a: bytes,
  b: bytes,
  sums: fc.array(sum, { minLength: 64 * C, maxLength: 64 * C }),
  jobs: fc.array(job, { minLength: 1, maxLength: 4 }),
});

/** The accumulator's lanes after the jobs, and whether an addition wrapped, from the words of ISA.md. */
export function model({ a, b, sums, jobs }: Drawn): { readonly lanes: readonly number[]; readonly wrapped: boolean } {
  const lanes = [...sums];
  let wrapped = false;
  for (const given of jobs) {
    const field = (name: keyof Job): number => Number(given[name]);
    const [m, n, k, c] = [field('m'), field('n'), field('k'), field('c')];
    const operand = (byte: number, name: 'a' | 'b'): number =>
      (field(`${name}Unsigned`) === 1 || byte < 128 ? byte : byte - 256) - field(`${name}Zero`);
    const inRow = field('aWidth') === 0 ? 65_536 : field('aWidth');
    const inA = (i: number, l: number): number => {
      const [across, along] = given.dataflow === 'ws' ? [l, i] : [i, l];
      const inFold = Math.floor(along / inRow) * field('aRow') + (along % inRow) * field('aStep');
      const line = field('a') + Math.floor(across / R) * field('aFold') + inFold;
      return operand(a[line * BYTES + (across % R)] ?? 0, 'a');
    };
    const inB = (l: number, j: number): number => {
      const line = field('b') - bank(1) + Math.floor(j / C) * field('bFold') + l;
      return operand(b[line * BYTES + (j % C)] ?? 0, 'b');
    };
    // What is summed without loss, and then added to the lane.
    const part = description.summedK(config, given.dataflow, k);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < m; i++) {
        const lane = (c + Math.floor(j / C) * field('cFold') + i) * C + (j % C);
        for (let from = 0; from < k; from += part) {
          let total = from > 0 || given.accumulate === 1 ? (lanes[lane] ?? 0) : 0;
          for (let l = from; l < Math.min(from + part, k); l++) total += inA(i, l) * inB(l, j);
          wrapped ||= total !== (total | 0);
          lanes[lane] = total | 0;
        }
      }
    }
  }
  return { lanes, wrapped };
}

const blocks = { stride: BYTES, lineStep: 1, pieceStep: 0, onError: 'abort' } as const;
const operands = { ...blocks, lines: LINES, lineBytes: BYTES, pieceBytes: BYTES, space: 'scratchpad' };
const loads: Command[] = [
  { operation: 'load', tag: 0, fields: { ...operands, dram: A_AT, local: 0 } },
  { operation: 'load', tag: 1, fields: { ...operands, dram: B_AT, local: bank(1) } },
  {
    operation: 'load',
    tag: 2,
    signal: [7],
    fields: {
      ...blocks,
      dram: SUMS_AT,
      lines: 64,
      lineBytes: 4 * C,
      stride: 4 * C,
      space: 'accumulator',
      local: 0,
      pieceBytes: 4 * C,
    },
  },
];

function holds(drawn: Drawn, watched: Watched = {}): void {
  const jobs = drawn.jobs.map((fields, i): Command => {
    return { operation: 'gemm', tag: 3 + i, ...(i === 0 ? { wait: [7] } : {}), fields };
  });
  const end: Command[] = [
    { operation: 'fence', tag: 98, fields: {} },
    { operation: 'interrupt', tag: 99, fields: {} },
  ];
  const { image, ring } = programOf([...loads, ...jobs, ...end], 16_384, Uint8Array.from(drawn.a), A_AT);
  image.set(drawn.b, B_AT);
  image.set(new Uint8Array(Int32Array.from(drawn.sums).buffer), SUMS_AT);
  const { sim, wraps } = runProgram(config, { image, ring }, 20_000, { ...watched, monitors: true });
  const expected = model(drawn);
  const memory = accumulatorLines(sim, config);
  const found = expected.lanes.map((_, at) =>
    Number(BigInt.asIntN(32, memory.read(Math.floor(at / C)) >> BigInt(32 * (at % C)))),
  );
  const at = found.findIndex((value, i) => value !== expected.lanes[i]);
  if (at >= 0)
    throw new DifferenceError(`line ${Math.floor(at / C)}, lane ${at % C} is ${found[at]}, not ${expected.lanes[at]}`);
  if (wraps.sums !== expected.wrapped) throw new DifferenceError(`wraps.sums is ${wraps.sums}`);
}

export const gemmCommands: NpuProperty<Drawn> = { name: 'gemm commands', cases, configOf: () => config, holds };
