import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Design, Module } from '../ir/types.ts';
import { hierarchyOf } from '../ir/walk.ts';
import { validateBody } from './validate-body.ts';
import { validateNodes } from './validate-nodes.ts';
import { validateStructure } from './validate-structure.ts';
import { Validator } from './validator.ts';

/**
 * What is wrong with the form of a design: names that nothing has, nodes that do not exist, types that do not fit,
 * impossible sizes (E0001 to E0004, E0011, E0012, E0019, E0020). The language makes no such designs; one that was
 * parsed or written by hand may be. Only a design without these is fit for `check`.
 */
export function validate(design: Design): readonly Diagnostic[] {
  const { pathTo } = hierarchyOf(design);
  const earlier = new Map<string, Module>();
  const found = design.modules.flatMap((module) => {
    const v = new Validator(module, () => pathTo(module.name));
    if (earlier.has(module.name))
      v.report('E0012', `two modules are called ${module.name}`, `module ${module.name}`, module.place);
    validateStructure(v, earlier);
    validateNodes(v, earlier);
    validateBody(v);
    earlier.set(module.name, module);
    return v.found;
  });
  const last = design.modules.at(-1);
  if (last?.name === design.top) return found;
  return [
    ...found,
    {
      code: 'E0020',
      message: `the last module is ${last?.name ?? 'missing'}, not the top, ${design.top}`,
      places: [],
      path: [design.top],
      help: 'put each module before those that instantiate it, and the top last',
    },
  ];
}
