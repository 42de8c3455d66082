import type { Design } from '../../ir/types.ts';
import { simulate } from '../index.ts';
import { openLibrary } from '../library.ts';
import { Simulation } from '../simulation.ts';
import type { Simulator, SimulatorOptions } from '../simulator.ts';
import { Compiled } from '../wasm/compiled.ts';
import { WasmCore } from '../wasm/engine.ts';
import type { Thresholds } from '../wasm/thresholds.ts';

/** The engine that says what is right. */
export function reference(design: Design, options: SimulatorOptions = {}): Simulator {
  return simulate(design, { ...options, engine: 'reference' });
}

export function wasm(design: Design, options: SimulatorOptions = {}): Simulator {
  return simulate(design, { ...options, engine: 'wasm' });
}

/** What usually waits for large designs and long runs, at work in small and short ones too. */
export const eager: Thresholds = {
  replicas: { fewest: 2, fewestNodes: 0 },
  paths: { longest: 2, fewest: 0 },
  idle: { fewestCells: 1, patience: 2 },
  quiet: { after: 1, looks: 2, apart: 1, share: 0.5, most: 1, patience: 1 },
};

const shared = new WeakMap<Design, Compiled>();

/** The wasm engine with everything at work that it does for large designs and in long runs. */
export function wasmAsIfLarge(design: Design, options: SimulatorOptions = {}): Simulator {
  const library = openLibrary(design);
  const compiled = shared.get(design) ?? new Compiled(library, eager);
  shared.set(design, compiled);
  return new Simulation(library, new WasmCore(compiled), options);
}

/** The reference first, which is right. */
export const all = [reference, wasm, wasmAsIfLarge];
