/** What `systole matmul` says about a run. */
import type { EngineName } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { counterOf, registers } from '../npu/control/registers.ts';
import { unitNames, wrapNames, wraps as wrapMeanings } from '../npu/isa/units.ts';
import type { Dataflow } from '../npu/compiler/job.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';
import type { RunResult } from '../testbench/run.ts';
import { configLines, count, fileSize, labelled, paint, percent, plural, rate } from './text.ts';
import { viewerCommand, type WaveFiles } from './wave-flags.ts';

/** What is to be run. */
export interface Asked {
  readonly config: NpuConfig;
  readonly dataflow: Dataflow;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly origin: string;
  readonly seed: number;
  readonly engine: EngineName;
  readonly memory: { readonly latency: number; readonly stall: number };
}

/** What came of it. */
export interface Run extends Asked {
  readonly done: RunResult;
  /** Where the result is not the reference's; null where it is. */
  readonly difference: string | null;
  /** Files written. */
  readonly out: string | null;
  readonly waves: WaveFiles | null;
}

/** What was run, as `--json` names it. */
interface What {
  readonly rows: number;
  readonly cols: number;
  readonly dataflow: Dataflow;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly seed: number;
  readonly engine: EngineName;
}

/** The object that `--json` prints of a run that did not come to its end. */
export interface RunFailure extends What {
  /**
   * Why: a check of the design or the bus, no end within the limit of cycles, an error that the NPU reports, memories
   * other than a property asks for, a signal, anything else.
   */
  readonly status: 'check failed' | 'hung' | 'fault' | 'differs' | 'interrupted' | 'error';
  /** The whole message; it may have several lines. */
  readonly error: string;
  /** Of the simulation, the one that it ended in, from 0. */
  readonly cycle: number;
}

/** The object that `--json` prints. */
export interface Summary extends What {
  /** Whether the result is that of the reference; what else it can be stands in {@link RunFailure}. */
  readonly status: 'equal' | 'differs';
  readonly match: boolean;
  /** A sum, or one shifted left to be requantised, passed 32 bits on the way; in the reference as well. */
  readonly wrapped: boolean;
  /** Of the NPU's own counter: those in which a command was queued, running or being fetched. */
  readonly cycles: number;
  /** Multiplications of the product, m · k · n. */
  readonly macs: number;
  /** MACs out of those that the matrix engine's multipliers could have done in `arrayCycles`, 0 to 1. */
  readonly utilisation: number;
  /** Cycles in which the array held a live operand. */
  readonly arrayCycles: number;
  /** Over AXI, in whole beats; commands included. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Of wall time, spent stepping. */
  readonly seconds: number;
  /** All simulated cycles over `seconds`. */
  readonly cyclesPerSecond: number;
}

export function summaryOf({ config, dataflow, m, k, n, seed, engine, done, difference }: Run): Summary {
  const { counters, wraps, simulatedCycles } = done;
  const { rows, cols, busBytes } = config;
  const macs = m * k * n;
  return {
    status: difference === null ? 'equal' : 'differs',
    match: difference === null,
    wrapped: Object.values(wraps).some(Boolean),
    cycles: counters.cycles,
    macs,
    utilisation: macs / (counters.arrayActive * multipliersOf(config)),
    arrayCycles: counters.arrayActive,
    bytesRead: counters.readBeats * busBytes,
    bytesWritten: counters.writeBeats * busBytes,
    rows,
    cols,
    dataflow,
    m,
    k,
    n,
    seed,
    engine,
    seconds: done.seconds.run,
    cyclesPerSecond: simulatedCycles / done.seconds.run,
  };
}

const multipliersOf = (config: Run['config']): number => matrixEngineOf(config).description.multipliers(config);

const flows: Readonly<Record<Dataflow, string>> = { ws: 'weight-stationary', os: 'output-stationary' };

/** For people; `--json` is for programs. */
export function report(run: Run): string {
  const { config, m, k, n, memory, done, engine, difference, out, waves } = run;
  const {
    counters,
    wraps,
    program: { tile, commands },
    simulatedCycles,
    seconds,
  } = done;
  const s = summaryOf(run);
  const tiles = Math.ceil(m / tile.m) * Math.ceil(k / tile.k) * Math.ceil(n / tile.n);
  const verdict =
    difference === null
      ? paint('green', 'equal to the reference, element by element')
      : paint('red', `WRONG: ${difference}`);
  const notes = wrapNames
    .filter((name) => wraps[name])
    .map((name) => `${wrapMeanings[name]} passed 32 bits and wrapped, in the reference as well`);
  return [
    paint('bold', `C[${m} × ${n}] = A[${m} × ${k}] · B[${k} × ${n}]`),
    ...labelled([
      ['operands', run.origin],
      ...configLines(config),
      [
        'memory',
        `${plural(memory.latency, 'cycle')} of latency, ${memory.stall === 0 ? 'no stalls' : `each channel stalls in ${memory.stall} of 256 cycles, seed ${run.seed}`}`,
      ],
      ['dataflow', flows[run.dataflow]],
      [
        'tiles',
        `${plural(tiles, 'tile')} of at most ${tile.m} × ${tile.k} × ${tile.n} (m × k × n), ${plural(commands.length, 'command')}`,
      ],
    ]),
    '',
    ...labelled([
      ['cycles', `${paint('bold', count(s.cycles))}: ${registers.cycles.meaning}`],
      ['MACs', count(s.macs)],
      [
        'array',
        `${paint('bold', percent(s.utilisation))} of ${plural(multipliersOf(config), 'multiplier')} in use over the ${count(s.arrayCycles)} cycles with operands in the array`,
      ],
      ['overall', `${percent(s.macs / (s.cycles * multipliersOf(config)))} over all ${count(s.cycles)} cycles`],
      ['busy', `${unitNames.map((unit) => `${unit} ${count(counters[counterOf(unit, 'busy')])}`).join(', ')} cycles`],
      ['read', `${count(s.bytesRead)} bytes in ${plural(counters.readBeats, 'beat')}, commands included`],
      ['written', `${count(s.bytesWritten)} bytes in ${plural(counters.writeBeats, 'beat')}`],
      [
        'simulated',
        `${count(simulatedCycles)} cycles in ${seconds.run.toFixed(2)} s, ${rate(s.cyclesPerSecond)} (${engine} engine, built in ${seconds.build.toFixed(2)} s)`,
      ],
      ['result', verdict],
      ...notes.map((note) => ['note', note] as const),
      ...(out === null ? [] : [['written to', out] as const]),
      ...(waves === null
        ? []
        : [
            [
              'waves',
              `${waves.wave}, ${fileSize(waves.bytes)}, a cycle is ${waves.cycle}; open it with ${paint('bold', viewerCommand(waves))}`,
            ] as const,
          ]),
    ]),
  ].join('\n');
}
