/** Which jobs the tests of the DMA try. */
import fc from 'fast-check';
import type { LocalSizes } from '../common/local.ts';
import type { DmaOptions } from './job.ts';
import { bytesOf, noBlock, oneLine, type Job, type Pace } from './testing-bytes.ts';

/** Memories of lines of 64 beats, as many as there can be; a group is a beat unless something else is said. */
export const withMemories = (
  options: Omit<DmaOptions, keyof LocalSizes> & { readonly busBytes: number; readonly groupBytes?: number },
): DmaOptions => ({
  groupBytes: options.busBytes,
  ...options,
  scratchpadBanks: 16,
  bankLines: 65_536,
  lineBytes: 64 * options.busBytes,
  accLines: 65_536,
  accLanes: 16 * options.busBytes,
});

/** Units to test: ordinary ones, and the ends of what the parameters may be. */
export const units: readonly DmaOptions[] = [
  { busBytes: 4, maxBurst: 16, outstanding: 4 },
  { busBytes: 8, maxBurst: 16, outstanding: 8 },
  { busBytes: 16, maxBurst: 16, outstanding: 4, id: 1 },
  { busBytes: 4, groupBytes: 8, maxBurst: 7, outstanding: 3 },
  { busBytes: 8, maxBurst: 1, outstanding: 1 },
  { busBytes: 8, groupBytes: 32, maxBurst: 16, outstanding: 8 },
  { busBytes: 64, groupBytes: 128, maxBurst: 256, outstanding: 2 },
].map(withMemories);

/**
 * Lengths of 1 to 4 beats at offsets of 0 to 2 beats, and lengths around a beat at every offset around a 4 KiB
 * boundary.
 */
export function* sweep(busBytes: number): Generator<Job> {
  for (let offset = 0; offset <= 2 * busBytes; offset++) {
    for (let bytes = 1; bytes <= 4 * busBytes; bytes++) yield oneLine(20_480 + offset, bytes);
  }
  for (let before = 1; before <= 3 * busBytes; before++) {
    for (const bytes of [1, before, before + 1, 2 * busBytes, 5 * busBytes + 1]) yield oneLine(8192 - before, bytes);
  }
}

/** Jobs of up to some hundreds of bytes whose places are all different. */
export const anyJob = (busBytes: number): fc.Arbitrary<Job> =>
  fc
    .record({
      lines: fc.integer({ min: 1, max: 9 }),
      lineBytes: fc.oneof(fc.integer({ min: 1, max: 4 * busBytes }), fc.integer({ min: 1, max: 700 })),
      gap: fc.oneof(fc.constant(0), fc.nat(3 * busBytes), fc.nat(5000)),
      near: fc.constantFrom(4096, 65_536, 2 ** 31, 2 ** 32),
      before: fc.nat(4 * busBytes),
      space: fc.constantFrom<0 | 1>(0, 1),
      local: fc.nat(0x7ffff),
      pieceBytes: fc.oneof(
        fc.integer({ min: 1, max: 3 * busBytes }),
        fc.constantFrom(busBytes, 2 * busBytes, 64, 1000),
      ),
      transposed: fc.boolean(),
      extra: fc.nat(5),
      onError: fc.constantFrom('abort' as const, 'continue' as const),
    })
    .map(({ gap, near, before, pieceBytes: wanted, transposed, extra, ...job }) => {
      // A line has 64 groups.
      const pieceBytes = Math.min(wanted, 64 * busBytes);
      const pieces = Math.ceil(job.lineBytes / pieceBytes);
      return {
        ...noBlock,
        kind: 'lines',
        ...job,
        pieceBytes,
        local: job.space === 0 ? job.local : job.local & 0x3fff,
        dram: (near - before) % 2 ** 32,
        stride: job.lineBytes + gap,
        lineStep: transposed ? 1 + extra : pieces + extra,
        pieceStep: transposed ? job.lines * (1 + extra) : 1,
      };
    });

/**
 * Blocks of some hundreds of bytes whose places in a local memory are all different, and, where `apart`, those in DRAM
 * too.
 */
