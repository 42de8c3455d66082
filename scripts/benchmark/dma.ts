/**
 * How much of the bus the DMA uses, and how soon it is done: on the whole NPU, from the cycle in which a unit takes its
 * command to that of its `done`, with a memory that answers in the next cycle and bursts of 16 beats. Loads and stores
 * are measured each by itself, since the bus reads and writes side by side, and so do copies of many pieces. One that
 * follows the other is measured with commands that come from the ring meanwhile.
 */
import { judge } from '../../testbench/transfers/judge.ts';
import { TransferBoard } from '../../testbench/transfers/board.ts';
import { SparseMemory } from '../../testbench/transfers/memory.ts';
import { table } from './report.ts';

const BUS = 8;
const LONG = 4096;
const SHORT = 8;

/** Of a number of bytes on each side: the cycles at the best and at the worst pair of alignments. */
export interface DmaRow {
  readonly what: 'load' | 'store' | 'load, then store';
  readonly bytes: number;
  readonly best: number;
  readonly worst: number;
}

export interface DmaFigures {
  readonly busBytes: number;
  /** Pairs of alignments that were tried. */
  readonly pairs: number;
  readonly rows: readonly DmaRow[];
}

const sides = { load: 'load', store: 'store', both: 'load, then store' } as const;

/** @param step between the places in a beat that are tried */
export function measureDma(step = 1): DmaFigures {
  const board = new TransferBoard({ busBytes: BUS, maxBurst: 16, scratchpadBytes: 6 * LONG });
  const places = Array.from({ length: Math.ceil(BUS / step) }, (_, i) => i * step);
  const pairs = places.flatMap((from) => places.map((to) => ({ from, to })));
  const rows = [LONG, SHORT].flatMap((bytes) => {
    const measured = (oneByOne: boolean) =>
      pairs.map(({ from, to }) => {
        const transfer = { bytes, from: 0x1_0000 + from, to: 0x2_0000 + to, longest: 16, errors: [] };
        const [memory, model] = [new SparseMemory(), new SparseMemory()];
        const outcome = board.run(transfer, memory, { stall: 0, latency: 1, seed: 1, oneByOne });
        judge(transfer, outcome, { memory, model, busBytes: BUS });
        return outcome.took;
      });
    const [apart, together] = [measured(true), measured(false)];
    return (['load', 'store', 'both'] as const).map((side) => {
      const cycles = (side === 'both' ? together : apart).map((one) => one[side]);
      return { what: sides[side], bytes, best: Math.min(...cycles), worst: Math.max(...cycles) };
    });
  });
  return { busBytes: BUS, pairs: pairs.length, rows };
}

/** In Markdown. */
export function dmaReport({ busBytes, pairs, rows }: DmaFigures): string {
  const used = (bytes: number, cycles: number): string => `${((100 * bytes) / busBytes / cycles).toFixed(1)} %`;
  const lines = table(
    ['what', 'bytes', 'cycles', 'at the worst of all pairs of alignments', 'of the bus', 'at the worst'],
    rows.map(({ what, bytes, best, worst }) => [
      what,
      `${bytes}`,
      `${best}`,
      `${worst}`,
      what === sides.both ? '' : used(bytes, best),
      what === sides.both ? '' : used(bytes, worst),
    ]),
  );
  const about = `From a unit's command to its done, on a bus of ${busBytes} bytes, at ${pairs} pairs of alignments.`;
  return [about, '', ...lines, ''].join('\n');
}
