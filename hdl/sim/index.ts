/** Simulation of a design: one factory for all engines. */
import type { Design } from '../ir/types.ts';
import { checkDesign, checkEngine } from './arguments.ts';
import type { Core } from './core.ts';
import { openLibrary, type Library } from './library.ts';
import { ReferenceCore } from './reference/engine.ts';
import { Simulation } from './simulation.ts';
import type { EngineName, Simulator, SimulatorOptions } from './simulator.ts';
import { WasmCore } from './wasm/engine.ts';

export { eachChange, TracedValues } from './changes.ts';
export { CheckError, HangError, SimulationError } from './errors.ts';
export type * from './simulator.ts';
export type * from './trace.ts';
export { patternOfWords } from './words.ts';

const engines: Readonly<Record<EngineName, (library: Library) => Core>> = {
  reference: (library) => new ReferenceCore(library),
  wasm: (library) => new WasmCore(library),
};

/**
 * Starts a simulation of a design that has passed its checks; registers hold their reset values, inputs and resets are 0, and cycle 0 is
 * current. `engine`: `wasm` (the default) is compiled and fast, `reference` interprets and defines what is right. `timing`: periods and
 * phases of the top module's clocks where there are several.
 * @throws DesignError E0018 for a black box without a model, E0005 for a combinational loop; SimulationError for impossible timing, an unknown
 * engine, or what is no design.
 */
export function simulate(design: Design, { engine = 'wasm', ...options }: SimulatorOptions & { readonly engine?: EngineName } = {}): Simulator {
  checkDesign(design);
  checkEngine(engine, Object.keys(engines));
  const library = openLibrary(design);
  return new Simulation(library, engines[engine](library), options);
}
