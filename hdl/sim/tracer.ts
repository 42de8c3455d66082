/** Samples of chosen signals for waveforms, over any engine. */
import type { Watch } from './core.ts';
import { typeWidth } from '../ir/walk.ts';
import { walkScopes, topScope } from './hierarchy.ts';
import type { Library } from './library.ts';
import { keyOf, originOf } from './origin.ts';
import { findBranch, targetOf, type Target } from './paths.ts';
import type { Sample, TraceSource, TracedClock, TracedSignal } from './trace.ts';
import { patternOfWords } from './words.ts';

/** What a tracer asks of the simulation. Times in time units. */
export interface Traced {
  readonly clocks: readonly TracedClock[];
  /** Time of the last edge taken. */
  readonly time: () => number;
  /** Time of the next edge. */
  readonly end: () => number;
  readonly watch: (targets: readonly Target[]) => Watch;
}

export interface Tracer {
  readonly source: TraceSource;
  /** Whether anything listens. */
  readonly active: () => boolean;
  /** Shows the settled values to the listeners; called before every edge. */
  readonly sample: () => void;
}

/** Signals at or below `scope` (all), `depth` levels of hierarchy at most (all), the scope's own signals being level 1. */
export function traceTargets(library: Library, scope: string | undefined, depth: number): Target[] {
  const branch = scope === undefined ? { scopes: [topScope(library)] } : findBranch(library, scope);
  if ('signal' in branch) return [branch.signal];
  return branch.scopes.flatMap((root) =>
    [...walkScopes(library, root, depth)].flatMap((at) => [...at.view.signals].map(([name, signal]) => targetOf(at, name, signal))));
}

export function makeTracer(library: Library, targets: readonly Target[], traced: Traced): Tracer {
  const { same, firsts, origins } = distinct(library, targets);
  const signals = targets.map(tracedSignal);
  const listeners = new Map<(sample: Sample) => void, { first: boolean }>();
  let watch: Watch | null = null;

  const look = (): Watch => {
    // Made when it is first needed: what nobody looks at costs nothing.
    watch ??= traced.watch(origins);
    watch.look();
    return watch;
  };
  const sampleOf = (seen: Watch, all: boolean): Sample => {
    const words = (value: number): Uint32Array => seen.words(value);
    return {
      time: traced.time(),
      end: traced.end(),
      value: (index) => {
        const signal = signals[index];
        const value = positions[same[index] ?? -1];
        if (signal === undefined || value === undefined) throw new RangeError(`a sample of ${signals.length} signals has no signal ${index}`);
        return patternOfWords(words(value), typeWidth(signal.type));
      },
      changes: (visit) => {
        if (all) firsts.forEach((index, value) => visit(index, words(value)));
        else seen.changes((value, now) => visit(firsts[value] ?? 0, now));
      },
      whole: () => sampleOf(seen, true),
    };
  };
  /** Signal → its place among the firsts. */
  const positions: number[] = [];
  firsts.forEach((index, value) => { positions[index] = value; });

  return {
    source: {
      clocks: traced.clocks,
      signals,
      same,
      onSample: (listener) => {
        // A wrapper of its own, so that a function registered twice is two listeners.
        const own = (sample: Sample): void => listener(sample);
        listeners.set(own, { first: true });
        return () => { listeners.delete(own); };
      },
      now: () => sampleOf(look(), false),
    },
    active: () => listeners.size > 0,
    sample: () => {
      const seen = look();
      const sample = sampleOf(seen, false);
      for (const [listener, state] of listeners) {
        listener(state.first ? sample.whole() : sample);
        state.first = false;
      }
      seen.keep();
    },
  };
}

/** Each thing once: by signal the first that is the same, those firsts, and where their values come from. */
function distinct(library: Library, targets: readonly Target[]): { readonly same: readonly number[]; readonly firsts: readonly number[]; readonly origins: readonly Target[] } {
  const known = new Map<string, number>();
  const firsts: number[] = [];
  const origins: Target[] = [];
  const same = targets.map((target, index) => {
    const origin = originOf(library, target);
    const key = keyOf(origin);
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, index);
    firsts.push(index);
    origins.push(origin);
    return index;
  });
  return { same, firsts, origins };
}

function tracedSignal({ info, scope }: Target): TracedSignal {
  const prefix = scope.names.join('.').length + 1;
  return { scope: scope.names, name: info.path.slice(prefix), type: info.type, kind: info.kind };
}
