/** Which layers the NPU does, and which the host. */
import type { Graph } from '../../graph/graph.ts';
import type { Layer } from './layer.ts';
import { inputsOf } from './uses.ts';

/** Layers of the host that need nothing of the NPU, those of the NPU, and all that come after them. */
export function partsOf(graph: Graph, given: readonly Layer[]) {
  const onHost = new Set(graph.inputs);
  const [before, own, after]: [number[], number[], number[]] = [[], [], []];
  const late = new Set<number>();
  given.forEach((layer, index) => {
    const inputs = inputsOf(layer).filter(({ tensor }) => (graph.tensors[tensor]?.data ?? null) === null);
    if (layer.kind === 'host' && inputs.every(({ tensor }) => onHost.has(tensor))) {
      before.push(index);
      onHost.add(layer.output.tensor);
    } else if (layer.kind === 'host' || inputs.some(({ tensor }) => late.has(tensor))) {
      after.push(index);
      late.add(layer.output.tensor);
    } else own.push(index);
  });
  const ofHost = new Set([...before, ...after]);
  const layers = given.map((layer, index): Layer =>
    ofHost.has(index)
      ? { kind: 'host', inputs: inputsOf(layer), output: layer.output, operators: layer.operators }
      : layer,
  );
  return { layers, before, own, after };
}
