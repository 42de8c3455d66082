/** The declarations of a VCD file. They name no date and no machine: the same run gives the same bytes. */
import type { TracedClock, TraceSource } from '../../hdl/sim/trace.ts';
import { WaveformError } from '../error.ts';
import { rangeOf, variablesOf, type Variable } from '../variables.ts';
import { identifier } from './identifiers.ts';

/** A power of ten of one time unit, as VCD has it. */
export type Timescale = `${1 | 10 | 100}${'s' | 'ms' | 'us' | 'ns' | 'ps' | 'fs'}`;

/** `id`: the number of its identifier. */
export interface DeclaredVariable extends Variable { readonly id: number }
export interface DeclaredClock { readonly clock: TracedClock; readonly id: number }

export interface Declarations {
  readonly clocks: readonly DeclaredClock[];
  /** By part of the trace. */
  readonly variables: readonly DeclaredVariable[];
  /** Identifiers in use: those below. */
  readonly count: number;
  readonly text: string;
}

/** @throws WaveformError for a name that VCD cannot hold. */
export function declare(trace: TraceSource, timescale: Timescale): Declarations {
  let count = 0;
  const clocks = shownClocks(trace).map((clock) => ({ clock, id: count++ }));
  const variables: DeclaredVariable[] = [];
  variablesOf(trace).forEach((variable, part) => {
    // Names of one thing share its identifier: its changes are written once.
    variables.push({ ...variable, id: variables[trace.same[part] ?? part]?.id ?? count++ });
  });

  const root = new Scope();
  const top = root.at(topScope(trace));
  for (const { clock, id } of clocks) top.variables.push(`$var wire 1 ${identifier(id)} ${checked(clock.name)} $end`);
  for (const variable of variables) {
    const kind = trace.signals[variable.signal]?.kind === 'register' ? 'reg' : 'wire';
    root.at(variable.scope).variables.push(declaration(kind, variable));
  }
  const text = [
    '$version systole $end',
    `$timescale ${timescale} $end`,
    ...root.lines(0),
    '$enddefinitions $end',
    '',
  ].join('\n');
  return { clocks, variables, count, text };
}

/** The clocks that get a variable of their own: those that are not among the signals of the top scope already. */
export function shownClocks(trace: TraceSource): readonly TracedClock[] {
  const taken = new Set(trace.signals.filter((s) => s.scope.length <= 1).map((s) => s.name));
  return trace.clocks.filter((clock) => !taken.has(clock.name));
}

/** Where clocks are shown. */
export function topScope(trace: TraceSource): readonly string[] {
  return [trace.signals[0]?.scope[0] ?? 'top'];
}

function declaration(kind: 'reg' | 'wire', { type, id, name }: DeclaredVariable): string {
  const range = rangeOf(type.width);
  return `$var ${kind} ${type.width} ${identifier(id)} ${checked(name)}${range === '' ? '' : ` ${range}`} $end`;
}

class Scope {
  readonly variables: string[] = [];
  readonly #inner = new Map<string, Scope>();

  at(path: readonly string[]): Scope {
    const [name, ...rest] = path;
    if (name === undefined) return this;
    let scope = this.#inner.get(name);
    if (scope === undefined) this.#inner.set(name, scope = new Scope());
    return scope.at(rest);
  }

  lines(depth: number): string[] {
    const indent = ' '.repeat(depth);
    return [
      ...this.variables.map((line) => indent + line),
      ...[...this.#inner].flatMap(([name, scope]) => [
        `${indent}$scope module ${checked(name)} $end`, ...scope.lines(depth + 1), `${indent}$upscope $end`,
      ]),
    ];
  }
}

/** White space ends a name in VCD, `.` separates scopes in every viewer, `$` starts a keyword. */
function checked(name: string): string {
  if (!/^[!-~]+$/.test(name) || /[.$]/.test(name)) {
    throw new WaveformError(`VCD cannot hold the name '${name}': use letters, digits, _ and [ ] only`);
  }
  return name;
}
