/**
 * The variables that a waveform file holds for a signal. A scalar is one variable. A vector becomes one variable per innermost
 * element, because a viewer cannot show the elements of one packed number in their own format.
 *
 * Elements are called `weights[3]`, or `mask[1][0]` for nested vectors, except one-bit ones, whose last index follows an underscore
 * (`valid_3`): GTKWave takes one-bit `valid[0]`, `valid[1]`… of one scope for the bits of one bus and shows that bus reversed.
 */
import type { ScalarType, Type } from '../hdl/ir/types.ts';
import { typeWidth } from '../hdl/ir/walk.ts';
import type { TracedSignal } from '../hdl/sim/trace.ts';
import { WaveformError } from './error.ts';

export interface Variable {
  /** Index of its signal in the trace. */
  readonly signal: number;
  /** As the simulator writes it: `top.array.pe[0][1].psum`, `top.weights[3]`. */
  readonly path: string;
  readonly scope: readonly string[];
  /** In the file, without a bit range. */
  readonly name: string;
  readonly type: ScalarType;
  /** Its lowest bit in the signal's pattern. */
  readonly low: number;
}

/** The full path of a signal, as the simulator writes it. */
export function pathOf(signal: TracedSignal): string {
  return [...signal.scope, signal.name].join('.');
}

/** Variables of every signal, in the order of the signals; a vector's by rising index. */
export function variablesOf(signals: readonly TracedSignal[]): readonly (readonly Variable[])[] {
  const taken = new Set(signals.map(pathOf));
  return signals.map((signal, index) => {
    const leaves = elements(signal.type);
    let separator = '_';
    const nameOf = (leaf: Leaf): string => `${signal.name}${elementName(leaf, separator)}`;
    if (signal.type.kind === 'vec') {
      while (leaves.some((leaf) => taken.has([...signal.scope, nameOf(leaf)].join('.')))) separator += '_';
    }
    return leaves.map((leaf) => ({
      signal: index,
      path: pathOf(signal) + leaf.indices.map((i) => `[${i}]`).join(''),
      scope: signal.scope,
      name: nameOf(leaf),
      type: leaf.type,
      low: leaf.low,
    }));
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

interface Leaf { readonly indices: readonly number[]; readonly type: ScalarType; readonly low: number }

function elements(type: Type, low = 0, indices: readonly number[] = []): Leaf[] {
  if (type.kind !== 'vec') return [{ indices, type, low }];
  const width = typeWidth(type.element);
  return Array.from({ length: type.length }, (_, i) => elements(type.element, low + i * width, [...indices, i])).flat();
}

function elementName(leaf: Leaf, separator: string): string {
  const text = leaf.indices.map((i) => `[${i}]`).join('');
  if (leaf.type.width > 1 || leaf.indices.length === 0) return text;
  return text.replace(/\[(\d+)\]$/, (_, last: string) => separator + last);
}
