/** How long a program may take before it counts as hung. */
import type { NpuConfig } from '../npu/config.ts';
import { COMMAND_BYTES } from '../npu/isa/operations.ts';
import type { Program } from '../npu/software/matmul.ts';
import { checkSettings } from './axi/settings.ts';
import { cyclesOfJob } from './cycles.ts';
import { FEED_CYCLES } from './ring.ts';
import type { MemoryOptions } from './system.ts';

/** Several times what everything in a row would take. */
const MARGIN = 4;
const LEAST = 10_000;

/**
 * Cycles that no program of this kind needs: as if nothing overlapped, every burst waited for, every stall met twice.
 * @throws RangeError for a memory that cannot be.
 */
export function cycleLimit(config: NpuConfig, program: Program, memory: Partial<MemoryOptions> = {}): number {
  const { commands, ring } = program;
  checkSettings(memory);
  const { latency = 2, stall = 0 } = memory;
  const { busBytes, maxBurst, rows, cols } = config;
  const wait = latency + 8;
  const fetch = Math.ceil(COMMAND_BYTES / busBytes / Math.min(maxBurst, COMMAND_BYTES / busBytes)) * wait + COMMAND_BYTES / busBytes;
  // The host looks after the ring now and then.
  const feed = commands.length > ring.tail ? 2 * FEED_CYCLES : 0;
  const work = commands.map(({ operation, fields }) => {
    const f = new Map<string, number | string>(Object.entries(fields));
    const number = (name: string): number => Number(f.get(name) ?? 0);
    if (operation === 'gemm') return cyclesOfJob({ rows, cols }, { m: number('m'), k: number('k'), n: number('n') }, f.get('dataflow') === 'os' ? 'os' : 'ws') + 3 * (rows + cols);
    if (operation === 'requantise') return Math.ceil(number('n') / cols) * Math.ceil(4 * cols / busBytes) * (number('m') + 4) + 16;
    const beats = number('lines') * (Math.ceil(number('lineBytes') / Math.max(1, Math.min(busBytes, number('pieceBytes')))) + 2);
    return beats + Math.ceil(beats / Math.min(maxBurst, 16)) * wait + 16;
  });
  const most = typeof stall === 'number' ? stall : Math.max(0, ...Object.values(stall));
  const slow = (256 / (256 - most)) ** 2;
  return LEAST + Math.ceil(MARGIN * slow * work.reduce((sum, cycles) => sum + cycles + fetch + feed, 0));
}
