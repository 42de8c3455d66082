import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { bodyTargets } from '../ir/body.ts';
import { perModule } from './context.ts';

/**
 * E0006: an output, a wire, or an input of an instance or a grid that never gets a value; E0009: a register that
 * nothing assigns.
 */
export const undriven = perModule((module, context): readonly Diagnostic[] => {
  const targets = bodyTargets(module.body);
  const outputs = module.ports.filter((port) => port.direction === 'out' && module.outputs[port.name] === undefined);
  const inputs = [...module.instances, ...module.grids].flatMap((child) =>
    (context.modules.get(child.module)?.ports ?? [])
      .filter((port) => port.direction === 'in' && child.inputs[port.name] === undefined)
      .map((port) => ({ child, port })),
  );
  return [
    ...outputs.map((port): Diagnostic => ({
      code: 'E0006',
      message: `output ${port.name} of ${module.name} has no value`,
      path: context.pathOf(module),
      places: [{ what: `output ${port.name}`, place: port.place }],
      help: `return { ${port.name}: … } from the body of ${module.name}`,
    })),
    ...module.nodes.flatMap((node, id): readonly Diagnostic[] => {
      if (targets.has(id)) return [];
      if (node.kind === 'wire' && node.fallback === null) {
        return [
          {
            code: 'E0006',
            message: `nothing assigns wire ${node.name}`,
            path: context.pathOf(module),
            places: [{ what: `wire ${node.name}`, place: node.place }],
            help: `assign ${node.name}.next, or give it a default: wire('${node.name}', type, { default: … })`,
          },
        ];
      }
      if (node.kind !== 'reg') return [];
      return [
        {
          code: 'E0009',
          message: `nothing assigns register ${node.name}`,
          path: context.pathOf(module),
          places: [{ what: `register ${node.name}`, place: node.place }],
          help: `assign ${node.name}.next, or use constant(type, value) if it is meant to stay as it is`,
        },
      ];
    }),
    ...inputs.map(({ child, port }): Diagnostic => ({
      code: 'E0006',
      message: `input ${port.name} of ${child.name} (${child.module}) has no value`,
      path: context.pathOf(module),
      places: [
        { what: child.name, place: child.place },
        { what: `input ${port.name}`, place: port.place },
      ],
      help: `connect it where ${child.name} is made: { ${port.name}: … }`,
    })),
  ];
});
