/**
 * From a graph to a program: operators become layers (legalise.ts), each layer steps on tensors that stay in the
 * scratchpad where they can (storage.ts); the steps of all layers are put in the order in which they could begin
 * (list-schedule.ts), so that layers overlap, and then go the way of every program: semaphores, commands, image.
 */
import type { NpuConfig } from '../../config.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Command } from '../../isa/assembler.ts';
import { Cost } from '../cost.ts';
import { ShapeError } from '../errors.ts';
import { finish } from '../finish.ts';
import { checkOptions, type Program, type ProgramOptions } from '../program.ts';
import { DramTensors } from './dram.ts';
import { Emitter, type MadeInDram, type NetworkStep } from './emitter.ts';
import { emitLayer } from './emit-layer.ts';
import type { Layer } from './layer.ts';
import { fused } from './fuse.ts';
import { layerOrder } from './layer-order.ts';
import { legalise } from './legalise.ts';
import { listSchedule } from './list-schedule.ts';
import { partsOf } from './parts.ts';
import { isNone } from './lines.ts';
import { elementsOf, noSides, type View } from './picture.ts';
import { resultPart, type ResultPart } from './result-part.ts';
import { Storage, type InDram } from './storage.ts';
import { emitShares, isWorked, sharesOf } from './shares.ts';
import { tensorsOf, Uses } from './uses.ts';
import type { Sides } from '../../graph/graph.ts';

/** A command of the program, the layer that it is for, and the results that it leaves. */
export interface LayerCommand {
  readonly command: Command;
  readonly unit: NetworkStep['unit'];
  readonly layer: number;
  readonly makes: ResultPart | MadeInDram | null;
  /** When it is expected to be worked on, in cycles from the beginning. */
  readonly start: number;
  readonly end: number;
}

/** A tensor that the host writes before a run, or reads after it. */
export interface Boundary {
  readonly view: View;
  readonly dram: InDram;
}

export interface NetworkProgram extends Program {
  /** What the NPU does; layers of kind `host` are left to the host. */
  readonly layers: readonly Layer[];
  /** Layers that the host does before the NPU begins, and after it has ended, by their indices. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly inputs: readonly Boundary[];
  readonly outputs: readonly Boundary[];
  /** All commands of units, in the order of the program. */
  readonly steps: readonly LayerCommand[];
}

export interface NetworkOptions extends ProgramOptions {
  /** Whether layers may be done together, so that what is between them is never made (true). */
  readonly fuse?: boolean;
}

/**
 * @throws NetworkError for an operator that the NPU cannot do; ShapeError where a layer does not fit the local memories
 */
export function compileNetwork(config: NpuConfig, given: Graph, options: NetworkOptions = {}): NetworkProgram {
  checkOptions(options);
  const { graph, layers } = legalise(given);
  const together = options.fuse === false ? layers : fused(config, graph, layers);
  if (together.length === layers.length) return compileLayers(config, graph, layers, options);
  try {
    return compileLayers(config, graph, together, options);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    // Planes of sums take more of the local memories than what is done layer by layer.
    return compileLayers(config, graph, layers, options);
  }
}

function compileLayers(
  config: NpuConfig,
  graph: Graph,
  wanted: readonly Layer[],
  options: NetworkOptions,
): NetworkProgram {
  const { layers, before, own: inOrder, after } = partsOf(graph, wanted);
  const own = layerOrder(layers, inOrder);
  const emitter = new Emitter(config, new Cost(config, options.memory?.latency));
  const dram = new DramTensors();
  const storage = new Storage(config, emitter, dram);
  const uses = new Uses(graph, layers, own, after);
  const builder = { config, emitter, storage, dram };

  graph.tensors.forEach((tensor, index) => {
    storage.declare(index, tensor.name, tensor.quantisation?.zeros[0] ?? 0, uses.border(config, index));
  });
  const inputs = uses.given.map((view) => declareInput(graph, dram, storage, view, uses.gatheredBorder(config, view)));
  const byFolds = new Set<number>();
  for (const index of own) {
    const layer = layers[index];
    if (layer === undefined) continue;
    emitter.layer = index;
    storage.nextUse = (tensor) => uses.next(tensor, index);
    storage.hold(tensorsOf(layer));
    const name = graph.tensors[layer.output.tensor]?.name ?? '';
    const isWanted = uses.isWanted(layer.output.tensor);
    const shares = isWorked(layer) ? sharesOf(builder, layer) : null;
    if (shares !== null && isWorked(layer))
      emitShares(builder, layer, name, shares, isWanted ? 'output' : 'intermediate');
    else emitLayer(builder, layer, name, byFolds);
    if (isWanted) storage.inDram(layer.output, 'output');
    for (const tensor of uses.over(index)) storage.release(tensor);
  }
  const outputs = uses.wanted.map((view) => ({ view, dram: storage.inDram(view, 'output') }));

  const scheduled = listSchedule(emitter.steps);
  const contents = { tensors: dram.tensors, data: dram.data, schedules: {} };
  const { program, ofSteps } = finish(
    config,
    scheduled.map(({ step }) => step),
    contents,
    options,
  );
  const steps = scheduled.flatMap(({ step, start, end }, at): LayerCommand[] => {
    const command = ofSteps[at];
    if (command === undefined) return [];
    const makes = step.makes === null || 'inDram' in step.makes ? step.makes : resultPart(step.makes);
    return [{ command, unit: step.unit, layer: step.layer, makes, start, end }];
  });
  return { ...program, layers, before, after, inputs, outputs, steps };
}

/** Room for an input, or the bytes of a constant; with the border that windows which are gathered reach into. */
function declareInput(graph: Graph, dram: DramTensors, storage: Storage, view: View, border: Sides): Boundary {
  const tensor = graph.tensors[view.tensor];
  const zero = tensor?.quantisation?.zeros[0] ?? 0;
  const { picture } = view;
  const { height, width, channels } = picture;
  const row = (width + border.left + border.right) * channels;
  const bytes = row * (height + border.top + border.bottom);
  const data = tensor?.data ?? null;
  const name = tensor?.name ?? '';
  const placed: InDram = {
    tensor:
      data === null
        ? dram.room(name, bytes, 'input', zero & 0xff)
        : dram.constant(name, () => new Uint8Array(data.buffer, data.byteOffset, elementsOf(picture))),
    offset: data === null ? border.top * row + border.left * channels : 0,
    place: channels,
    row: data === null ? row : width * channels,
    border: data === null ? border : noSides,
    isDense: data !== null || isNone(border),
  };
  storage.placeInDram(view.tensor, placed);
  return { view: { tensor: view.tensor, picture }, dram: placed };
}
