/** Random designs, written in the language. */
import { elaborate, module } from '../../index.ts';
import type { Design } from '../../ir/types.ts';
import type { Choices } from '../../sim/lockstep/choices.ts';
import { body } from './body.ts';
import { Names } from './names.ts';
import { interfaceOf, shapesOf, type Part } from './part.ts';
import type { Palette } from './sorts.ts';

/**
 * A design of up to four modules; often one of them is a plain cell, which arrays can be made of.
 * @throws DesignError now and then: not every rule of the language is kept by how it is made.
 */
export function languageCircuit(choices: Choices): Design {
  const names = new Names(choices, ['top']);
  const known: Part[] = [];
  const add = (palette: Palette, name?: string): Part => {
    const chosen = interfaceOf(choices, names, palette);
    const own = name === undefined ? chosen : { ...chosen, name };
    const others = known.slice();
    const ports = { in: shapesOf(own.inputs, own.clocks), out: shapesOf(own.outputs, own.clocks), clocks: own.clocks };
    const part = { ...own, module: module(own.name, ports, (inputs) => body(own, others, choices, inputs)) };
    known.push(part);
    return part;
  };
  if (choices.chance(1, 2)) add('lanes');
  else for (let i = choices.below(3); i > 0; i--) add(choices.of(['all', 'lanes']));
  const top = add('all', 'top');
  return elaborate(top.module, { monitors: choices.chance(1, 12) });
}
