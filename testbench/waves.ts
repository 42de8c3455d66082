/** Waves of a run of the NPU: the file, and a saved view of it beside. */
import type { Simulator } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { defaultView, failedAt, openWaves, type VcdOptions, type View, type WaveFiles } from '../waveforms/index.ts';
import type { TraceSource } from '../hdl/sim/index.ts';
import { phaseMarkers, viewOfRun } from './view.ts';

export type RunWaveOptions = VcdOptions & {
  /** Keeps the signals at or below this path (all), to so many levels. */
  readonly scope?: string;
  readonly depth?: number;
};

export interface RunWaves {
  /**
   * Finishes the file and writes the view, but none beside a device or pipe.
   * @param how `failed`: the run ended in an error, in the current cycle: the view has a marker there and opens at it
   */
  close(how?: { readonly failed?: boolean }): Promise<WaveFiles>;
}

/**
 * Records a simulation of `System` to a `.vcd` or `.fst` file from its next step on, with a view of the NPU; where not
 * all of its signals are recorded, of those that are.
 * @throws WaveformError for a path that cannot be written; SimulationError for an unknown scope.
 */
export function recordRun(sim: Simulator, config: NpuConfig, path: string, options: RunWaveOptions = {}): RunWaves {
  const markers = phaseMarkers(sim);
  return record(sim, path, options, (trace) => viewOfRun(trace, config, markers()));
}

/** The same of any design, with the view that {@link defaultView} makes. @throws what {@link recordRun} throws */
export function recordDesign(sim: Simulator, path: string, options: RunWaveOptions = {}): RunWaves {
  return record(sim, path, options, defaultView);
}

function record(
  sim: Simulator,
  path: string,
  { scope, depth, ...options }: RunWaveOptions,
  viewOf: (trace: TraceSource) => View,
): RunWaves {
  const trace = sim.trace({ ...(scope === undefined ? {} : { scope }), ...(depth === undefined ? {} : { depth }) });
  let hasFailed = false;
  const writer = openWaves(trace, path, {
    ...options,
    view: () => {
      const view = viewOf(trace);
      return hasFailed ? failedAt(trace, view, trace.now().time) : view;
    },
  });
  return {
    async close({ failed = false } = {}) {
      hasFailed = failed;
      return writer.close();
    },
  };
}
