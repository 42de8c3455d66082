/** Which layers the NPU does, and which the host. */
import type { Graph } from '../../graph/graph.ts';
import type { Layer } from './layer.ts';
import { inputsOf } from './uses.ts';

/**
 * Layers of the host that need nothing of the NPU, those of the NPU, and all that come after them. What the host does
 * of an operator it does of all of it, as nobody else knows the tensors between its layers.
 */
export function partsOf(graph: Graph, given: readonly Layer[]) {
  const onHost = new Set(graph.inputs);
  const [before, own, after]: [number[], number[], number[]] = [[], [], []];
  const late = new Set<number>();
  for (const indices of byOperator(given)) {
    const all = indices.flatMap((index) => given[index] ?? []);
    const made = all.map(({ output }) => output.tensor);
    const taken = all
      .flatMap(inputsOf)
      .map(({ tensor }) => tensor)
      .filter((tensor) => (graph.tensors[tensor]?.data ?? null) === null && !made.includes(tensor));
    const isHosts = all.some(({ kind }) => kind === 'host');
    if (isHosts && taken.every((tensor) => onHost.has(tensor))) {
      before.push(...indices);
      for (const tensor of made) onHost.add(tensor);
    } else if (isHosts || taken.some((tensor) => late.has(tensor))) {
      after.push(...indices);
      for (const tensor of made) late.add(tensor);
    } else own.push(...indices);
  }
  const ofHost = new Set([...before, ...after]);
  const layers = given.map((layer, index): Layer =>
    ofHost.has(index)
      ? { kind: 'host', inputs: inputsOf(layer), output: layer.output, operators: layer.operators }
      : layer,
  );
  return { layers, before, own, after };
}

/** The layers of each operator, by their indices. */
function byOperator(layers: readonly Layer[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  layers.forEach(({ operators: [operator] }, index) => {
    const last = groups.at(-1);
    if (last !== undefined && layers[last[0] ?? -1]?.operators[0] === operator) last.push(index);
    else groups.push([index]);
  });
  return groups;
}
