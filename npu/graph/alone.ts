/** One operator of a graph as a graph of its own. */
import { NetworkError } from './error.ts';
import type { Graph } from './graph.ts';

/** What has no value from the start is its input. @throws NetworkError for an operator that there is not */
export function alone(graph: Graph, index: number): Graph {
  const operator = graph.operators[index];
  if (operator === undefined)
    throw new NetworkError(`there is no operator ${index}; the network has ${graph.operators.length}, counted from 0`);
  const taken = operator.inputs.filter((tensor) => tensor !== null);
  const inputs = [...new Set(taken)].filter((tensor) => {
    const { data = null, variable = false } = graph.tensors[tensor] ?? {};
    return data === null && !variable;
  });
  return { ...graph, operators: [operator], inputs, outputs: operator.outputs };
}
