import type { Design } from '../../ir/types.ts';
import { simulate } from '../index.ts';
import type { Simulator, SimulatorOptions } from '../simulator.ts';

/** The engine that says what is right. */
export function reference(design: Design, options: SimulatorOptions = {}): Simulator { return simulate(design, { ...options, engine: 'reference' }); }

export function wasm(design: Design, options: SimulatorOptions = {}): Simulator { return simulate(design, { ...options, engine: 'wasm' }); }
