/** Operators that the NPU does not have are told, unless the host is to do them. */
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import { NetworkError } from '../../npu/graph/error.ts';
import { endsOf } from '../../npu/graph/ends.ts';
import type { Graph } from '../../npu/graph/graph.ts';
import { wordFlag } from '../flags.ts';

export const fallbackFlag = (group: string) =>
  wordFlag('fallback', ['host'], {
    group,
    describe: 'who does operators that the NPU does not have; of real numbers at the ends it is the host anyway',
  });

/**
 * What a network is given as real numbers, and gives as such, is the host's to bring to integers and back.
 * @throws NetworkError for any other operator that the NPU does not have, where the host is not to do it
 */
export function checkFallback(
  graph: Graph,
  { layers, before, after }: Pick<RunnableNetwork, 'layers' | 'before' | 'after'>,
  isAllowed: boolean,
): void {
  if (isAllowed) return;
  const operatorOf = (layer: number): number => layers[layer]?.operators[0] ?? 0;
  const isOfReals = (layer: number, end: 'inputs' | 'outputs'): boolean => {
    const operator = graph.operators[operatorOf(layer)];
    return operator !== undefined && endsOf(graph, operator)[end][0]?.type === 'float32';
  };
  const [first] = [
    ...before.filter((layer) => !isOfReals(layer, 'inputs')),
    ...after.filter((layer) => !isOfReals(layer, 'outputs')),
  ].sort((one, other) => one - other);
  if (first === undefined) return;
  const index = operatorOf(first);
  const operator = graph.operators[index];
  const name = graph.tensors[operator?.outputs[0] ?? -1]?.name ?? '';
  throw new NetworkError(
    `operator ${index}, ${operator?.title} ('${name}'), is none that the NPU does, or comes after one; ` +
      'give --fallback host to have the host do it',
  );
}
