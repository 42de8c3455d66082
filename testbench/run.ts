/** Runs a product on a simulated system: NPU, memory and checker. */
import { setImmediate as turn } from 'node:timers/promises';
import { CheckError, HangError, type EngineName, type Simulator } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { faultNames } from '../npu/common/fault.ts';
import { byName } from '../npu/common/records.ts';
import { counterNames, type CounterName } from '../npu/control/registers.ts';
import { COMMAND_BYTES } from '../npu/isa/operations.ts';
import { wrapNames, type Wrap } from '../npu/isa/units.ts';
import { sizeOfJob } from '../npu/matrix/dataflow.ts';
import type { MatmulJob } from '../npu/compiler/job.ts';
import { matmulProgram, RESULT } from '../npu/compiler/matmul.ts';
import { scheduleFor, type Program } from '../npu/compiler/program.ts';
import type { Tile } from '../npu/compiler/plan.ts';
import { checkSettings, tuneMemory } from './kit/axi/settings.ts';
import { builtInSystem, compiledSystem } from './compiled-system.ts';
import { Host, NpuError } from './host.ts';
import { cycleLimit } from './limit.ts';
import { monitorNpu } from './monitor/npu-monitor.ts';
import { RingFeeder } from './ring.ts';
import { tensorInMemory } from './tensors.ts';
import type { MemoryOptions } from './system.ts';
import { untilInterrupt, type Steps } from './wait.ts';

export { NpuError } from './host.ts';

export interface RunOptions {
  readonly engine?: EngineName;
  readonly memory?: Omit<MemoryOptions, 'bytes' | 'tunable'>;
  /**
   * Builds `memory` into the design, as an export needs it, in place of one design for all runs of a configuration
   * (false).
   */
  readonly builtIn?: boolean;
  /** Adds a monitor to every stream of the design, and one that recounts every counter (false). */
  readonly monitors?: boolean;
  /** Called with the simulation before its first cycle, to attach waves. */
  readonly onStart?: (sim: Simulator) => void;
  /** Called with the program of a product, before `onStart`. */
  readonly onProgram?: (program: Program) => void;
  /** Called now and then with the cycles simulated so far. */
  readonly onProgress?: (cycle: number) => void;
  /** Cycles after which a run counts as hung; estimated generously where not given. */
  readonly limit?: number;
  /**
   * Of a product: the entries of the ring that its commands go through, 2 to 65535 (as many as hold them, or the
   * most).
   */
  readonly ringEntries?: number;
}

/** The NPU's own counters, and the bits of what wrapped; their definitions stand in npu/control/registers.ts. */
export type Counters = Readonly<Record<CounterName | 'overflow', number>>;

/**
 * What wrapped in 32 bits, whatever the results are in the end. `sums`: an addition to a bias, or of sums of parts of
 * k, in the accumulator; sums within the array fit. `shifts`: in the vector unit, a sum with its bias, a sum of two
 * elements, or what was shifted left.
 */
export type Wraps = Readonly<Record<Wrap, boolean>>;

/** What a run of any program gives. */
export interface ProgramResult {
  readonly counters: Counters;
  readonly wraps: Wraps;
  /** All simulated cycles, from reset to the last counter read. */
  readonly simulatedCycles: number;
  /** Of wall time: building the design and the engine, and stepping. */
  readonly seconds: { readonly build: number; readonly run: number };
  readonly sim: Simulator;
}

export interface RunResult extends ProgramResult {
  readonly program: Program;
  /** How the product was cut up. */
  readonly tile: Tile;
  /** m × n results row by row: sums, or for a job that requantises their low 8 bits as unsigned bytes. */
  readonly result: Int32Array | Uint8Array;
}

/** What an error that ended a run was: a check of the design or the bus, no end, the NPU's own report, or another. */
export function failureOf(error: unknown): 'check failed' | 'hung' | 'fault' | 'error' {
  if (error instanceof CheckError) return 'check failed';
  if (error instanceof HangError) return 'hung';
  return error instanceof NpuError ? 'fault' : 'error';
}

/** What is needed of a program to run it: all of its commands are in the ring where no `code` has them. */
export type RunnableProgram = Pick<Program, 'image' | 'ring'> & Partial<Pick<Program, 'code'>>;

/**
 * Loads a program, rings the doorbell, refills the ring where the program is longer, waits for the first interrupt
 * and reads the counters.
 * @throws CheckError when a check of the design or the bus fails; NpuError when the NPU reports a fault; HangError when
 * it does not finish within `limit` cycles of the doorbell, with what its queues wait for.
 */
