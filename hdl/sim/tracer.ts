/** Samples of chosen signals for waveforms, over any engine. */
import { walkScopes, topScope } from './hierarchy.ts';
import type { Library } from './library.ts';
import { findBranch, targetOf, type Target } from './paths.ts';
import type { Sample, TraceSource, TracedClock, TracedSignal } from './trace.ts';

/** What a tracer asks of the simulation. Times in time units. */
export interface Traced {
  readonly clocks: readonly TracedClock[];
  /** Time of the last edge taken. */
  readonly time: () => number;
  /** Time of the next edge. */
  readonly end: () => number;
  readonly reader: (target: Target) => () => bigint;
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

export function makeTracer(targets: readonly Target[], traced: Traced): Tracer {
  const readers = targets.map(traced.reader);
  const listeners = new Map<(sample: Sample) => void, { first: boolean }>();
  let previous: readonly bigint[] = [];

  const take = (): bigint[] => readers.map((read) => read());
  const sampleOf = (values: readonly bigint[], before: readonly bigint[]): Sample => ({
    time: traced.time(),
    end: traced.end(),
    value: (index) => {
      const pattern = values[index];
      if (pattern === undefined) throw new RangeError(`a sample of ${values.length} signals has no signal ${index}`);
      return pattern;
    },
    changes: (visit) => {
      values.forEach((pattern, index) => { if (pattern !== before[index]) visit(index, pattern); });
    },
  });

  return {
    source: {
      clocks: traced.clocks,
      signals: targets.map(tracedSignal),
      onSample: (listener) => {
        // A wrapper of its own, so that a function registered twice is two listeners.
        const own = (sample: Sample): void => listener(sample);
        listeners.set(own, { first: true });
        return () => { listeners.delete(own); };
      },
      now: () => sampleOf(take(), previous),
    },
    active: () => listeners.size > 0,
    sample: () => {
      const values = take();
      const sample = sampleOf(values, previous);
      for (const [listener, state] of listeners) {
        listener(state.first ? sampleOf(values, []) : sample);
        state.first = false;
      }
      previous = values;
    },
  };
}

function tracedSignal({ info, scope }: Target): TracedSignal {
  const prefix = scope.names.join('.').length + 1;
  return { scope: scope.names, name: info.path.slice(prefix), type: info.type, kind: info.kind };
}
