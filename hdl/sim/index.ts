/** Simulation of a design: one factory for all engines. */
import type { Design } from '../ir/types.ts';
import { checkDesign, checkEngine, checkLanes } from './arguments.ts';
import type { ArrayReport } from './arrays.ts';
import type { Core } from './core.ts';
import { openLibrary, type Library } from './library.ts';
import { ManySimulation, manyOf, type ManySimulator } from './many.ts';
import { ReferenceCore } from './reference/engine.ts';
import { Simulation } from './simulation.ts';
import type { EngineName, Simulator, SimulatorOptions } from './simulator.ts';
import { Compiled } from './wasm/compiled.ts';
import { WasmCore } from './wasm/engine.ts';

export type * from './arrays.ts';
export { eachChange, TracedValues } from './changes.ts';
export { CheckError, HangError, LaneError, SimulationError } from './errors.ts';
export type { Lane, ManySimulator } from './many.ts';
export type * from './simulator.ts';
export type * from './trace.ts';
export { patternOfWords } from './words.ts';

/** By engine: prepares a design once, and gives what starts each simulation of it and tells of it. */
const engines: Readonly<Record<EngineName, (library: Library) => Prepared>> = {
  reference: (library) => ({ start: () => new ReferenceCore(library), arrays: () => [] }),
  wasm: (library) => {
    const compiled = new Compiled(library);
    return { start: () => new WasmCore(compiled), arrays: () => compiled.arrays() };
  },
};

interface Prepared {
  readonly start: () => Core;
  readonly arrays: CompiledDesign['arrays'];
}

/** A design made ready to run. Its simulations share code, and nothing that they hold. */
export interface CompiledDesign {
  readonly design: Design;
  readonly engine: EngineName;
  /**
   * Starts a simulation: registers hold their reset values, inputs and resets are 0, and cycle 0 is current. The first
   * one compiles what it runs; later ones find it compiled, and take milliseconds. `timing`: periods and phases of the
   * top module's clocks where there are several.
   * @throws SimulationError for impossible timing; with the reference engine DesignError E0005 for a combinational
   * loop.
   */
  start(options?: SimulatorOptions): Simulator;
  /**
   * Starts `lanes` simulations that take their steps together, each with inputs and state of its own: the lanes of
   * vectors are runs. Of a small unit without arrays 16 together are several times as fast as one after another; arrays
   * of cells lose their own lanes by it, so that the whole NPU is slower. The first one of so many lanes compiles the
   * row of them. @throws SimulationError for a number that is not whole or not above 0; otherwise as {@link start}.
   */
  startMany(lanes: number, options?: SimulatorOptions): ManySimulator;
  /**
   * What the engine makes of each array of cells: which of its functions work on several cells at once, and what stands
   * in the way of the others. None with the reference engine, which makes nothing of them. @throws CapacityError for
   * what does not fit in code.
   */
  arrays(): readonly ArrayReport[];
}

/** What has been compiled already. Designs are immutable, so one and the same object stays what it is. */
const compiled: Readonly<Record<EngineName, WeakMap<Design, CompiledDesign>>> = {
  reference: new WeakMap(),
  wasm: new WeakMap(),
};

/**
 * Compiles a design that has passed its checks, once: the same design again is the same result. `engine`: `wasm` (the
 * default) is compiled and fast, `reference` interprets and defines what is right.
 * @throws DesignError E0018 for a black box without a model, E0005 for a combinational loop; SimulationError for an
 * unknown engine, or what is no design; CapacityError when its state does not fit.
 */
export function compile(design: Design, { engine = 'wasm' }: { readonly engine?: EngineName } = {}): CompiledDesign {
  checkDesign(design);
  checkEngine(engine, Object.keys(engines));
  const known = compiled[engine].get(design);
  if (known !== undefined) return known;
  const library = openLibrary(design);
  const { start, arrays } = engines[engine](library);
  const rows = new Map<number, Design>();
  const fresh: CompiledDesign = {
    design,
    engine,
    start: (options = {}) => new Simulation(library, start(), options),
    startMany: (lanes, options = {}) => {
      checkLanes(lanes);
      const row = rows.get(lanes) ?? manyOf(design, lanes);
      rows.set(lanes, row);
      return new ManySimulation(library, compile(row, { engine }).start(options), lanes);
    },
    arrays,
  };
  compiled[engine].set(design, fresh);
  return fresh;
}

/** Starts a simulation: {@link compile} and {@link CompiledDesign.start} in one. @throws what either throws. */
export function simulate(
  design: Design,
  { engine = 'wasm', ...options }: SimulatorOptions & { readonly engine?: EngineName } = {},
): Simulator {
  return compile(design, { engine }).start(options);
}
