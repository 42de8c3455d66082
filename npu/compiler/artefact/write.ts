/** Writes a compiled network as one file. */
import type { NpuConfig } from '../../config.ts';
import type { Graph } from '../../graph/graph.ts';
import type { NetworkProgram } from '../network/compile.ts';
import type { MadeInDram } from '../network/emitter.ts';
import { legalise } from '../network/legalise.ts';
import type { ResultPart } from '../network/result-part.ts';
import { runnable, type HostTensor, type RunnableNetwork } from '../network/runnable.ts';
import { tensorOf } from '../tensor.ts';
import { packed } from './container.ts';
import { manifestBytes, type BoundaryEntry, type Manifest } from './manifest.ts';

export interface ArtefactSource {
  readonly config: NpuConfig;
  readonly program: NetworkProgram;
  /** What the program was made of, and the file of that. */
  readonly graph: Graph;
  readonly network: Uint8Array;
  /** Cycles that the schedule expects the memory to take. */
  readonly latency: number;
  /** The version of whoever compiled it. */
  readonly systole: string;
}

export function writeArtefact({ config, program, graph, network, latency, systole }: ArtefactSource): Uint8Array {
  const kept = runnable(program);
  const { places, stored, steps } = stepsOf(kept);
  // Layers may make tensors that only the compiler knows.
  const { tensors } = legalise(graph).graph;
  const nameOf = (tensor: number): string => tensors[tensor]?.name ?? '';
  const manifest: Manifest = {
    systole,
    npu: config,
    latency,
    cycles: kept.steps.reduce((last, { end }) => Math.max(last, end), 0),
    ring: kept.ring,
    inputs: kept.inputs.map((one) => entryOf(graph, kept, one)),
    outputs: kept.outputs.map((one) => entryOf(graph, kept, one)),
    tensors: Object.values(kept.tensors),
    layers: kept.layers.map((layer) => {
      const { kind, operators, output } = layer;
      const input = layer.kind === 'rename' ? layer.input : null;
      return { kind, operators, name: nameOf(output.tensor), input, output };
    }),
    before: kept.before,
    after: kept.after,
    places,
    stored,
    steps,
  };
  return packed({ manifest: manifestBytes(manifest), commands: kept.code, image: kept.image, network });
}

function entryOf({ tensors }: Graph, program: RunnableNetwork, { view, dram }: HostTensor): BoundaryEntry {
  const tensor = tensors[view.tensor];
  if (tensor === undefined) throw new RangeError(`the network has no tensor ${view.tensor}`);
  const { name, shape, type, quantisation } = tensor;
  const address = tensorOf(program, dram.tensor).address + dram.offset;
  return { name, shape, type, quantisation, address, view, dram };
}

/** Steps as rows of numbers, and the places in the scratchpad and in DRAM that they name by number. */
function stepsOf({ steps }: RunnableNetwork): Pick<Manifest, 'places' | 'stored' | 'steps'> {
  const places: Manifest['places'][number][] = [];
  const placeOf = ({ tensor, picture, lanes, row, fold }: ResultPart): number => {
    const found = places.findLastIndex(
      (one) => one.tensor === tensor && one.lanes === lanes && one.row === row && one.fold === fold,
    );
    return found === -1 ? places.push({ tensor, picture, lanes, row, fold }) - 1 : found;
  };
  const stored: Manifest['stored'][number][] = [];
  const storedOf = ({ tensor, inDram }: MadeInDram): number => {
    const found = stored.findIndex((one) => one.tensor === tensor && one.inDram === inDram);
    return found === -1 ? stored.push({ tensor, inDram }) - 1 : found;
  };
  const rows = steps.map(({ layer, start, end, makes }) => {
    if (makes === null) return [layer, start, end];
    if ('inDram' in makes) return [layer, start, end, storedOf(makes)];
    const { line, y, x, channel, rows: down, columns, channels } = makes;
    return [layer, start, end, placeOf(makes), line, y, x, channel, down, columns, channels];
  });
  return { places, stored, steps: rows };
}
