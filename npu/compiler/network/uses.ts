/** Who uses which tensor of a network, and how. */
import type { Graph, Sides } from '../../graph/graph.ts';
import type { NpuConfig } from '../../config.ts';
import { gatheredOf } from './gather.ts';
import type { Layer } from './layer.ts';
import { noSides, widerSides, type Picture, type View } from './picture.ts';

export const tensorsOf = (layer: Layer): number[] => [...inputsOf(layer), layer.output].map(({ tensor }) => tensor);
export const inputsOf = (layer: Layer | undefined): readonly View[] =>
  layer === undefined ? [] : 'inputs' in layer ? layer.inputs : [layer.input];

export class Uses {
  readonly #layers: readonly Layer[];
  readonly #own: readonly number[];
  /** Tensors that the NPU takes from the host, and those that the host takes from it. */
  readonly given: readonly View[];
  readonly wanted: readonly View[];
  readonly #roots = new Map<number, number>();

  constructor(graph: Graph, layers: readonly Layer[], own: readonly number[], after: readonly number[]) {
    this.#layers = layers;
    this.#own = own;
    const ownLayers = own.flatMap((index) => layers[index] ?? []);
    const made = new Set(ownLayers.map(({ output }) => output.tensor));
    const asked = new Set([
      ...graph.outputs,
      ...after.flatMap((index) => inputsOf(layers[index])).map(({ tensor }) => tensor),
    ]);
    for (const layer of ownLayers)
      if (layer.kind === 'rename') this.#roots.set(layer.output.tensor, this.#root(layer.input.tensor));
    const taken = new Map(ownLayers.flatMap(inputsOf).map((view) => [view.tensor, view]));
    this.given = [...taken.values()].filter(({ tensor }) => !made.has(tensor)).map((view) => this.#asRead(view));
    this.wanted = ownLayers.map(({ output }) => output).filter(({ tensor }) => asked.has(tensor));
  }

  isWanted = (tensor: number): boolean => this.wanted.some((view) => view.tensor === tensor);

  /** How many layers there are from one to the next that uses a tensor, under any name; Infinity where none does. */
  next(tensor: number, after: number): number {
    const root = this.#root(tensor);
    const place = this.#own.slice(this.#own.indexOf(after) + 1).findIndex((index) => {
      const layer = this.#layers[index];
      return layer !== undefined && tensorsOf(layer).some((one) => this.#root(one) === root);
    });
    return place < 0 ? Infinity : place;
  }

  /** Tensors that a layer is the last one to touch. */
  over(index: number): number[] {
    const layer = this.#layers[index];
    if (layer === undefined) return [];
    const roots = new Set(tensorsOf(layer).map((tensor) => this.#root(tensor)));
    return [...roots].filter((root) => this.next(root, index) === Infinity);
  }

  /** The border that a tensor's lines have where convolutions walk over it; and that of its bytes in DRAM. */
  border(config: NpuConfig, tensor: number): Sides {
    return this.#paddings(tensor, (layer) => gatheredOf(config, layer, this.#isGiven(tensor)) === 'nothing');
  }

  gatheredBorder(config: NpuConfig, { tensor, picture }: View): Sides {
    const isOne = this.#readers(tensor).every((view) => isSamePicture(view.picture, picture));
    return isOne && !this.#isMoved(tensor)
      ? this.#paddings(tensor, (layer) => gatheredOf(config, layer, this.#isGiven(tensor)) !== 'nothing')
      : noSides;
  }

  /** As the first layer that reads it looks at it, whatever it is called until then. */
  #asRead({ tensor, picture }: View): View {
    return { tensor, picture: this.#readers(tensor)[0]?.picture ?? picture };
  }

  /** What layers that do more than rename read of a tensor. */
  #readers(tensor: number): View[] {
    return this.#own
      .flatMap((index) => this.#layers[index] ?? [])
      .filter(({ kind }) => kind !== 'rename')
      .flatMap(inputsOf)
      .filter((view) => this.#root(view.tensor) === this.#root(tensor));
  }

  /** What moves bytes takes them without anything between. */
  #isMoved(tensor: number): boolean {
    return this.#own
      .flatMap((index) => this.#layers[index] ?? [])
      .some(
        (layer) =>
          layer.kind === 'move' && inputsOf(layer).some((view) => this.#root(view.tensor) === this.#root(tensor)),
      );
  }

  #isGiven = (tensor: number): boolean => this.given.some((view) => view.tensor === tensor);

  #paddings(tensor: number, which: (layer: Layer & { readonly kind: 'convolution' }) => boolean): Sides {
    return (
      this.#own
        .flatMap((index) => this.#layers[index] ?? [])
        .filter((layer) => layer.kind === 'convolution')
        // Pictures of a batch have borders of their own, when it is their turn.
        .filter(({ pictures }) => pictures === 1)
        .filter((layer) => this.#root(layer.input.tensor) === this.#root(tensor) && which(layer))
        .reduce((sides, { padding }) => widerSides(sides, padding), noSides)
    );
  }

  #root = (tensor: number): number => this.#roots.get(tensor) ?? tensor;
}
const isSamePicture = (one: Picture, other: Picture): boolean =>
  one.height === other.height && one.width === other.width && one.channels === other.channels;
