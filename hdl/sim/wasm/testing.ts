/** For tests of the engine by itself. */
import type { Design } from '../../ir/types.ts';
import { openLibrary } from '../library.ts';
import { Simulation } from '../simulation.ts';
import type { Simulator, SimulatorOptions } from '../simulator.ts';
import { WasmCore } from './engine.ts';

/** Starts a simulation on the wasm engine. */
export function simulate(design: Design, options: SimulatorOptions = {}): Simulator {
  const library = openLibrary(design);
  return new Simulation(library, new WasmCore(library), options);
}
