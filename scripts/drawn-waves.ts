/**
 * The waves that are drawn in the headers of the NPU's hardware: short runs of each, as the simulator has them. `npm
 * run waves` writes them, a test compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { elaborate, type Module } from '../hdl/index.ts';
import { simulate } from '../hdl/sim/index.ts';
import { int8 } from '../npu/common/format.ts';
import { npuConfig } from '../npu/config.ts';
import { CommandFetch } from '../npu/control/fetch.ts';
import { LoadDma } from '../npu/dma/load.ts';
import { StoreDma } from '../npu/dma/store.ts';
import { SingleEngine } from '../npu/matrix/single/engine.ts';
import { Cell } from '../npu/matrix/systolic/cell.ts';
import { SystolicEngine } from '../npu/matrix/systolic/engine.ts';
import { VectorUnit } from '../npu/vector/engine.ts';
import { WindowWalk } from '../npu/vector/window-walk.ts';
import { recordText } from '../waveforms/index.ts';

type Pokes = Readonly<Record<string, number>>;

interface DrawnWave {
  /** The file whose header shows it, from the root. */
  readonly file: string;
  /** What it shows, in a few words. */
  readonly title: string;
  readonly design: Pick<Module, 'definition'>;
  readonly signals: readonly string[];
  readonly cycles: number;
  /** What the inputs are in a cycle, from what the outputs were in the cycle before; an input stays as it is. */
  readonly inputs: (cycle: number, before: (output: string) => number) => Pokes;
}

const config = npuConfig({ rows: 2, cols: 2, busBytes: 8 });
const BANK = 2 ** 16;

/** The bytes of a line: low ones first. */
const line = (...bytes: readonly number[]): number => bytes.reduceRight((word, byte) => word * 256 + byte, 0);

function payload(fields: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`job_payload_${name}`, value]));
}

/** A job of 3 × 2 times 2 × 2 for a matrix engine; the local memory holds small numbers. */
const gemm = payload({ m: 3, k: 2, n: 2, b: BANK, aFold: 3, aStep: 1, bFold: 2, cFold: 3 });
const matrixInputs: DrawnWave['inputs'] = (cycle, before) => ({
  ...(cycle === 0 ? gemm : {}),
  job_valid: Number(cycle === 0),
  aData: before('aRead_enable') === 1 ? line(1 + before('aRead_address'), 2) : 0,
  bData: before('bRead_enable') === 1 ? line(3, 4) : 0,
});

const dma = { lines: 1, lineBytes: 20, stride: 20, pieceBytes: 8, lineStep: 1, pieceStep: 1, dram: 0x104 };
const dmaJob = payload(dma);

