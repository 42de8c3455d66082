import type { Design } from '../../ir/types.ts';
import { simulate as start, type Simulator, type SimulatorOptions } from '../index.ts';

/** A simulation on this engine, whichever one is the usual one. */
export function simulate(design: Design, options: SimulatorOptions = {}): Simulator {
  return start(design, { ...options, engine: 'reference' });
}
