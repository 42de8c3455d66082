/** Where the cycles of a layer went. */
import { fieldsOf } from '../../npu/compiler/touches.ts';
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import { rowsSeen } from '../../npu/compiler/network/windows.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { unitNames, type Unit } from '../../npu/isa/units.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import type { Span } from './timeline.ts';

/** Cycles by the unit that was at a layer, and those in which none was. */
export type Spent = Readonly<Record<Unit | 'none', number>>;

/**
 * The cycles from `from` to before `to`, each counted once: for the first unit of `order` that was at the layer.
 * @param spans of all layers; those of a unit do not overlap
 */
export function spentOn(
  spans: readonly Span[],
  layer: number,
  { from, to }: { readonly from: number; readonly to: number },
  order: readonly Unit[] = unitNames,
): Spent {
  const own = spans.filter((span) => span.layer === layer && span.end > from && span.start < to);
  const changes = own.flatMap(({ unit, start, end }) => [
    { at: Math.max(from, start), unit, by: 1 },
    { at: Math.min(to, end), unit, by: -1 },
  ]);
  const spent = { load: 0, store: 0, matrix: 0, vector: 0, none: 0 };
  const working = { load: 0, store: 0, matrix: 0, vector: 0 };
  let until = from;
  for (const { at, unit, by } of [...changes.sort((one, other) => one.at - other.at), { at: to, unit: null, by: 0 }]) {
    spent[order.find((name) => working[name] > 0) ?? 'none'] += at - until;
    until = at;
    if (unit !== null) working[unit] += by;
  }
  return spent;
}

/** For how many cycles a layer's products keep the others from the array, however much of it they fill. */
export function occupiedBy(config: NpuConfig, { steps }: Pick<RunnableNetwork, 'steps'>, layer: number): number {
  const { occupies } = matrixEngineOf(config).description;
  return steps.reduce((sum, { command, layer: of }) => {
    if (of !== layer || command.operation !== 'gemm') return sum;
    const { number, is } = fieldsOf(command);
    const shape = { m: number('m'), k: number('k'), n: number('n') };
    return sum + occupies(config, shape, is('dataflow', 'os') ? 'os' : 'ws');
  }, 0);
}

/**
 * Multiplications of a depthwise layer that the vector unit cannot leave out: it skips rows of windows that are beside
 * the picture, but no columns.
 */
export function multipliedBy({ steps }: Pick<RunnableNetwork, 'steps'>, layer: number): number {
  return steps.reduce((sum, { command, layer: of }) => {
    if (of !== layer || command.operation !== 'depthwise') return sum;
    const { number } = fieldsOf(command);
    const [kernel, width] = [number('kernelHeight'), number('kernelWidth') * number('outWidth')];
    const rows = rowsSeen(number('outHeight'), kernel, number('strideY'), number('top'), number('height'));
    return sum + rows * width * number('n');
  }, 0);
}
