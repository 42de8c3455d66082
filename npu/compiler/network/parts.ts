/** Which layers the NPU does, and which the host. */
import type { Graph } from '../../graph/graph.ts';
import type { Layer } from './layer.ts';
import type { View } from './picture.ts';
import { inputsOf } from './uses.ts';

interface Parts {
  readonly layers: readonly Layer[];
  /** Of the host, those that need nothing of the NPU; of the NPU; of the host, all that come after those: by index. */
  readonly before: readonly number[];
  readonly own: readonly number[];
  readonly after: readonly number[];
}

/**
 * What the host does of an operator it does of all of it, in a layer for each result: nobody else knows the tensors
 * between layers.
 */
export function partsOf(graph: Graph, given: readonly Layer[]): Parts {
  const onHost = new Set(graph.inputs);
  const late = new Set<number>();
  const layers: Layer[] = [];
  const [before, own, after]: [number[], number[], number[]] = [[], [], []];
  const add = (part: number[], layer: Layer): void => {
    part.push(layers.push(layer) - 1);
  };
  for (const all of byOperator(given)) {
    const made = new Set(all.map(({ output }) => output.tensor));
    const inputs = all.flatMap(inputsOf).filter(({ tensor }) => !made.has(tensor));
    const taken = inputs.map(({ tensor }) => tensor).filter((tensor) => (graph.tensors[tensor]?.data ?? null) === null);
    const isHosts = all.some(({ kind }) => kind === 'host');
    const isEarly = isHosts && taken.every((tensor) => onHost.has(tensor));
    if (!isHosts && !taken.some((tensor) => late.has(tensor))) {
      for (const layer of all) add(own, layer);
      continue;
    }
    for (const { output, operators } of all) {
      if (!operators.some((operator) => graph.operators[operator]?.outputs.includes(output.tensor))) continue;
      add(isEarly ? before : after, { kind: 'host', inputs: once(inputs), output, operators });
      (isEarly ? onHost : late).add(output.tensor);
    }
  }
  return { layers, before, own, after };
}

const once = (views: readonly View[]): readonly View[] => [
  ...new Map(views.map((view) => [view.tensor, view])).values(),
];

/** The layers of each operator. */
function byOperator(layers: readonly Layer[]): readonly (readonly Layer[])[] {
  const groups: Layer[][] = [];
  for (const layer of layers) {
    const last = groups.at(-1);
    if (last?.[0]?.operators[0] === layer.operators[0]) last?.push(layer);
    else groups.push([layer]);
  }
  return groups;
}
