/** Looks up what a path names. */
import { nearest } from '../diagnostics/nearest.ts';
import type { Memory, Type } from '../ir/types.ts';
import { hasCell, typeWidth } from '../ir/walk.ts';
import { SimulationError } from './errors.ts';
import { gridScopes, instanceScope, pathOf, topScope, type Scope } from './hierarchy.ts';
import type { Library, NamedSignal, Source } from './library.ts';
import type { SignalInfo } from './simulator.ts';

/** Where a signal is: `width` bits from `low` of what `source` holds in `scope`. */
export interface Target {
  readonly info: SignalInfo;
  readonly scope: Scope;
  readonly source: Source;
  readonly low: number;
  readonly width: number;
  /** Bits of all that `source` holds. */
  readonly whole: number;
}

interface Segment {
  readonly name: string;
  readonly indices: readonly number[];
  readonly text: string;
}

/** The target of a named signal. */
export function targetOf(scope: Scope, name: string, signal: NamedSignal): Target {
  const width = typeWidth(signal.type);
  return {
    info: { path: `${pathOf(scope)}.${name}`, type: signal.type, kind: signal.kind },
    scope,
    source: signal.source,
    low: 0,
    width,
    whole: width,
  };
}

/**
 * A signal, an element of a vector or a word of a memory. @throws SimulationError naming the nearest existing names.
 */
export function findSignal(library: Library, path: string): Target {
  const { scope, last } = descend(library, path);
  const signal = scope.view.signals.get(last.name);
  if (signal !== undefined) return elementOf(path, targetOf(scope, last.name, signal), last.indices);
  const memory = scope.view.memories.get(last.name);
  const [address, ...rest] = last.indices;
  if (memory === undefined) throw unknown(path, scope, last.name, ['signals', 'memories', 'instances', 'grids']);
  if (address === undefined)
    throw new SimulationError(`${path} is a memory: name a word, ${last.name}[0] to ${last.name}[${memory.depth - 1}]`);
  if (address >= memory.depth) throw new SimulationError(`${path}: ${last.name} has ${memory.depth} words`);
  const width = typeWidth(memory.word);
  const info = { path: `${pathOf(scope)}.${last.name}[${address}]`, type: memory.word, kind: 'register' } as const;
  return elementOf(
    path,
    { info, scope, source: { kind: 'word', memory: last.name, address }, low: 0, width, whole: width },
    rest,
  );
}

/** @throws SimulationError naming the nearest memories. */
export function findMemory(
  library: Library,
  path: string,
): { readonly path: string; readonly scope: Scope; readonly memory: Memory } {
  const { scope, last } = descend(library, path);
  const memory = last.indices.length === 0 ? scope.view.memories.get(last.name) : undefined;
  if (memory === undefined) throw unknown(path, scope, last.text, ['memories']);
  return { path: `${pathOf(scope)}.${last.name}`, scope, memory };
}

/**
 * What stands at or below a path: the instance, all cells of the grid, or the one signal. @throws SimulationError as
 * {@link findSignal}.
 */
export function findBranch(
  library: Library,
  path: string,
): { readonly scopes: readonly Scope[] } | { readonly signal: Target } {
  if (path === library.top.module.name) return { scopes: [topScope(library)] };
  const { scope, last } = descend(library, path);
  const grid = scope.view.grids.get(last.name);
  if (grid !== undefined && last.indices.length === 0) return { scopes: [...gridScopes(library, scope, grid)] };
  const child = childOf(library, scope, last);
  return child === null ? { signal: findSignal(library, path) } : { scopes: [child] };
}

function descend(library: Library, path: string): { scope: Scope; last: Segment } {
  const segments = path.split('.').map(segmentOf);
  let scope = topScope(library);
  const [first, ...rest] = segments;
  // With the top module's name a path is whole, as every path is printed; an instance of that name comes second.
  const whole = rest.length > 0 && first?.text === library.top.module.name;
  if (whole && (exists(library, rest) || !exists(library, segments))) segments.shift();
  const last = segments.pop();
  if (last === undefined) throw new SimulationError('an empty path names nothing');
  for (const segment of segments) {
    const child = childOf(library, scope, segment);
    if (child === null) throw unknown(path, scope, segment.text, ['instances', 'grids']);
    scope = child;
  }
  return { scope, last };
}

/** Whether there is something of that name below the top module. */
function exists(library: Library, segments: readonly Segment[]): boolean {
  const last = segments.at(-1);
  let scope: Scope | null = topScope(library);
  for (const segment of segments.slice(0, -1)) scope = scope === null ? null : childOf(library, scope, segment);
  if (last === undefined || scope === null) return false;
  const { signals, memories, instances, grids } = scope.view;
  return [signals, memories, instances, grids].some((table) => table.has(last.name));
}

function segmentOf(text: string): Segment {
  const match = /^([^[\]]*)((?:\[\d+\])*)$/.exec(text);
  if (match === null) return { name: text, indices: [], text };
  return {
    name: match[1] ?? '',
    indices: (match[2] ?? '')
      .split(/[[\]]+/)
      .filter((part) => part !== '')
      .map(Number),
    text,
  };
}

function childOf(library: Library, scope: Scope, { name, indices }: Segment): Scope | null {
  if (indices.length === 0) return scope.view.instances.has(name) ? instanceScope(library, scope, name) : null;
  const grid = scope.view.grids.get(name);
  const [row, col] = indices;
  if (grid === undefined || row === undefined || col === undefined || indices.length !== 2 || !hasCell(grid, row, col))
    return null;
  return gridScopes(library, scope, grid, [{ row, col }]).next().value ?? null;
}

function elementOf(path: string, target: Target, indices: readonly number[]): Target {
  let { type } = target.info;
  let low = 0;
  for (const index of indices) {
    if (type.kind !== 'vec')
      throw new SimulationError(`${path}: ${target.info.path} has no element ${indices.map((i) => `[${i}]`).join('')}`);
    const element: Type = type.element;
    if (index >= type.length) throw new SimulationError(`${path}: index ${index} is past a vector of ${type.length}`);
    low += index * typeWidth(element);
    type = element;
  }
  const suffix = indices.map((index) => `[${index}]`).join('');
  return { ...target, info: { ...target.info, path: target.info.path + suffix, type }, low, width: typeWidth(type) };
}

type Table = 'signals' | 'memories' | 'instances' | 'grids';

function unknown(path: string, scope: Scope, wanted: string, tables: readonly Table[]): SimulationError {
  const { view } = scope;
  const names = tables.flatMap((table) => {
    if (table !== 'grids') return [...view[table].keys()];
    return [...view.grids.values()].map((grid) => `${grid.name}[0..${grid.rows - 1}][0..${grid.cols - 1}]`);
  });
  const near = nearest(names, wanted.replace(/\[.*/, ''), 3);
  const hint = near.length > 0 ? `the nearest names are ${near.join(', ')}` : 'it has none';
  return new SimulationError(`no "${wanted}" in ${pathOf(scope)} (looking for "${path}"); ${hint}`);
}
