/** Samples of chosen signals for waveforms, over any engine. */
import type { Watch, Watched } from './core.ts';
import { typeWidth } from '../ir/walk.ts';
import { namesOf, pathOf, topScope, walkScopes, type Scope } from './hierarchy.ts';
import { present, type Library, type Source } from './library.ts';
import { BitsMap, originOf, type Bits } from './origin.ts';
import { partsOf } from './parts.ts';
import { findBranch, type Target } from './paths.ts';
import type { Changes, Sample, TraceSource, TracedClock, TracedFailure, TracedPart, TracedSignal } from './trace.ts';

/** What a tracer asks of the simulation. Times in time units. */
export interface Traced {
  readonly clocks: readonly TracedClock[];
  /** Time of the last edge taken. */
  readonly time: () => number;
  /** Time of the next edge. */
  readonly end: () => number;
  readonly watch: (watched: readonly Watched[]) => Watch;
  /** The check that stopped the run at this time. */
  readonly failed: () => TracedFailure | null;
  /** Called when a tracer gets its first listener, and when it has lost the last. */
  readonly heard: (tracer: Tracer, isHeard: boolean) => void;
}

export interface Tracer {
  readonly source: TraceSource;
  /** The time from which anything listens; Infinity: nothing does. */
  readonly from: () => number;
  /**
   * Shows the settled values to the listeners; called before every edge. `instant` counts edges and whatever else moves
   * time: what was shown, and stopped before its edge by an error, is not shown twice. @throws the first error of a
   * listener, when all have been called
   */
  readonly sample: (instant: number) => void;
}

/** A signal to trace, and where it is. */
interface Chosen {
  readonly signal: TracedSignal;
  readonly scope: Scope;
  readonly source: Source;
  readonly low: number;
}

/**
 * Signals at or below `scope` (all), `depth` levels of hierarchy at most (all), the scope's own signals being level 1.
 */
export function chooseSignals(library: Library, scope: string | undefined, depth: number): readonly Chosen[] {
  const branch = scope === undefined ? { scopes: [topScope(library)] } : findBranch(library, scope);
  if ('signal' in branch) return [chosenTarget(branch.signal)];
  const chosen: Chosen[] = [];
  for (const root of branch.scopes) {
    for (const at of walkScopes(library, root, depth)) {
      const names = namesOf(at);
      for (const [name, { type, kind, source }] of at.view.signals)
        chosen.push({ signal: { scope: names, name, type, kind }, scope: at, source, low: 0 });
    }
  }
  return chosen;
}

function chosenTarget({ info: { path, type, kind }, scope, source, low }: Target): Chosen {
  const name = path.slice(pathOf(scope).length + 1);
  return { signal: { scope: namesOf(scope), name, type, kind }, scope, source, low };
}

export function makeTracer(library: Library, chosen: readonly Chosen[], traced: Traced): Tracer {
  const signals = chosen.map(({ signal }) => signal);
  const parts = partsOf(signals);
  const { same, watched } = distinct(library, chosen, parts);
  const listeners = new Map<(sample: Sample) => void, { first: boolean; readonly from: number }>();
  let watch: Watch | null = null;
  let shown = -1;

  const look = (): Watch => {
    // Made when it is first needed: what nobody looks at costs nothing.
    watch ??= traced.watch(watched);
    watch.look();
    return watch;
  };
  const sampleOf = (seen: Watch, changes: () => Changes): Sample => ({
    time: traced.time(),
    end: traced.end(),
    changes,
    whole: () => sampleOf(seen, () => seen.whole()),
  });

  const tracer: Tracer = {
    source: {
      clocks: traced.clocks,
      signals,
      parts,
      same,
      onSample: (listener, from = 0) => {
        // A wrapper of its own, so that a function registered twice is two listeners.
        const own = (sample: Sample): void => listener(sample);
        listeners.set(own, { first: true, from });
        traced.heard(tracer, true);
        return () => {
          listeners.delete(own);
          if (listeners.size === 0) traced.heard(tracer, false);
        };
      },
      failed: traced.failed,
      now: () => {
        const seen = look();
        return sampleOf(seen, () => seen.changes());
      },
    },
    from: () => {
      let least = Infinity;
      for (const { from } of listeners.values()) least = Math.min(least, from);
      return least;
    },
    sample: (instant) => {
      if (instant === shown) return;
      shown = instant;
      const seen = look();
      const sample = sampleOf(seen, () => seen.changes());
      const errors: unknown[] = [];
      for (const [listener, state] of listeners) {
        const early = sample.time < state.from;
        try {
          if (!early) listener(state.first ? sample.whole() : sample);
        } catch (error) {
          errors.push(error);
        }
        // What it has not seen, it cannot be told changes of.
        state.first = early;
      }
      seen.keep();
      if (errors.length > 0) throw errors[0];
    },
  };
  return tracer;
}

/** By part the first that is the same, and each thing once: where its value comes from. */
function distinct(
  library: Library,
  chosen: readonly Chosen[],
  parts: readonly TracedPart[],
): { readonly same: Int32Array; readonly watched: readonly Watched[] } {
  const known = new BitsMap();
  const same = new Int32Array(parts.length);
  const watched: Watched[] = [];
  let [last, whole]: [number, Bits | null] = [-1, null];
  for (const [
    part,
    {
      signal,
      low,
      type: { width },
    },
  ] of parts.entries()) {
    const {
      signal: { type },
      ...from
    } = present(chosen[signal], 'a signal');
    // All elements go the same way as long as they stay together.
    if (signal !== last || whole === null)
      [last, whole] = [signal, originOf(library, { ...from, width: typeWidth(type) })];
    const origin =
      low === 0 && width === whole.width ? whole : originOf(library, { ...whole, low: whole.low + low, width });
    const first = (same[part] = known.getOr(origin, part));
    if (first === part) watched.push({ part, ...origin });
  }
  return { same, watched };
}
