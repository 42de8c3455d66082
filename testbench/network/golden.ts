/** Runs of networks by their framework's own reference kernels, as files beside the models. */
import { readFileSync } from 'node:fs';
import type { Graph } from '../../npu/graph/graph.ts';

/** One run: the bytes of the inputs, and of what every operator made, by their index in the graph. */
export interface Golden {
  readonly inputs: ReadonlyMap<number, Uint8Array>;
  readonly tensors: ReadonlyMap<number, Uint8Array>;
}

/** `path` and the name of the files, without what follows `.input_0.bin`; the format is in examples/models. */
export function readGolden(path: string, graph: Graph): Golden {
  const bytes = (ending: string): Uint8Array => new Uint8Array(readFileSync(`${path}.${ending}`));
  const all = bytes('tensors.bin');
  const [, ...rows] = readFileSync(`${path}.tensors.csv`, 'utf8').trim().split('\n');
  const tensors = rows.map((row): [number, Uint8Array] => {
    const [operator, , , , size, offset] = row.split(',').map(Number);
    const output = graph.operators[operator ?? -1]?.outputs[0];
    if (output === undefined) throw new RangeError(`${path} has operators that the graph has not`);
    return [output, all.subarray(offset, (offset ?? 0) + (size ?? 0))];
  });
  return {
    inputs: new Map(graph.inputs.map((input, at) => [input, bytes(`input_${at}.bin`)])),
    tensors: new Map(tensors),
  };
}
