/**
 * What a run of a product tells of itself: one plain object, from which text, JSON and pages are made. `--json` prints
 * it. Its fields keep their names and meanings; `version` goes up when one of them changes, not when one is added.
 */
import type { EngineName } from '../hdl/sim/index.ts';
import { byName, recordOf } from '../npu/common/records.ts';
import type { NpuConfig } from '../npu/config.ts';
import { counterNames, counterOf, type CounterName } from '../npu/control/registers.ts';
import { unitNames, type Unit } from '../npu/isa/units.ts';
import type { Dataflow } from '../npu/compiler/job.ts';
import type { Tile } from '../npu/compiler/plan.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';
import { parameterNames, type NpuParameters } from '../npu/parameters.ts';
import { boundOf, leastTraffic, type Bound, type Sizes } from './bound.ts';
import type { RunResult } from './run.ts';
import type { TileTimes } from './tiles.ts';
import type { Timeline } from './timeline/timeline.ts';

export const MEASUREMENT_VERSION = 1;

/** What was run. */
export interface Setting {
  readonly config: NpuConfig;
  /** The named configuration that it began from; null for none. */
  readonly preset: string | null;
  readonly dataflow: Dataflow;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly seed: number;
  readonly engine: EngineName;
  /** Cycles that the memory takes to answer; of 256, those in which each channel stalls. */
  readonly memory: { readonly latency: number; readonly stall: number };
}

/** What was run, as the object has it. */
export interface What {
  readonly version: typeof MEASUREMENT_VERSION;
  readonly rows: number;
  readonly cols: number;
  readonly dataflow: Dataflow;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly seed: number;
  readonly engine: EngineName;
  /** All of the NPU's, of its memory's, and the preset. */
  readonly parameters: NpuParameters & {
    readonly latency: number;
    readonly stall: number;
    readonly preset: string | null;
  };
}

export interface Measurement extends What {
  /** Whether the result is that of the reference. A run that does not come to its end has a {@link Failure}. */
  readonly status: 'equal' | 'differs';
  readonly match: boolean;
  /** A sum, or one shifted left to be requantised, passed 32 bits on the way; in the reference as well. */
  readonly wrapped: boolean;
  /** Of the NPU's own counter: those in which a command was queued, running or being fetched. */
  readonly cycles: number;
  /** Multiplications of the product, m · k · n. */
  readonly macs: number;
  /** MACs out of those that the multipliers could have done while the array held operands, 0 to 1. */
  readonly utilisation: number;
  /** MACs out of those that the multipliers could have done in all `cycles`, 0 to 1. */
  readonly overall: number;
  /** Cycles in which the array held a live operand. */
  readonly arrayCycles: number;
  /** Over AXI, in whole beats; commands included. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** What the product takes at the least, and how far from that it was. */
  readonly bound: Bound;
  /** The unit that had a command for most of the time. */
  readonly busiest: Unit;
  /** Cycles with a command, and those before one that waited for a semaphore. */
  readonly units: Readonly<Record<Unit, { readonly busy: number; readonly waits: number }>>;
  /** All counters of the NPU, by the names of their registers (npu/ISA.md). */
  readonly counters: Readonly<Record<CounterName, number>>;
  /** The largest part that was worked on at once, and how many there were. */
  readonly tile: Tile;
  readonly tiles: number;
  readonly commands: number;
  /** Where it was asked for: what the units were at over time. */
  readonly timeline?: Timeline;
  /** Where it was asked for: the jobs of the matrix engine, expected and taken. */
  readonly tileTimes?: readonly TileTimes[];
  /** Of wall time, spent stepping. */
  readonly seconds: number;
  /** All simulated cycles over `seconds`. */
  readonly cyclesPerSecond: number;
}

/** A run that did not come to its end. */
export interface Failure extends What {
  /**
   * Why: a check of the design or the bus, no end within the limit of cycles, an error that the NPU reports, memories
   * other than a property asks for, a signal, anything else.
   */
  readonly status: 'check failed' | 'hung' | 'fault' | 'differs' | 'interrupted' | 'error';
  /** The whole message; it may have several lines. */
  readonly error: string;
  /** Of the simulation, the one that it ended in, from 0. */
  readonly cycle: number;
  /** Where it was asked for: what the units were at until then. */
  readonly timeline?: Timeline;
}

export function whatOf({ config, preset, memory, ...setting }: Setting): What {
  const { dataflow, m, k, n, seed, engine } = setting;
  const parameters = {
    ...recordOf<NpuParameters>(parameterNames, (name) => config[name]),
    latency: memory.latency,
    stall: memory.stall,
    preset,
  };
  const { rows, cols } = config;
  return { version: MEASUREMENT_VERSION, rows, cols, dataflow, m, k, n, seed, engine, parameters };
}

/** @param job what it had beside its sizes; nothing where it is left out */
export function measurementOf(
  setting: Setting,
  { counters, wraps, simulatedCycles, seconds, program, tile }: RunResult,
  match: boolean,
  job: Sizes = setting,
): Measurement {
  const { config, m, k, n } = setting;
  const { commands } = program;
  const macs = m * k * n;
  const multipliers = matrixEngineOf(config).description.multipliers(config);
  const units = byName(unitNames, (unit) => ({
    busy: counters[counterOf(unit, 'busy')],
    waits: counters[counterOf(unit, 'waits')],
  }));
  return {
    status: match ? 'equal' : 'differs',
    match,
    ...whatOf(setting),
    wrapped: Object.values(wraps).some(Boolean),
    cycles: counters.cycles,
    macs,
    utilisation: macs / (counters.arrayActive * multipliers),
    overall: macs / (counters.cycles * multipliers),
    arrayCycles: counters.arrayActive,
    bytesRead: counters.readBeats * config.busBytes,
    bytesWritten: counters.writeBeats * config.busBytes,
    bound: boundOf(config, job, counters.cycles),
    busiest: unitNames.reduce((most, unit) => (units[unit].busy > units[most].busy ? unit : most)),
    units,
    counters: byName(counterNames, (name) => counters[name]),
    tile,
    tiles: Math.ceil(m / tile.m) * Math.ceil(k / tile.k) * Math.ceil(n / tile.n),
    commands: commands.length,
    seconds: seconds.run,
    cyclesPerSecond: simulatedCycles / seconds.run,
  };
}

/** How often what has to be read was read. */
export const readsOver = ({ bytesRead }: Measurement, job: Sizes): number => bytesRead / leastTraffic(job).read;
