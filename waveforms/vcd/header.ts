/** The declarations of a VCD file. They name no date and no machine: the same run gives the same bytes. */
import type { TracedClock, TraceSource } from '../../hdl/sim/trace.ts';
import { WaveformError } from '../error.ts';
import { namesOf, rangeOf } from '../variables.ts';
import { identifier } from './identifiers.ts';

/** A power of ten of one time unit, as VCD has it. */
export type Timescale = `${1 | 10 | 100}${'s' | 'ms' | 'us' | 'ns' | 'ps' | 'fs'}`;

/** `id`: the number of its identifier. */
export interface DeclaredClock {
  readonly clock: TracedClock;
  readonly id: number;
}

export interface Identifiers {
  readonly clocks: readonly DeclaredClock[];
  /** Of the variable that counts cycles. */
  readonly cycle: number;
  /**
   * By part of the trace the number of its identifier: names of one thing share it, so that its changes are written
   * once.
   */
  readonly parts: Int32Array;
}

export function identifiersOf(trace: TraceSource): Identifiers {
  const clocks = shownClocks(trace).map((clock, id) => ({ clock, id }));
  const cycle = clocks.length;
  let count = cycle + 1;
  const parts = new Int32Array(trace.parts.length);
  for (const [part, first] of trace.same.entries()) parts[part] = first < part ? (parts[first] ?? 0) : count++;
  return { clocks, cycle, parts };
}

/** @throws WaveformError for a name that VCD cannot hold. */
export function checkNames({ clocks, signals }: TraceSource): void {
  for (const { name } of clocks) check(name);
  let checked: readonly string[] = [];
  for (const { scope, name } of signals) {
    check(name);
    // Signals of one scope come one after the other.
    if (scope !== checked) scope.forEach(check);
    checked = scope;
  }
}

/** The text, line by line: of a large design it is not held at once. The names must have been checked. */
export function* declarations(
  trace: TraceSource,
  { clocks, cycle, parts }: Identifiers,
  timescale: Timescale,
): Generator<string, void, void> {
  const root = new Scope();
  let [scope, names]: [Scope, readonly string[]] = [root, []];
  for (const [part, { signal }] of trace.parts.entries()) {
    const of = trace.signals[signal]?.scope ?? [];
    // Signals of one scope come one after the other.
    if (of !== names) [scope, names] = [root.at(of), of];
    scope.parts.push(part);
  }
  const top = root.at(topScope(trace));
  const nameOf = namesOf(trace);

  yield `$version systole $end\n$timescale ${timescale} $end\n`;
  yield* lines(root, '');
  yield '$enddefinitions $end\n';

  function* lines(one: Scope, indent: string): Generator<string, void, void> {
    if (one === top) {
      for (const { clock, id } of clocks) yield `${indent}$var wire 1 ${identifier(id)} ${clock.name} $end\n`;
      yield `${indent}$var reg ${CYCLE_BITS} ${identifier(cycle)} ${cycleName(trace)} ${rangeOf(CYCLE_BITS)} $end\n`;
    }
    for (const part of one.parts) {
      const {
        signal,
        type: { width },
      } = trace.parts[part] ?? { signal: -1, type: { width: 0 } };
      const kind = trace.signals[signal]?.kind === 'register' ? 'reg' : 'wire';
      const range = width > 1 ? ` ${rangeOf(width)}` : '';
      yield `${indent}$var ${kind} ${width} ${identifier(parts[part] ?? 0)} ${nameOf(part)}${range} $end\n`;
    }
    for (const [name, inner] of one.inner) {
      yield `${indent}$scope module ${name} $end\n`;
      yield* lines(inner, `${indent} `);
      yield `${indent}$upscope $end\n`;
    }
  }
}

/** The clocks that get a variable of their own: those that are not among the signals of the top scope already. */
export function shownClocks(trace: Pick<TraceSource, 'signals' | 'clocks'>): readonly TracedClock[] {
  const taken = topNames(trace);
  return trace.clocks.filter((clock) => !taken.has(clock.name));
}

/** The variable that counts cycles, in the top scope: `cycle`, with as many underscores as make the name its own. */
export function cycleName(trace: Pick<TraceSource, 'signals' | 'clocks'>): string {
  const taken = topNames(trace);
  for (const { name } of trace.clocks) taken.add(name);
  let name = 'cycle';
  while (taken.has(name)) name += '_';
  return name;
}

/** Enough for any run; in the file a number has only the digits that it needs. */
export const CYCLE_BITS = 48;

function topNames({ signals }: Pick<TraceSource, 'signals'>): Set<string> {
  return new Set(signals.filter(({ scope }) => scope.length <= 1).map(({ name }) => name));
}

/** Where clocks are shown. */
export function topScope(trace: Pick<TraceSource, 'signals'>): readonly string[] {
  return [trace.signals[0]?.scope[0] ?? 'top'];
}

class Scope {
  readonly parts: number[] = [];
  readonly inner = new Map<string, Scope>();

  at([name, ...rest]: readonly string[]): Scope {
    if (name === undefined) return this;
    let scope = this.inner.get(name);
    if (scope === undefined) this.inner.set(name, (scope = new Scope()));
    return scope.at(rest);
  }
}

/** White space ends a name in VCD, `.` separates scopes in every viewer, `$` starts a keyword. */
function check(name: string): void {
  if (!/^[!-~]+$/.test(name) || /[.$]/.test(name)) {
    throw new WaveformError(`VCD cannot hold the name '${name}': use letters, digits, _ and [ ] only`);
  }
}
