/** Reads a compiled network from its file. */
import type { NpuConfig } from '../../config.ts';
import { NetworkError } from '../../graph/error.ts';
import type { Graph } from '../../graph/graph.ts';
import { decodeCommand, type Command } from '../../isa/assembler.ts';
import { COMMAND_BYTES, operations } from '../../isa/operations.ts';
import type { LayerCommand } from '../network/compile.ts';
import { legalise } from '../network/legalise.ts';
import { elementsOf } from '../network/picture.ts';
import type { ResultPart } from '../network/result-part.ts';
import type { HostTensor, RunnableLayer, RunnableNetwork, Whole } from '../network/runnable.ts';
import type { PlacedTensor } from '../tensor.ts';
import { checkImage, checkPart } from './check.ts';
import { unpacked } from './container.ts';
import { damaged } from './error.ts';
import { readManifest, type Manifest } from './manifest.ts';

export interface Artefact {
  readonly config: NpuConfig;
  readonly program: RunnableNetwork;
  /** The file that the network came in, whose graph the program's numbers of tensors and operators are of. */
  readonly network: Uint8Array;
  readonly manifest: Manifest;
}

/** @throws ArtefactError for a file that is none, is of another version or was changed; one line */
export function readArtefact(bytes: Uint8Array): Artefact {
  const { manifest: json, commands: code, image, network } = unpacked(bytes);
  const manifest = readManifest(json);
  const { npu: config, ring, before, after } = manifest;
  const commands = commandsIn(code);
  const program: RunnableNetwork = {
    image,
    code,
    commands,
    ring,
    tensors: tensorsOf(manifest),
    layers: manifest.layers.map(layerOf),
    before,
    after,
    inputs: manifest.inputs.map(hostTensorOf),
    outputs: manifest.outputs.map(hostTensorOf),
    steps: stepsOf(manifest, commands),
  };
  checkImage(config, program, manifest);
  return { config, program, network, manifest };
}

/** @throws ArtefactError where the artefact was made of another network than `graph` */
export function checkGraph({ manifest }: Artefact, graph: Graph): void {
  const { tensors, operators } = compiled(graph);
  const { layers, inputs, outputs, places } = manifest;
  const isThere = (view: Whole, name = tensors[view.tensor]?.name): boolean => {
    const found = tensors[view.tensor];
    const elements = found?.shape.reduce((all, size) => all * size, 1);
    return found !== undefined && found.name === name && elements === elementsOf(view.picture);
  };
  const same =
    layers.every(({ name, output }) => isThere(output, name)) &&
    layers.every(({ operators: own }) => own.every((index) => index < operators.length)) &&
    [...inputs, ...outputs].every(({ name, view }) => isThere(view, name)) &&
    places.every((place) => isThere(place));
  if (!same) isAnother();
}

const isAnother = (): never => damaged('the network in it is another one than was compiled');

/** With the tensors that only the compiler knows, which layers may make. */
function compiled(graph: Graph): Graph {
  try {
    return legalise(graph).graph;
  } catch (error) {
    if (error instanceof NetworkError) return isAnother();
    throw error;
  }
}

function commandsIn(code: Uint8Array): Command[] {
  if (code.length % COMMAND_BYTES !== 0) damaged(`its commands are ${code.length} bytes, not whole commands`);
  return Array.from({ length: code.length / COMMAND_BYTES }, (_, index) => {
    const bytes = code.subarray(index * COMMAND_BYTES, (index + 1) * COMMAND_BYTES);
    return decodeCommand(bytes) ?? damaged(`command ${index} is illegal`);
  });
}

function tensorsOf({ tensors }: Manifest): Readonly<Record<string, PlacedTensor>> {
  const all = tensors.map((tensor): PlacedTensor => {
    const [rows, columns, ...more] = tensor.shape;
    if (rows === undefined || columns === undefined || more.length > 0)
      return damaged(`tensor '${tensor.name}' has no two dimensions`);
    return { ...tensor, shape: [rows, columns] };
  });
  const byName = new Map(all.map((tensor) => [tensor.name, tensor]));
  if (byName.size < all.length) damaged('two of its tensors have one name');
  return Object.fromEntries(byName);
}

function layerOf({ kind, operators, input, output }: Manifest['layers'][number]): RunnableLayer {
  if (kind !== 'rename') return { kind, operators, output };
  return { kind, operators, output, input: input ?? damaged('a layer of kind rename has no input') };
}

const hostTensorOf = ({ view, dram }: Manifest['inputs'][number]): HostTensor => ({ view, dram });

/** Each of the units' commands with its row of numbers. */
function stepsOf({ steps, places, stored, layers, npu }: Manifest, commands: readonly Command[]): LayerCommand[] {
  const all = commands.flatMap((command) => {
    const { unit } = operations[command.operation];
    return unit === 'control' ? [] : [{ command, unit }];
  });
  if (all.length !== steps.length) damaged(`it has ${all.length} commands of units and ${steps.length} steps`);
  return all.map(({ command, unit }, index): LayerCommand => {
    const wrong = (): never => damaged(`step ${index} is none`);
    const [layer = 0, start = 0, end = 0, place, ...part] = steps[index] ?? wrong();
    if (layers[layer] === undefined) wrong();
    if (place === undefined) return { command, unit, layer, makes: null, start, end };
    if (part.length === 0) return { command, unit, layer, makes: stored[place] ?? wrong(), start, end };
    const [line = 0, y = 0, x = 0, channel = 0, rows = 0, columns = 0, channels = 0, ...more] = part;
    if (more.length > 0) wrong();
    const makes: ResultPart = { ...(places[place] ?? wrong()), line, y, x, channel, rows, columns, channels };
    checkPart(npu, makes, index);
    return { command, unit, layer, makes, start, end };
  });
}
