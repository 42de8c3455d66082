/** What `simulate` is given, looked at before an engine trips over it. */
import { nearest } from '../diagnostics/nearest.ts';
import { SimulationError } from './errors.ts';
import { show } from '../messages/show.ts';

/** @throws SimulationError for anything but the result of `elaborate`. */
export function checkDesign(given: unknown): void {
  if (typeof given === 'object' && given !== null && 'top' in given && 'modules' in given) return;
  const isModule = typeof given === 'function' && 'definition' in given;
  const what = isModule
    ? 'a module that is not elaborated'
    : given === null || given === undefined
      ? 'nothing'
      : `a ${typeof given}`;
  throw new SimulationError(`simulate takes a design, not ${what}; write simulate(elaborate(Counter))`);
}

/** @throws SimulationError for what is no number of lanes. */
export function checkLanes(given: unknown): void {
  if (typeof given === 'number' && Number.isSafeInteger(given) && given > 0) return;
  throw new SimulationError(`startMany takes a number of lanes, whole and from 1 up, not ${show(given)}`);
}

/** @throws SimulationError for an engine that does not exist. */
export function checkEngine(given: unknown, engines: readonly string[]): void {
  if (typeof given === 'string' && engines.includes(given)) return;
  const [first = ''] = nearest(engines, String(given), 1);
  throw new SimulationError(
    `there is no engine '${String(given)}'; the engines are ${engines.join(' and ')}: simulate(design, { engine: '${first}' })`,
  );
}