export const anyBlock = (busBytes: number, { apart }: { readonly apart: boolean }): fc.Arbitrary<Job> =>
  fc
    .record({
      shape: fc.record({ rows: fc.integer({ min: 1, max: 3 }), rowLines: fc.nat(4), less: fc.nat(3) }),
      runs: fc.record({
        runBytes: fc.oneof(fc.nat(5), fc.nat(3 * busBytes)),
        runsAcross: fc.nat(4),
        down: fc.integer({ min: 1, max: 3 }),
        less: fc.nat(busBytes),
      }),
      gaps: fc.tuple(fc.nat(9), fc.nat(20), fc.nat(40), fc.nat(300)),
      steps: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(9)),
      picture: fc.record({
        top: fc.integer({ min: -4, max: 2 }),
        left: fc.integer({ min: -4, max: 2 }),
        height: fc.oneof(fc.nat(7), fc.constant(65_535)),
        width: fc.oneof(fc.nat(7), fc.constant(65_535)),
        rowDown: fc.nat(2),
        lineAcross: fc.nat(2),
        runDown: fc.nat(2),
        runAcross: fc.nat(2),
        value: fc.nat(255),
      }),
      dram: fc.oneof(fc.nat(9000), fc.integer({ min: 2 ** 32 - 400, max: 2 ** 32 - 1 })),
      onError: fc.constantFrom('abort' as const, 'continue' as const),
      space: fc.constantFrom<0 | 1>(0, 1),
      local: fc.nat(0x3000),
      pieceBytes: fc.integer({ min: 1, max: 4 * busBytes }),
    })
    .map(({ shape, runs: { down, less, ...runs }, gaps, steps, picture, ...job }): Job => {
      const { runBytes, runsAcross } = runs;
      const lines = Math.max(1, shape.rows * (shape.rowLines || 3) - shape.less);
      const lineBytes = Math.max(1, runBytes === 0 ? 3 * busBytes - less : runBytes * (runsAcross || 3) * down - less);
      // Each dimension in DRAM spans the one inside of it, and a gap; or no more than the gap.
      const span = (inner: number, gap: number): number => gap + (apart ? inner : 0);
      const acrossStride = span(runBytes, gaps[0]);
      const downStride = span(acrossStride * (runsAcross || 256), gaps[1]);
      const stride = span(runBytes === 0 ? lineBytes : downStride * (down + 1), gaps[2]);
      const rowStride = span(stride * (shape.rowLines || lines), gaps[3]);
      const pieces = Math.ceil((lineBytes + 3) / job.pieceBytes);
      const lineStep = pieces * (1 + steps[0]) + steps[1];
      const rowStep = Math.max(1, shape.rowLines) * lineStep + steps[2];
      const places = { pieceStep: 1 + steps[0], lineStep, rowStep };
      const { rowLines } = shape;
      const inDram = { acrossStride, downStride, stride, rowStride };
      return {
        ...job,
        ...runs,
        ...picture,
        ...places,
        ...inDram,
        kind: 'block',
        rowLines,
        lines,
        lineBytes,
        list: 3,
        count: 1,
      };
    });

/** Lines of which a beat may hold several, next to each other in a local memory or not, in rows of a block or not. */
export const anyNarrow = (groupBytes: number): fc.Arbitrary<Job> =>
  fc
    .record({
      kind: fc.constantFrom('lines' as const, 'block' as const, 'value' as const),
      lines: fc.integer({ min: 1, max: 40 }),
      lineBytes: fc.integer({ min: 1, max: Math.max(1, groupBytes / 2) + 1 }),
      gap: fc.constantFrom(0, 0, 1, 30),
      rowLines: fc.nat(9),
      more: fc.nat(2),
      lineStep: fc.constantFrom(1, 1, 1, 2),
      pieceBytes: fc.constantFrom(groupBytes, groupBytes, 1),
      dram: fc.nat(9000),
      onError: fc.constantFrom('abort' as const, 'continue' as const),
      space: fc.constantFrom<0 | 1>(0, 0, 1),
      local: fc.nat(0x3000),
    })
    .map(({ gap, more, ...job }): Job => {
      const pieces = Math.ceil((job.lineBytes + 3) / job.pieceBytes);
      const lineStep = pieces > 1 ? pieces * job.lineStep : job.lineStep;
      const stride = job.lineBytes + gap;
      const rows = job.rowLines || 40;
      const picture = { top: 0, left: 0, height: 65_535, width: 65_535, runBytes: 0, downStride: 0 };
      const inRows = { rowStep: rows * lineStep + more, rowStride: rows * stride };
      return { ...noBlock, ...picture, ...job, ...inRows, stride, lineStep, pieceStep: 1 };
    });

