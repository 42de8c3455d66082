/** Operators that the NPU does not have are told, unless the host is to do them. */
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import { NetworkError } from '../../npu/graph/error.ts';
import type { Graph } from '../../npu/graph/graph.ts';
import { wordFlag } from '../flags.ts';

export const fallbackFlag = (group: string) =>
  wordFlag('fallback', ['host'], { group, describe: 'who does operators that the NPU does not have' });

/** @throws NetworkError for an operator that the NPU does not have, where the host is not to do it */
export function checkFallback(
  graph: Graph,
  { layers, before, after }: Pick<RunnableNetwork, 'layers' | 'before' | 'after'>,
  isAllowed: boolean,
): void {
  const [first] = [...before, ...after].sort((one, other) => one - other);
  if (first === undefined || isAllowed) return;
  const index = layers[first]?.operators[0] ?? 0;
  const operator = graph.operators[index];
  const name = graph.tensors[operator?.outputs[0] ?? -1]?.name ?? '';
  throw new NetworkError(
    `operator ${index}, ${operator?.title} ('${name}'), is none that the NPU does, or comes after one; ` +
      'give --fallback host to have the host do it',
  );
}