export const drawnWaves: readonly DrawnWave[] = [
  {
    file: 'npu/matrix/systolic/cell.ts',
    title: 'weight-stationary, a weight of 7 enters, then two operands meet it',
    design: Cell(int8),
    signals: ['north', 'northMark', 'west', 'westLive', 'westSwap', 'northSum', 'hold', 'cur', 'sum', 'valid'],
    cycles: 6,
    inputs: (cycle) => ({
      north: cycle === 0 ? 7 : 0,
      northMark: Number(cycle === 0),
      west: [0, 0, 3, -4][cycle] ?? 0,
      westLive: Number(cycle === 2 || cycle === 3),
      westSwap: Number(cycle === 2),
      northSum: [0, 0, 100, 200][cycle] ?? 0,
    }),
  },
  {
    file: 'npu/matrix/systolic/engine.ts',
    title: '3 × 2 times 2 × 2 on 2 × 2 cells, weights stationary',
    design: SystolicEngine(config),
    signals: [
      'job_valid',
      'state',
      'load',
      'bRead_address',
      'start',
      'feed',
      'aRead_address',
      'active',
      'update_enable',
      'update_line',
      'done',
    ],
    cycles: 16,
    inputs: matrixInputs,
  },
  {
    file: 'npu/matrix/single/engine.ts',
    title: '3 × 2 times 2 × 2 on 2 columns',
    design: SingleEngine(config),
    signals: ['job_valid', 'state', 'aRead_address', 'bRead_address', 'active', 'update_enable', 'update_line', 'done'],
    cycles: 19,
    inputs: matrixInputs,
  },
  {
    file: 'npu/vector/engine.ts',
    title: '2 rows of 2 lanes, each lane with a scale of its own',
    design: VectorUnit(config),
    signals: ['job_valid', 'state', 'sumsRead_enable', 'sumsRead_address', 'write_enable', 'write_address', 'done'],
    cycles: 12,
    inputs: (cycle) => ({
      ...(cycle === 0
        ? {
            job_payload_m: 2,
            job_payload_n: 2,
            job_payload_width: 2,
            job_payload_planes: 1,
            job_payload_perChannel: 1,
            job_payload_parameters: 8,
          }
        : {}),
      job_valid: Number(cycle === 0),
      sumsData: cycle,
    }),
  },
  {
    file: 'npu/vector/window-walk.ts',
    title: 'a kernel of 1 × 3 over 2 rows of 3 columns, with one column of padding at either side',
    design: WindowWalk,
    signals: ['phase', 'read_valid', 'read_payload', 'tailSlots', 'slot', 'token_enable', 'token_index', 'ends'],
    cycles: 12,
    inputs: (cycle) => ({
      ...(cycle === 0
        ? {
            job_operation: 2,
            job_width: 3,
            job_height: 2,
            job_fromRow: 8,
            job_kernelHeight: 1,
            job_kernelWidth: 3,
            job_strideY: 1,
            job_strideX: 1,
            job_left: 1,
            job_outHeight: 2,
            job_outWidth: 3,
            from: 0x10,
            read_ready: 1,
          }
        : {}),
      start: Number(cycle === 0),
      run: Number(cycle > 0 && cycle < 11),
    }),
  },
  {
    file: 'npu/control/fetch.ts',
    title: 'three commands of two beats, which come three cycles after they are asked for',
    design: CommandFetch({ busBytes: 32, maxBurst: 4, outstanding: 4 }, 1),
    signals: ['ring_tail', 'ar_valid', 'ar_payload_addr', 'r_valid', 'r_payload_last', 'command_valid', 'head'],
    cycles: 12,
    inputs: (cycle) => ({
      ring_enable: 1,
      ring_base: 0x100,
      ring_entries: 8,
      ring_tail: cycle > 0 ? 3 : 0,
      ar_ready: 1,
      r_valid: Number(cycle >= 5 && cycle < 11),
      r_payload_data: cycle,
      r_payload_last: Number(cycle > 5 && cycle < 11 && cycle % 2 === 0),
      command_ready: 1,
    }),
  },
  {
    file: 'npu/dma/load.ts',
    title: '20 bytes from address 0x104 on, 8 bytes a beat, to three lines; the memory answers at once',
    design: LoadDma({ ...config, maxBurst: 4, outstanding: 2 }),
    signals: ['job_valid', 'ar_valid', 'r_valid', 'r_payload_last', 'write_valid', 'write_payload_address', 'done'],
    cycles: 12,
    inputs: (cycle) => ({
      ...(cycle === 0 ? dmaJob : {}),
      job_valid: Number(cycle === 0),
      ar_ready: 1,
      write_ready: 1,
      r_valid: Number(cycle >= 4 && cycle < 7),
      r_payload_last: Number(cycle === 6),
    }),
  },
  {
    file: 'npu/dma/store.ts',
    title: 'two jobs of 12 bytes of two lines, to 0x104 and 0x204 on, 8 bytes a beat; answers take four cycles',
    design: StoreDma({ ...config, maxBurst: 4, outstanding: 2 }),
    signals: [
      'job_valid',
      'job_ready',
      'aw_valid',
      'read_valid',
      'read_payload_address',
      'w_valid',
      'w_payload_last',
      'b_valid',
      'done',
    ],
    cycles: 15,
    inputs: (cycle) => ({
      ...(cycle === 0 ? payload({ ...dma, lineBytes: 12, stride: 12 }) : payload({ dram: 0x204 })),
      job_valid: Number(cycle <= 3),
      aw_ready: 1,
      w_ready: 1,
      read_ready: 1,
      b_valid: Number([9, 12].includes(cycle)),
    }),
  },
];

const HEADING = ' * In waves, ';
const MARGIN = ' *     ';
/** Columns of a line. */
const COLUMNS = 120;

/** The wave as text. */
export function drawn({ design, signals, cycles, inputs }: DrawnWave): string {
  const sim = simulate(elaborate(design));
  sim.reset();
  const wave = recordText(sim.trace(), { signals });
  const level = (output: string): number => Number(sim.peek(output));
  let next = inputs(0, () => 0);
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const [input, value] of Object.entries(next)) sim.poke(input, value);
    next = inputs(cycle + 1, level);
    sim.step();
  }
  const columns = Math.floor((COLUMNS - MARGIN.length - Math.max(...signals.map(({ length }) => length)) - 1) / cycles);
  return wave.draw({ from: sim.cycle - cycles, to: sim.cycle, width: Math.min(columns, 6) });
}

/** A file's text with the wave in its header, in place of the one that is there. @throws RangeError without a place */
export function withWave(text: string, wave: DrawnWave): string {
  const lines = text.split('\n');
  const [end, at] = [lines.indexOf(' */'), lines.findIndex((one) => one.startsWith(HEADING))];
  if (end < 0 || at < 0 || at > end) throw new RangeError(`the header of ${wave.file} has no line "${HEADING.trim()}"`);
  const after = lines.findIndex((one, i) => i > at + 1 && !one.startsWith(MARGIN));
  const shown = drawn(wave)
    .trimEnd()
    .split('\n')
    .map((one) => `${MARGIN}${one}`.trimEnd());
  return [...lines.slice(0, at), `${HEADING}${wave.title}:`, ' *', ...shown, ...lines.slice(after)].join('\n');
}

/** The files, from the root, whose headers show another wave than there is; writes them anew where asked. */
export function staleWaves(root: URL, write: boolean): readonly string[] {
  return drawnWaves
    .filter((wave) => {
      const path = new URL(wave.file, root);
      const text = readFileSync(path, 'utf8');
      const now = withWave(text, wave);
      if (write && now !== text) writeFileSync(path, now);
      return now !== text;
    })
    .map(({ file }) => file);
}
