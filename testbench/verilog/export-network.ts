/** A system that runs a network, as files of Verilog. */
import { NetworkError } from '../../npu/graph/error.ts';
import { fitsRing } from '../../npu/compiler/program.ts';
import { withInputs } from '../../npu/compiler/network/inputs.ts';
import { elementsOf } from '../../npu/compiler/network/picture.ts';
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import { tensorOf } from '../../npu/compiler/tensor.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { runNetwork, type NetworkResult } from '../network/run.ts';
import type { RunOptions } from '../run.ts';
import { exportRun, type Export } from './export.ts';

/**
 * The NPU with its memory and the protocol checker, and a bench that runs a network on some inputs and judges it, as
 * the bench of a product does; and the run whose image and cycles it expects.
 * @param inputs bytes of the tensors that the NPU takes from the host, by their index in the graph
 * @throws NetworkError for a network that is longer than a ring, and what {@link runNetwork} throws.
 */
export function exportNetwork(
  config: NpuConfig,
  network: RunnableNetwork,
  inputs: ReadonlyMap<number, Uint8Array>,
  options: RunOptions = {},
): Export & { readonly ran: NetworkResult } {
  const { commands, ring } = network;
  if (!fitsRing(network))
    throw new NetworkError(
      `the network takes ${commands.length} commands, more than the ${ring.tail} that the ring holds, ` +
        'and the bench does not refill it; give a smaller one',
    );
  const ran = runNetwork(config, network, inputs, { ...options, builtIn: true });
  const places = network.outputs.map(({ view, dram }) => {
    const address = tensorOf(network, dram.tensor).address + dram.offset;
    const bytes = elementsOf(view.picture);
    return `- \`${dram.tensor}\`: ${bytes} byte${bytes === 1 ? '' : 's'} from 0x${address.toString(16)} on`;
  });
  const about = `It runs a network of ${network.layers.length} layers. Its outputs lie in DRAM then:`;
  const program = { image: withInputs(network, inputs), ring };
  return { ...exportRun(config, program, ran, [about, '', ...places]), ran };
}
