/** A random module's ports, chosen before its body is: what others need to know to use it. */
import { inDomain, stream, type Module, type PortShape, type Shapes } from '../../index.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import { Names } from './names.ts';
import { randomSort, shapeOf, type Palette, type Sort } from './sorts.ts';

export interface Port {
  readonly key: string;
  readonly sort: Sort;
  readonly stream: boolean;
  readonly clock: string;
}

export interface Interface {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly clocks: readonly [string, ...string[]];
  readonly palette: Palette;
}

export interface Part extends Interface {
  readonly module: Module;
}

/** What every module of a circuit shares: a name each, and one or two clocks. */
export function interfaceOf(choices: Choices, names: Names, palette: Palette): Interface {
  const clocks = choices.of<Interface['clocks']>([['clk'], ['clk'], ['clk', 'aux'], ['clock'], ['fast', 'clk']]);
  const ports = new Names(choices, clockNames(clocks));
  const port = (stem: string): Port => {
    const key = ports.fresh(stem);
    const sort = randomSort(choices, palette);
    const stream = palette === 'all' && choices.chance(1, 6);
    return { key, sort, stream, clock: choices.chance(1, 3) ? (clocks.at(-1) ?? clocks[0]) : clocks[0] };
  };
  const inputs = Array.from({ length: 1 + choices.below(3) }, () => port('in'));
  const outputs = Array.from({ length: 1 + choices.below(3) }, () => port('out'));
  // What arrives is passed on, as the cells of an array do.
  const passed = inputs.filter((input) => !input.stream && choices.chance(palette === 'lanes' ? 2 : 1, 3));
  const all = [...outputs, ...passed.map((input) => ({ ...input, key: ports.fresh('pass') }))];
  return { name: names.fresh(palette === 'lanes' ? 'Cell' : 'part'), inputs, outputs: all, clocks, palette };
}

/** Names that clocks and their resets take. */
export function clockNames(clocks: Interface['clocks']): readonly string[] {
  return clocks.flatMap((clock) => [clock, clock === 'clk' ? 'rst' : `${clock}_rst`]);
}

export function shapesOf(ports: readonly Port[], clocks: Interface['clocks']): Shapes {
  const one = (port: Port): PortShape => {
    const shape = port.stream ? stream(shapeOf(port.sort)) : shapeOf(port.sort);
    return port.clock === clocks[0] ? shape : inDomain(port.clock, shape);
  };
  return Object.fromEntries(ports.map((port) => [port.key, one(port)]));
}
