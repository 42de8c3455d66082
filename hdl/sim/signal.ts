/** Signals as a testbench holds them: looked up once, and what setting them has to look at made ready once. */
import type { Core } from './core.ts';
import { SimulationError } from './errors.ts';
import { isState } from './library.ts';
import type { Target } from './paths.ts';
import type { Level, Signal } from './simulator.ts';
import { numbersOf, wholeIn } from './values.ts';

export function signalAt(core: Core, target: Target): Signal {
  return { ...target.info, get: core.reader(target), set: setter(core, target) };
}

function setter(core: Core, target: Target): (level: Level) => void {
  const { path, type, kind } = target.info;
  if (!isSettable(target)) {
    const what = kind === 'output' ? 'an output' : 'combinational';
    const why = kind === 'input' ? 'its parent drives it' : `it is ${what}`;
    const text = `${path} cannot be set: ${why}; inputs of the top module and registers can`;
    return () => {
      throw new SimulationError(text);
    };
  }
  const write = core.writer(target);
  const { least, most } = numbersOf(type);
  return (level) => {
    // Most levels are numbers, and big integers cost more than the rest of this.
    const fits = typeof level === 'number' && Number.isInteger(level) && level >= least && level <= most;
    write(fits ? level : wholeIn(type, level, path));
  };
}

function isSettable({ scope, source, info }: Target): boolean {
  if (source.kind !== 'node') return true;
  if (info.kind === 'input') return scope.parent === null;
  const node = scope.view.module.nodes[source.node];
  return info.kind === 'register' && node !== undefined && isState(node);
}
