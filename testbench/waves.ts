/** Waves of a run of the NPU: the file, and a saved view of it beside. */
import { statSync } from 'node:fs';
import type { Simulator } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { defaultView, openWaves, writeGtkw, type Marker, type VcdOptions, type WaveSummary } from '../waveforms/index.ts';
import { npuView, phaseMarkers } from './view.ts';

export type WaveOptions = VcdOptions & {
  /** Keeps the signals at or below this path (all), to so many levels. */
  readonly scope?: string;
  readonly depth?: number;
};

export interface RunWaves {
  /**
   * Finishes the file and writes the view, but none beside a device or pipe.
   * @param how `failed`: the run ended in an error, in the current cycle: the view has a marker there and opens at it
   * @returns where both are.
   */
  close(how?: { readonly failed?: boolean }): Promise<{ readonly waves: WaveSummary; readonly view: string | null }>;
}

/**
 * Records a simulation of `System` to a `.vcd` or `.fst` file from its next step on. The view of the NPU is written where all of its
 * signals are recorded; else one by scopes.
 * @throws WaveformError for a path that cannot be written; SimulationError for an unknown scope.
 */
export function recordRun(sim: Simulator, config: NpuConfig, path: string, { scope, depth, ...options }: WaveOptions = {}): RunWaves {
  const trace = sim.trace({ ...(scope === undefined ? {} : { scope }), ...(depth === undefined ? {} : { depth }) });
  const writer = openWaves(trace, path, options);
  const whole = scope === undefined && depth === undefined;
  const markers = phaseMarkers(sim);
  return {
    async close({ failed = false } = {}) {
      const waves = await writer.close();
      const { time } = trace.now();
      const end: readonly Marker[] = failed ? [{ name: 'failed', time }] : [];
      if (!statSync(path).isFile()) return { waves, view: null };
      const view = { ...(whole ? npuView(config, markers()) : defaultView(trace)), markers: [...markers(), ...end] };
      return { waves, view: writeGtkw(trace, path, view) };
    },
  };
}
