/** What the operators of a network made: by the NPU, as it left it, and by the host. */
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import type { Graph, GraphData } from '../../npu/graph/graph.ts';
import type { NetworkResult } from './run.ts';

/** The bytes of elements. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: GraphData): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The bytes of what the NPU takes from the host, by tensor, out of the values of all. */
export const givenOf = (
  { inputs }: Pick<RunnableNetwork, 'inputs'>,
  values: readonly GraphData[],
): ReadonlyMap<number, Uint8Array> =>
  new Map(inputs.map(({ view: { tensor } }) => [tensor, bytesOf(values[tensor] ?? new Int8Array())]));

/**
 * By tensor, its bytes; of what the host reads, as it reads them. What is only another shape has the bytes of what it
 * is a shape of; what the host did has those of the reference, which did it.
 */
export function resultsOf(
  graph: Graph,
  { layers }: Pick<RunnableNetwork, 'layers'>,
  { left, outputs }: Pick<NetworkResult, 'left' | 'outputs'>,
  reference: readonly GraphData[],
): ReadonlyMap<number, Uint8Array> {
  const results = new Map<number, Uint8Array>();
  const valueOf = (tensor: number): Uint8Array => bytesOf(reference[tensor] ?? new Int8Array());
  for (const input of graph.inputs) results.set(input, valueOf(input));
  for (const layer of layers) {
    const { tensor } = layer.output;
    const made =
      layer.kind === 'rename'
        ? results.get(layer.input.tensor)
        : layer.kind === 'host'
          ? valueOf(tensor)
          : left.tensors.get(tensor);
    results.set(tensor, outputs.get(tensor) ?? made ?? valueOf(tensor));
  }
  return results;
}
