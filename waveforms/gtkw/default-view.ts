import type { Type } from '../../hdl/ir/types.ts';
import type { TracedSignal, TraceSource } from '../../hdl/sim/trace.ts';
import { pathOf } from '../variables.ts';
import { cycleName, shownClocks, topScope } from '../vcd/header.ts';
import type { View, ViewGroup, ViewSignal } from './view.ts';

/** Groups of more signals than this start folded, but for the top module's ports and state. */
const OPEN_SIGNALS = 24;
/** Vectors of more elements than this start folded, under their name. */
const OPEN_ELEMENTS = 8;
/** A view has no more elements than this, folded or not: GTKWave is slow with more. */
const MOST_ELEMENTS = 4000;

/**
 * A view of any trace: cycle and clocks, the top module's ports and state, then a group for each scope, those near the
 * top first, with the formats that suit the types. Modules without others inside start folded, as the cells of grids
 * do.
 * @param limit lines (200) to show; what does not fit is counted in a note, never dropped in silence
 */
export function defaultView(trace: TraceSource, limit = 200): View {
  const [scopes, parents] = [scopesOf(trace), parentsOf(trace)];
  const [top] = scopes.keys();
  const cycle: ViewSignal = { path: pathOf({ scope: topScope(trace), name: cycleName(trace) }), format: 'decimal' };
  const first = [
    cycle,
    ...shownClocks(trace).map(({ name }): ViewSignal => ({ path: pathOf({ scope: topScope(trace), name }) })),
  ];
  const fits = counter(limit - first.length);
  const groups: ViewGroup[] = [];
  for (const [name, signals] of scopes) {
    const shown = signals.filter(fits);
    const isTop = name === top;
    const [state, wires] =
      isTop && shown.length > OPEN_SIGNALS
        ? [shown.filter(({ kind }) => kind !== 'wire'), shown.filter(({ kind }) => kind === 'wire')]
        : [shown, []];
    const closed = !isTop && (!parents.has(name) || state.length > OPEN_SIGNALS);
    if (state.length > 0) groups.push({ name, signals: state.map(viewOf), closed });
    if (wires.length > 0) groups.push({ name: `${name}: wires`, signals: wires.map(viewOf), closed: true });
  }
  const missing = trace.signals.length - groups.reduce((sum, { signals }) => sum + signals.length, 0);
  return {
    groups: [{ name: first.length > 1 ? 'cycle and clocks' : 'cycle', signals: first }, ...groups],
    markers: [],
    notes: missing > 0 ? [`${missing} more signals: see the tree on the left`] : [],
  };
}

/** Signals by scope, those near the top first; in each, ports and state before wires. */
function scopesOf({ signals }: TraceSource): ReadonlyMap<string, readonly TracedSignal[]> {
  const order: Readonly<Record<TracedSignal['kind'], number>> = { input: 0, output: 1, register: 2, wire: 3 };
  const scopes = new Map<string, TracedSignal[]>();
  for (const signal of signals.toSorted((a, b) => a.scope.length - b.scope.length)) {
    const name = signal.scope.join('.');
    const list = scopes.get(name);
    if (list === undefined) scopes.set(name, [signal]);
    else list.push(signal);
  }
  for (const list of scopes.values()) list.sort((a, b) => order[a.kind] - order[b.kind]);
  return scopes;
}

/** Scopes with others inside. */
function parentsOf({ signals }: TraceSource): ReadonlySet<string> {
  const parents = new Set<string>();
  let last: readonly string[] = [];
  for (const { scope } of signals) {
    if (scope !== last && scope.length > 1) parents.add(scope.slice(0, -1).join('.'));
    last = scope;
  }
  return parents;
}

/** Whether a signal fits beside those that were asked about before. */
function counter(limit: number): (signal: TracedSignal) => boolean {
  let [lines, elements] = [limit, MOST_ELEMENTS];
  return ({ type }) => {
    const [more, all] = [isFolded(type) ? 1 : count(type), count(type)];
    if (more > lines || all > elements) return false;
    lines -= more;
    elements -= all;
    return true;
  };
}

function viewOf(signal: TracedSignal): ViewSignal {
  return { path: pathOf(signal), ...(isFolded(signal.type) ? { folded: true } : {}) };
}

function isFolded(type: Type): boolean {
  return count(type) > OPEN_ELEMENTS;
}

function count(type: Type): number {
  return type.kind === 'vec' ? type.length * count(type.element) : 1;
}
