import type { Type } from '../../hdl/ir/types.ts';
import type { TracedSignal, TraceSource } from '../../hdl/sim/trace.ts';
import { pathOf } from '../variables.ts';
import { shownClocks, topScope } from '../vcd/header.ts';
import type { View, ViewGroup } from './view.ts';

/** Groups of more lines than this start folded, as do the cells of grids, which are many. */
const OPEN_LINES = 24;

/**
 * A view of any trace: a group for each scope, those near the top first, with the formats that suit the types.
 * @param limit lines (200) to show; what does not fit is counted in a note, never dropped in silence
 */
export function defaultView(trace: TraceSource, limit = 200): View {
  const clocks = shownClocks(trace).map(({ name }) => ({ path: [...topScope(trace), name].join('.') }));
  const scopes = new Map<string, TracedSignal[]>();
  const byDepth = trace.signals.toSorted((a, b) => a.scope.length - b.scope.length);
  let left = limit - clocks.length;
  let missing = 0;
  for (const signal of byDepth) {
    const count = lines(signal.type);
    if (count > left) {
      missing++;
      continue;
    }
    left -= count;
    const name = signal.scope.join('.');
    scopes.set(name, [...(scopes.get(name) ?? []), signal]);
  }
  const groups = [...scopes].map(([name, signals]): ViewGroup => ({
    name,
    signals: signals.map((signal) => ({ path: pathOf(signal) })),
    closed: name.endsWith(']') || signals.reduce((sum, { type }) => sum + lines(type), 0) > OPEN_LINES,
  }));
  return {
    groups: [...(clocks.length > 0 ? [{ name: 'clocks', signals: clocks }] : []), ...groups],
    markers: [],
    notes: missing > 0 ? [`${missing} more signals: see the tree on the left`] : [],
  };
}

function lines(type: Type): number {
  return type.kind === 'vec' ? type.length * lines(type.element) : 1;
}