export function runProgram(
  config: NpuConfig,
  program: RunnableProgram,
  limit: number,
  options: RunOptions = {},
): ProgramResult {
  return atOnce(programSteps(config, program, limit, options));
}

function* programSteps(
  config: NpuConfig,
  program: RunnableProgram,
  limit: number,
  options: RunOptions,
): Steps<ProgramResult> {
  const whole = Number.isInteger(limit) && limit >= 1;
  if (!whole) throw new RangeError(`limit is ${limit}; give a whole number of cycles, at least 1`);
  const { image, ring, code = image.subarray(ring.base, ring.base + ring.tail * COMMAND_BYTES) } = program;
  const began = performance.now();
  const { engine, monitors, memory = {}, builtIn = false } = options;
  const system = { engine, monitors, errors: memory.errors };
  const sim = (
    builtIn ? builtInSystem(config, image.length, memory, system) : compiledSystem(config, image.length, system)
  ).start();
  if (monitors === true) monitorNpu(sim, config);
  sim.memory('memory.dram').load(image);
  options.onStart?.(sim);
  const built = performance.now();

  sim.reset(2);
  if (!builtIn) tuneMemory(sim, 'memory', config.busBytes, { ...memory, bytes: image.length });
  const host = new Host(sim);
  host.write('ringBase', ring.base);
  host.write('ringEntries', ring.entries);
  host.write('control', 1);
  host.write('tail', ring.tail);
  const feeder = new RingFeeder(sim, host, { code, ring }, config.busBytes);
  yield* untilInterrupt(sim, limit, feeder, code, options.onProgress);
  if ((host.read('irqStatus') & 2) !== 0) {
    throw new NpuError(
      `the NPU stopped at command ${host.read('errorTag')} with fault ${faultNames[host.read('errorCode')] ?? 'unknown'}, bus address 0x${host.read('errorAddress').toString(16)}`,
    );
  }
  const counters: Counters = byName([...counterNames, 'overflow'], (name) => host.read(name));
  const wraps = byName(wrapNames, (_, at) => ((counters.overflow >> at) & 1) !== 0);
  return {
    sim,
    counters,
    wraps,
    simulatedCycles: sim.cycle,
    seconds: { build: (built - began) / 1000, run: (performance.now() - built) / 1000 },
  };
}

/**
 * Multiplies on the simulated NPU.
 * @throws JobError and ShapeError for products that cannot be, and what {@link runProgram} throws.
 */
export function runMatmul(config: NpuConfig, job: MatmulJob, options: RunOptions = {}): RunResult {
  return atOnce(matmulSteps(config, job, options));
}

/**
 * The same, and the event loop gets a turn several times a second: for signals, timers, other work.
 * @param signal ends the run in its next turn
 * @throws what {@link runMatmul} throws, and the reason of the signal
 */
export async function runMatmulInTurns(
  config: NpuConfig,
  job: MatmulJob,
  options: RunOptions = {},
  signal?: AbortSignal,
): Promise<RunResult> {
  return inTurns(matmulSteps(config, job, yielding(options)), signal);
}

/** {@link runProgram} in the same way. */
export async function runProgramInTurns(
  config: NpuConfig,
  program: RunnableProgram,
  limit: number,
  options: RunOptions = {},
  signal?: AbortSignal,
): Promise<ProgramResult> {
  return inTurns(programSteps(config, program, limit, yielding(options)), signal);
}

/** A run yields where it reports. */
const yielding = (options: RunOptions): RunOptions => ({
  ...options,
  onProgress: options.onProgress ?? (() => undefined),
});

async function inTurns<R>(steps: Steps<R>, signal: AbortSignal | undefined): Promise<R> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await turn();
    signal?.throwIfAborted();
  }
}

function atOnce<R>(steps: Steps<R>): R {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

function* matmulSteps(config: NpuConfig, job: MatmulJob, options: RunOptions): Steps<RunResult> {
  checkSettings(options.memory ?? {});
  const program = matmulProgram(config, job, options);
  options.onProgram?.(program);
  const ran = yield* programSteps(
    config,
    program,
    options.limit ?? cycleLimit(config, program, options.memory),
    options,
  );
  const result = tensorInMemory(ran.sim, config, program, RESULT);
  return {
    ...ran,
    program,
    tile: sizeOfJob(scheduleFor(program, RESULT).plan.tile, job.dataflow),
    result: result instanceof Int8Array ? new Uint8Array(result.buffer) : result,
  };
}
