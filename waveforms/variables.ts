/**
 * The variables that a waveform file holds for a signal. A scalar is one variable. A vector becomes one variable per innermost
 * element, because a viewer cannot show the elements of one packed number in their own format.
 *
 * Elements are called `weights[3]`, or `mask[1][0]` for nested vectors, except one-bit ones, whose last index follows an underscore
 * (`valid_3`): GTKWave takes one-bit `valid[0]`, `valid[1]`… of one scope for the bits of one bus and shows that bus reversed.
 */
import type { TracedPart, TracedSignal, TraceSource } from '../hdl/sim/trace.ts';
import { WaveformError } from './error.ts';

export interface Variable extends TracedPart {
  /** As the simulator writes it: `top.array.pe[0][1].psum`, `top.weights[3]`. */
  readonly path: string;
  readonly scope: readonly string[];
  /** In the file, without a bit range. */
  readonly name: string;
}

/** The full path of a signal, as the simulator writes it. */
export function pathOf(signal: TracedSignal): string {
  return [...signal.scope, signal.name].join('.');
}

/** The variables of a trace, by part. */
export function variablesOf({ signals, parts }: Pick<TraceSource, 'signals' | 'parts'>): readonly Variable[] {
  const taken = new Set(signals.map(pathOf));
  const separators = new Map<number, string>();
  for (const { signal, type, indices } of parts) {
    const of = signals[signal];
    if (of === undefined || type.width > 1 || indices.length === 0) continue;
    const isTaken = (separator: string): boolean => taken.has([...of.scope, of.name + elementName(indices, separator)].join('.'));
    let separator = separators.get(signal) ?? '_';
    while (isTaken(separator)) separator += '_';
    separators.set(signal, separator);
  }
  return parts.map((part) => {
    const { signal, indices, type } = part;
    const { scope, name } = signals[signal] ?? { scope: [], name: '' };
    const suffix = elementName(indices, null);
    return {
      ...part,
      path: [...scope, name + suffix].join('.'),
      scope,
      name: name + (type.width > 1 ? suffix : elementName(indices, separators.get(signal) ?? null)),
    };
  });
}

/** The variable's name as GTKWave lists it: buses carry their range. */
export function viewerName(variable: Variable): string {
  return [...variable.scope, variable.name + rangeOf(variable.type.width)].join('.');
}

/** `[7:0]` for a bus, nothing for one bit. */
export function rangeOf(width: number): string {
  return width > 1 ? `[${width - 1}:0]` : '';
}

/**
 * The signals of a trace that paths ask for, by index: whole signals only; the top module's name may be left out.
 * @throws WaveformError for a path that the trace does not have.
 */
export function signalsAt(signals: readonly TracedSignal[], paths: readonly string[]): readonly number[] {
  const known = new Map<string, number>();
  signals.forEach((signal, index) => {
    known.set([...signal.scope.slice(1), signal.name].join('.'), index);
  });
  signals.forEach((signal, index) => known.set(pathOf(signal), index));
  return paths.map((path) => known.get(path) ?? unknownPath(path, signals.map(pathOf)));
}

/** @throws WaveformError always: names those paths that end alike, else the first few. */
export function unknownPath(path: string, known: readonly string[]): never {
  const last = path.slice(path.lastIndexOf('.') + 1);
  const alike = known.filter((other) => other.endsWith(`.${last}`));
  const candidates = alike.length > 0 ? alike : known;
  const some = candidates.slice(0, 5).join(', ') + (candidates.length > 5 ? ', …' : '');
  throw new WaveformError(`no signal '${path}' in the trace; it has ${some === '' ? 'none' : some}`);
}

/** `[3][1]`; with a separator, the last index follows it: `[3]_1`. */
function elementName(indices: readonly number[], separator: string | null): string {
  return indices.map((index, i) => (separator !== null && i === indices.length - 1 ? separator + index : `[${index}]`)).join('');
}
