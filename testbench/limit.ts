/** How long a program may take before it counts as hung. */
import type { NpuConfig } from '../npu/config.ts';
import type { Command, FieldValue } from '../npu/isa/assembler.ts';
import { COMMAND_BYTES } from '../npu/isa/operations.ts';
import type { Program } from '../npu/compiler/program.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';
import { checkSettings } from './kit/axi/settings.ts';
import { FEED_CYCLES } from './ring.ts';
import type { MemoryOptions } from './system.ts';

/** Several times what everything in a row would take. */
const MARGIN = 4;
const LEAST = 10_000;

/** What one command takes, as if nothing overlapped and every burst were waited for. */
export function cyclesOfCommand(config: NpuConfig, { operation, fields }: Command, latency: number): number {
  const { busBytes, maxBurst, rows, cols } = config;
  const given = new Map<string, FieldValue>(Object.entries(fields));
  const number = (name: string): number => Number(given.get(name) ?? 0);
  if (operation === 'gemm') {
    const shape = { m: number('m'), k: number('k'), n: number('n') };
    const { occupies } = matrixEngineOf(config).description;
    return occupies(config, shape, given.get('dataflow') === 'os' ? 'os' : 'ws') + 5 * (rows + cols);
  }
  if (operation === 'requantise') {
    return Math.ceil(number('n') / cols) * (number('m') * number('planes') + 3) + 16;
  }
  if (operation === 'depthwise' || operation === 'pool') {
    const kernel = number('kernelHeight') * number('kernelWidth');
    const passes = number('outHeight') * Math.max(1, kernel);
    return Math.ceil(number('n') / cols) * (passes * (number('outWidth') * number('strideX') + 2) + kernel + 6) + 16;
  }
  if (operation === 'elementwise' || operation === 'lookup') {
    return Math.ceil(number('n') / cols) * number('m') * 3 + 16;
  }
  if (operation === 'softmax') {
    return number('m') * (3 * number('n') + 8 * Math.ceil(number('n') / cols) + 60) + 16;
  }
  if (operation === 'loadTable') return 300;
  const piece = Math.max(1, Math.min(busBytes, number('pieceBytes')));
  const runs = Math.ceil(number('lineBytes') / (number('runBytes') || number('lineBytes') || 1));
  const beats =
    operation === 'loadTransposed'
      ? number('lineBytes') * Math.ceil(number('lines') / piece) +
        number('lines') * 2 * Math.ceil(number('lineBytes') / busBytes)
      : number('lines') * (Math.ceil(number('lineBytes') / piece) + 2 * runs + (operation === 'loadGather' ? 1 : 0));
  return beats + Math.ceil(beats / Math.min(maxBurst, 16)) * waitFor(latency) + 16;
}

/** Cycles for which a burst keeps its manager waiting. */
const waitFor = (latency: number): number => latency + 8;

/**
 * Cycles that no program of this kind needs: as if nothing overlapped, every burst waited for, every stall met twice.
 * @throws RangeError for a memory that cannot be.
 */
export function cycleLimit(
  config: NpuConfig,
  program: Pick<Program, 'commands' | 'ring'>,
  memory: Partial<MemoryOptions> = {},
): number {
  const { commands, ring } = program;
  checkSettings(memory);
  const { latency = 2, stall = 0 } = memory;
  const beats = COMMAND_BYTES / config.busBytes;
  const fetch = Math.ceil(beats / Math.min(config.maxBurst, beats)) * waitFor(latency) + beats;
  // The host looks after the ring now and then.
  const feed = commands.length > ring.tail ? 2 * FEED_CYCLES : 0;
  const most = typeof stall === 'number' ? stall : Math.max(0, ...Object.values(stall));
  const slow = (256 / (256 - most)) ** 2;
  const work = commands.reduce((sum, command) => sum + cyclesOfCommand(config, command, latency) + fetch + feed, 0);
  return LEAST + Math.ceil(MARGIN * slow * work);
}
