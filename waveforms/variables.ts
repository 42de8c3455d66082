/**
 * The variables that a waveform file holds for a signal. A scalar is one variable. A vector becomes one variable per
 * innermost element, because a viewer cannot show the elements of one packed number in their own format.
 *
 * Elements are called `weights[3]`, or `mask[1][0]` for nested vectors, except one-bit ones, whose last index follows
 * an underscore (`valid_3`): GTKWave takes one-bit `valid[0]`, `valid[1]`… of one scope for the bits of one bus and
 * shows that bus reversed.
 */
import type { Type } from '../hdl/ir/types.ts';
import { partsOf } from '../hdl/sim/parts.ts';
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
export function pathOf(signal: Pick<TracedSignal, 'scope' | 'name'>): string {
  return [...signal.scope, signal.name].join('.');
}

/**
 * The names of a trace's variables in the file, by part, put together when they are asked for: there may be hundreds of
 * thousands.
 */
export function namesOf({ signals, parts }: Pick<TraceSource, 'signals' | 'parts'>): (part: number) => string {
  const separators = separatorsOf(signals);
  return (number) => {
    const part = parts[number];
    const name = signals[part?.signal ?? -1]?.name ?? '';
    return part === undefined || part.indices.length === 0
      ? name
      : name + elementName(part.indices, part.type.width > 1 ? null : (separators.get(part.signal) ?? null));
  };
}

/** The variables of a trace, by part, likewise. */
export function variableAt(trace: Pick<TraceSource, 'signals' | 'parts'>): (part: number) => Variable {
  const nameOf = namesOf(trace);
  return (number) => {
    const part = trace.parts[number];
    const signal = trace.signals[part?.signal ?? -1];
    if (part === undefined || signal === undefined)
      throw new RangeError(`a trace of ${trace.parts.length} parts has no part ${number}`);
    const { scope, name } = signal;
    return {
      ...part,
      scope,
      path: pathOf({ scope, name: name + elementName(part.indices, null) }),
      name: nameOf(number),
    };
  };
}

/** All of them. */
export function variablesOf(trace: Pick<TraceSource, 'signals' | 'parts'>): readonly Variable[] {
  const at = variableAt(trace);
  return trace.parts.map((_, part) => at(part));
}

/**
 * By vector of single bits what stands before the last index: as many underscores as make its names its own in its
 * scope.
 */
function separatorsOf(signals: readonly TracedSignal[]): ReadonlyMap<number, string> {
  const vectors = signals.flatMap((signal, index) =>
    signal.type.kind === 'vec' && scalarWidth(signal.type) === 1 ? [{ ...signal, index }] : [],
  );
  const taken = new Map(vectors.map(({ scope }) => [scope.join('.'), new Set<string>()]));
  let [last, names]: [readonly string[], Set<string> | undefined] = [[], undefined];
  for (const { scope, name } of vectors.length > 0 ? signals : []) {
    // Signals of one scope come one after the other.
    if (scope !== last) [last, names] = [scope, taken.get(scope.join('.'))];
    names?.add(name);
  }
  const separators = vectors.map(() => '_');
  for (const { signal: vector, indices } of partsOf(vectors)) {
    const { scope, name } = vectors[vector] ?? { scope: [], name: '' };
    while (taken.get(scope.join('.'))?.has(name + elementName(indices, separators[vector] ?? '_')) === true)
      separators[vector] += '_';
  }
  return new Map(vectors.map(({ index }, vector) => [index, separators[vector] ?? '_']));
}

function scalarWidth(type: Type): number {
  return type.kind === 'vec' ? scalarWidth(type.element) : type.width;
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
  const wanted = new Set(paths);
  const [whole, short] = [new Map<string, number>(), new Map<string, number>()];
  signals.forEach((signal, index) => {
    const path = pathOf(signal);
    if (wanted.has(path)) whole.set(path, index);
    const below = pathOf({ ...signal, scope: signal.scope.slice(1) });
    if (wanted.has(below)) short.set(below, index);
  });
  return paths.map((path) => whole.get(path) ?? short.get(path) ?? unknownPath(path, signals.map(pathOf)));
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
  return indices
    .map((index, i) => (separator !== null && i === indices.length - 1 ? separator + index : `[${index}]`))
    .join('');
}
