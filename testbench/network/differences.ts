/** What a network makes on the NPU beside what it must make. */
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import type { Graph, GraphData } from '../../npu/graph/graph.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { bytesOf, givenOf } from './results.ts';
import { runNetwork } from './run.ts';

/**
 * What differs from `values`, those of all tensors of the graph: a line for each result that is missing or wrong, those
 * among them that the NPU leaves to the host.
 */
export function differences(
  parameters: Partial<NpuParameters>,
  graph: Graph,
  values: readonly GraphData[],
): readonly string[] {
  const config = npuConfig(parameters);
  const program = compileNetwork(config, graph);
  const { left } = runNetwork(config, program, givenOf(program, values), { monitors: true });
  const made = program.layers.filter(({ kind }) => kind !== 'rename');
  return made.flatMap(({ kind, output: { tensor }, operators }) => {
    const operator = `operator ${operators.join()}, ${graph.operators[operators[0] ?? -1]?.kind}`;
    if (kind === 'host') return [`${operator}: is the host's`];
    // A tensor that only the compiler knows is told by what is made of it.
    const [is, expected] = [left.tensors.get(tensor), bytesOf(values[tensor] ?? new Int8Array())];
    const wrong = expected.filter((byte, at) => byte !== is?.[at]).length;
    return wrong === 0 ? [] : [`${operator}: ${wrong} bytes of ${expected.length} differ`];
  });
}
