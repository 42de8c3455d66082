/** Samples of chosen signals for waveforms, over any engine. */
import type { Watch, Watched } from './core.ts';
import { walkScopes, topScope } from './hierarchy.ts';
import type { Library } from './library.ts';
import { keyOf, originOf } from './origin.ts';
import { partsOf } from './parts.ts';
import { findBranch, targetOf, type Target } from './paths.ts';
import type { Changes, Sample, TraceSource, TracedClock, TracedPart, TracedSignal } from './trace.ts';

/** What a tracer asks of the simulation. Times in time units. */
export interface Traced {
  readonly clocks: readonly TracedClock[];
  /** Time of the last edge taken. */
  readonly time: () => number;
  /** Time of the next edge. */
  readonly end: () => number;
  readonly watch: (watched: readonly Watched[]) => Watch;
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
  const signals = targets.map(tracedSignal);
  const parts = partsOf(signals);
  const { same, watched } = distinct(library, targets, parts);
  const listeners = new Map<(sample: Sample) => void, { first: boolean }>();
  let watch: Watch | null = null;

  const look = (): { readonly seen: Watch; readonly changes: Changes } => {
    // Made when it is first needed: what nobody looks at costs nothing.
    watch ??= traced.watch(watched);
    return { seen: watch, changes: watch.look() };
  };
  const sampleOf = (seen: Watch, changes: () => Changes): Sample => ({ time: traced.time(), end: traced.end(), changes, whole: () => sampleOf(seen, () => seen.whole()) });

  return {
    source: {
      clocks: traced.clocks,
      signals,
      parts,
      same,
      onSample: (listener) => {
        // A wrapper of its own, so that a function registered twice is two listeners.
        const own = (sample: Sample): void => listener(sample);
        listeners.set(own, { first: true });
        return () => { listeners.delete(own); };
      },
      now: () => {
        const { seen, changes } = look();
        return sampleOf(seen, () => changes);
      },
    },
    active: () => listeners.size > 0,
    sample: () => {
      const { seen, changes } = look();
      const sample = sampleOf(seen, () => changes);
      for (const [listener, state] of listeners) {
        listener(state.first ? sample.whole() : sample);
        state.first = false;
      }
      seen.keep();
    },
  };
}

/** By part the first that is the same, and each thing once: where its value comes from. */
function distinct(library: Library, targets: readonly Target[], parts: readonly TracedPart[]): { readonly same: Int32Array; readonly watched: readonly Watched[] } {
  const known = new Map<string, number>();
  const same = new Int32Array(parts.length);
  const watched: Watched[] = [];
  let part = 0;
  for (const [signal, target] of targets.entries()) {
    const { scope, source, low: start, width: whole } = originOf(library, target);
    const key = keyOf({ scope, source, low: start, width: whole });
    const before = known.get(key);
    // The parts of two signals that are the same thing stand in the same order.
    let first = before ?? part;
    if (before === undefined) known.set(key, part);
    for (let one = parts[part]; one?.signal === signal; one = parts[++part]) {
      if (before === undefined) watched.push({ part, scope, source, low: start + one.low, width: one.type.width });
      same[part] = first++;
    }
  }
  return { same, watched };
}

function tracedSignal({ info, scope }: Target): TracedSignal {
  const prefix = scope.names.join('.').length + 1;
  return { scope: scope.names, name: info.path.slice(prefix), type: info.type, kind: info.kind };
}
