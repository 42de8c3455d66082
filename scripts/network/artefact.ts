/** An artefact, for commands that run it: with its network, and on no other NPU than it was compiled for. */
import { checkGraph, readArtefact, type Artefact } from '../../npu/compiler/artefact/index.ts';
import type { NpuConfig } from '../../npu/config.ts';
import type { Graph } from '../../npu/graph/graph.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { parameterNames, type NpuParameters } from '../../npu/parameters.ts';
import { UsageError } from '../failure.ts';
import { flagOf, presetOf } from '../npu-flags.ts';

/** @throws ArtefactError for a file that is none, UsageError for flags of another NPU */
export function artefactIn(
  bytes: Uint8Array,
  flags: Readonly<Record<string, unknown>>,
): Artefact & { readonly graph: Graph } {
  const artefact = readArtefact(bytes);
  checkFlags(artefact.config, flags);
  const graph = importTflite(artefact.network);
  checkGraph(artefact, graph);
  return { ...artefact, graph };
}

/** What the NPU is stands in the artefact: flags may say it once more, and nothing else. */
function checkFlags(config: NpuConfig, flags: Readonly<Record<string, unknown>>): void {
  const preset = presetOf(flags);
  const ofPreset: Partial<NpuParameters> = preset?.parameters ?? {};
  for (const name of parameterNames) {
    const flag = flags[flagOf(name)];
    const own = typeof flag === 'number' || typeof flag === 'string' ? flag : null;
    const given = own ?? ofPreset[name] ?? config[name];
    if (given === config[name]) continue;
    const by = own === null ? `--preset ${preset?.name} has ${flagOf(name)} ${given}` : `--${flagOf(name)} is ${given}`;
    throw new UsageError(
      `${by}, and the artefact was compiled for ${config[name]}`,
      'leave the flag out, or compile the network for this NPU',
    );
  }
}
