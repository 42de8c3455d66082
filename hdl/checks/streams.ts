import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { shortestPath } from '../ir/components.ts';
import type { Module, StreamPorts } from '../ir/types.ts';
import { findPort } from '../ir/walk.ts';
import { perModule, throughOf, type Context } from './context.ts';
import { arrows, placesOf, stepsInside, stepsOf, type Step } from './steps.ts';

/**
 * E0015, rule 3 of streams: a valid never depends on its own ready in the same cycle. Looked at from both sides: the
 * output streams that a module produces, and the valid that it gives to an instance's input stream. A ready may depend
 * on its valid.
 */
export const streamRules = perModule((module, context) => [
  ...ownStreams(module, context),
  ...instanceStreams(module, context),
]);

function ownStreams(module: Module, context: Context): readonly Diagnostic[] {
  const through = throughOf(context, module.name);
  return module.streams
    .filter((stream) => stream.direction === 'out' && through.get(stream.valid)?.has(stream.ready) === true)
    .map((stream) =>
      diagnose(
        stream.name,
        module,
        stepsInside(context, module.name, stream.valid, stream.ready, ''),
        module,
        stream,
        context,
      ),
    );
}

function instanceStreams(module: Module, context: Context): readonly Diagnostic[] {
  const { module: looked = module, dependencies = [] } = context.combinational.get(module.name) ?? {};
  return module.instances.flatMap((instance) => {
    const child = context.modules.get(instance.module);
    return (child?.streams ?? []).flatMap((stream): readonly Diagnostic[] => {
      const valid = instance.inputs[stream.valid];
      if (child === undefined || stream.direction !== 'in' || valid === undefined) return [];
      const isReady = (id: number): boolean => {
        const node = module.nodes[id];
        return node?.kind === 'instanceOutput' && node.instance === instance.name && node.port === stream.ready;
      };
      const chain = isReady(valid) ? [valid] : shortestPath(valid, (id) => dependencies[id] ?? [], isReady);
      return chain === null
        ? []
        : [
            diagnose(
              `${instance.name}.${stream.name}`,
              module,
              stepsOf(context, looked, chain),
              child,
              stream,
              context,
            ),
          ];
    });
  });
}

function diagnose(
  name: string,
  module: Module,
  steps: readonly Step[],
  owner: Module,
  stream: StreamPorts,
  context: Context,
): Diagnostic {
  return {
    code: 'E0015',
    message: `the valid of stream ${name} waits for its ready: ${arrows(steps)} → ${stream.valid}`,
    path: context.pathOf(module),
    places: [...placesOf(steps), { what: `stream ${name}`, place: findPort(owner, stream.valid)?.place ?? null }],
    help: 'offer valid without looking at ready, and use fire (valid and ready) to see that the transfer happens',
  };
}