/** Blocks whose rows become bytes of lines, and their bytes lines. */
export const anyTransposed = (busBytes: number): fc.Arbitrary<Job> =>
  fc
    .record({
      lines: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 * busBytes + 2 })),
      lineBytes: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 * busBytes + 2 })),
      gap: fc.oneof(fc.constant(0), fc.nat(40)),
      dram: fc.oneof(fc.nat(9000), fc.integer({ min: 2 ** 32 - 400, max: 2 ** 32 - 1 })),
      onError: fc.constantFrom('abort' as const, 'continue' as const),
      local: fc.nat(0x3000),
      pieceBytes: fc.oneof(fc.integer({ min: 1, max: 3 * busBytes }), fc.constantFrom(busBytes, 2 * busBytes)),
      lineStep: fc.integer({ min: 1, max: 3 }),
      more: fc.nat(3),
    })
    .map(({ gap, more, ...job }): Job => ({
      ...noBlock,
      ...job,
      kind: 'transposed',
      space: 0,
      stride: job.lineBytes + gap,
      pieceStep: job.lineBytes * job.lineStep + more,
    }));

/** The job as a load may have it: whole lanes in the accumulator. */
export const inLanes = (job: Job): Job => {
  const up = (bytes: number): number => (job.space === 0 ? bytes : 4 * Math.ceil(bytes / 4));
  return { ...job, lineBytes: up(job.lineBytes), pieceBytes: up(job.pieceBytes) };
};

/** A unit with small memories, and jobs that may miss them by little or by much. */
export const smallUnit: DmaOptions = {
  busBytes: 4,
  groupBytes: 4,
  maxBurst: 16,
  outstanding: 4,
  scratchpadBanks: 3,
  bankLines: 6,
  lineBytes: 12,
  accLines: 5,
  accLanes: 2,
};
export const strayJob: fc.Arbitrary<Job> = fc
  .record({
    lines: fc.integer({ min: 1, max: 6 }),
    lineBytes: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 }), fc.constant(4000)),
    pieceBytes: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.constant(4000)),
    space: fc.constantFrom<0 | 1>(0, 1),
    bank: fc.nat(3),
    line: fc.oneof(fc.nat(6), fc.constantFrom(0xffff, 0xfffe, 0xf_fffe, 0xf_ffff)),
    lineStep: fc.constantFrom(1, 2, 3, 0xffff, 0xfffe),
    pieceStep: fc.constantFrom(1, 3, 7, 0xffff, 0xfffe),
    dram: fc.nat(9000),
    onError: fc.constantFrom('abort' as const, 'continue' as const),
  })
  .map(({ bank, line, ...job }): Job => ({
    ...noBlock,
    kind: 'lines',
    ...job,
    stride: job.lineBytes,
    local: line > 0xffff ? line : line + (job.space === 0 ? bank * 0x1_0000 : 0),
  }))
  .filter(
    (job) =>
      new Set([...bytesOf(inLanes(job))].map(({ local }) => local)).size ===
      inLanes(job).lines * inLanes(job).lineBytes,
  );

/** Whether the small unit's memories have a place. */
export const isInside = (
  { space }: Job,
  { address, place }: { readonly address: number; readonly place: number },
): boolean => {
  const { scratchpadBanks, bankLines, lineBytes, accLines, accLanes } = smallUnit;
  return space === 0
    ? address < scratchpadBanks * 0x1_0000 && (address & 0xffff) < bankLines && place < lineBytes
    : address < accLines && place < 4 * accLanes;
};

export const anyPace: fc.Arbitrary<Pace> = fc.record({
  stall: fc.constantFrom(0, 0.1, 0.5, 0.8),
  latency: fc.constantFrom(1, 2, 7, 40),
  seed: fc.integer(),
});
