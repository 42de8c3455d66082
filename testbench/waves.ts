/** Waves of a run of the NPU: the file, and a saved view of it beside. */
import type { Simulator } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { RESULT } from '../npu/compiler/matmul.ts';
import type { Program } from '../npu/compiler/program.ts';
import { elementAddress, tensorOf } from '../npu/compiler/tensor.ts';
import {
  defaultView,
  openWaves,
  withMemories,
  type Ending,
  type Marker,
  type MemoryRange,
  type VcdOptions,
  type View,
  type WaveFiles,
} from '../waveforms/index.ts';
import type { TracedSignal, TraceSource } from '../hdl/sim/index.ts';
import { unitNames } from '../npu/isa/units.ts';
import { NpuError } from './host.ts';
import { endingOf } from './kit/watched/ending.ts';
import { phaseMarkers, viewOfRun } from './view.ts';
import { WriteLog } from './writes.ts';

export type RunWaveOptions = VcdOptions & {
  /** Keeps the signals at or below this path (all), to so many levels. */
  readonly scope?: string;
  readonly depth?: number;
  /** Words of memories beside them, by path. */
  readonly memories?: readonly (Omit<MemoryRange, 'memory'> & { readonly path: string })[];
};

export interface RunWaves {
  /**
   * Finishes the file and writes the view, but none beside a device or pipe.
   * @param ending where the view opens, with a marker and what was involved in sight; see {@link endingOf} and {@link
   * wrongAt}
   */
  close(ending?: Ending | null): Promise<WaveFiles>;
}

/** Those of an NPU. */
export interface NpuWaves extends RunWaves {
  /** What an error that ended the run means: as the kit's of any design; of a fault, the cycle of its interrupt. */
  endingOf(error: unknown): Ending;
  /** Time of the cycle in which the byte of DRAM at an address was last written; null where it never was. */
  writtenAt(byte: number): number | null;
}

/** Where an element of a product is not what it must be, from 0 on, and the line that says so. */
export interface Difference {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/** The ending of a run whose result is wrong: the cycle in which its first wrong element went to memory. */
export function wrongAt(waves: NpuWaves, program: Pick<Program, 'tensors'>, { row, column, text }: Difference): Ending {
  const time = waves.writtenAt(elementAddress(tensorOf(program, RESULT), row, column));
  const element = `C[${row}][${column}]`;
  const involved = ['npu.aw', 'npu.w', 'npu.store.read'];
  // What was never written is wrong from the start; then the end tells as much as any other time.
  return {
    marker: time === null ? `${element} never written` : element,
    ...(time === null ? {} : { time }),
    why: text,
    involved,
  };
}

/**
 * Records a simulation of `System` to a `.vcd` or `.fst` file from its next step on, with a view of the NPU; where not
 * all of its signals are recorded, of those that are.
 * @throws WaveformError for a path that cannot be written; SimulationError for an unknown scope.
 */
export function recordRun(sim: Simulator, config: NpuConfig, path: string, options: RunWaveOptions = {}): NpuWaves {
  const markers = phaseMarkers(sim);
  const writes = new WriteLog(sim, config.busBytes);
  return {
    ...record(sim, path, options, (trace) => viewOfRun(trace, config, markers())),
    endingOf: (error) => (error instanceof NpuError ? faultEnding(error, markers()) : endingOf(error)),
    writtenAt: (byte) => writes.lastAt(byte),
  };
}

/** What the NPU keeps of a fault: which command, and why. */
const faultSignals = ['npu.csr.errorCode', 'npu.csr.errorTag', 'npu.csr.errorAddress'];

function faultEnding({ message }: NpuError, markers: readonly Marker[]): Ending {
  const time = markers.find(({ name }) => name === 'done')?.time;
  const involved = [...faultSignals, ...unitNames.map((unit) => `npu.dispatch.${unit}_halted`)];
  return { marker: 'fault', ...(time === undefined ? {} : { time }), why: message, involved };
}

/** The same of any design, with the view that {@link defaultView} makes. @throws what {@link recordRun} throws */
export function recordDesign(sim: Simulator, path: string, options: RunWaveOptions = {}): RunWaves {
  return record(sim, path, options, defaultView);
}

function record(
  sim: Simulator,
  path: string,
  { scope, depth, memories = [], ...options }: RunWaveOptions,
  viewOf: (trace: TraceSource) => View,
): RunWaves {
  const signals = sim.trace({ ...(scope === undefined ? {} : { scope }), ...(depth === undefined ? {} : { depth }) });
  const ranges = memories.map(({ path: memory, ...range }) => ({ ...range, memory: sim.memory(memory) }));
  const trace = withMemories(signals, ranges);
  const words = trace.signals.slice(signals.signals.length);
  const writer = openWaves(trace, path, { ...options, view: () => withWords(viewOf(signals), words) });
  return { close: async (ending) => writer.close(ending) };
}

/** A view of all but these words, with them in a group that is open: they were asked for. */
function withWords(view: View, words: readonly TracedSignal[]): View {
  const signals = words.map(({ scope, name }) => ({ path: [...scope, name].join('.') }));
  const [first, ...others] = view.groups;
  if (signals.length === 0 || first === undefined) return view;
  return { ...view, groups: [first, { name: 'memories', signals }, ...others] };
}
