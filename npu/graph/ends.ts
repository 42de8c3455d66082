import { NetworkError } from './error.ts';
import type { Graph, GraphTensor, Operator } from './graph.ts';

/** An operator's tensors. */
export interface Ends {
  readonly inputs: readonly (GraphTensor | null)[];
  readonly outputs: readonly GraphTensor[];
}

/** The tensors that an operator takes and makes. */
export const endsOf = (graph: Graph, { inputs, outputs }: Operator): Ends => ({
  inputs: inputs.map((index) => (index === null ? null : tensorAt(graph, index))),
  outputs: outputs.map((index) => tensorAt(graph, index)),
});

/** @throws NetworkError for a number that no tensor has */
export function tensorAt({ tensors }: Graph, index: number): GraphTensor {
  const tensor = tensors[index];
  if (tensor === undefined) throw new NetworkError(`there is no tensor ${index}; the graph has ${tensors.length}`);
  return tensor;
}
