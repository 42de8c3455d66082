/** An operator of the file, as the table of operators reads it. */
import type { Activation, GraphTensor, Pair, Sides } from '../../graph/graph.ts';
import { sameShape, showName, showOperator, showShape, spanOf } from '../../graph/shape.ts';
import { TfliteError } from './error.ts';
import type { Table } from './flat-table.ts';
import type { Tensors } from './tensors.ts';

const activations: readonly Activation[] = ['none', 'relu', 'reluN1To1', 'relu6'];

/** More numbers has no list of axes, sizes or places. */
const MOST_LISTED = 16;

export interface Picture {
  readonly height: number;
  readonly width: number;
}

export class Place {
  readonly title: string;
  readonly inputs: readonly (number | null)[];
  readonly outputs: readonly number[];
  readonly options: Table;
  readonly #index: number;
  readonly #tensors: Tensors;

  constructor(
    index: number,
    title: string,
    tensors: Tensors,
    at: { readonly inputs: readonly number[]; readonly outputs: readonly number[]; readonly options: Table },
  ) {
    this.#index = index;
    this.#tensors = tensors;
    this.title = title;
    this.inputs = at.inputs.map((input) => (input === -1 ? null : input));
    this.outputs = at.outputs;
    this.options = at.options;
  }

  /** @throws TfliteError, always: one line with the place. */
  refuse(what: string, remedy: string): never {
    const [output] = this.outputs;
    const made = output === undefined ? undefined : this.#tensors.at(output);
    throw new TfliteError(`${showOperator(this.#index, this.title, made)} ${what}; ${remedy}`);
  }

  /** Of all that has to do with how the network was made. */
  refuseConversion(what: string): never {
    return this.refuse(what, 'convert the network again');
  }

  /** Checks how many tensors go in; the last ones may be left out. One comes out, or `outputs` do. */
  takes(least: number, most = least, outputs = 1): void {
    const { length } = this.inputs;
    if (length < least || length > most) {
      this.refuseConversion(`takes ${length} tensors; it should be ${least === most ? least : `${least} to ${most}`}`);
    }
    if (this.outputs.length !== outputs) {
      this.refuseConversion(`makes ${this.outputs.length} tensors; it should be ${outputs}`);
    }
  }

  /** The number of an input that must be there. */
  input(at: number): number {
    return this.inputs[at] ?? this.refuseConversion(`has no input ${at}`);
  }

  inputTensor(at: number): GraphTensor {
    return this.#tensors.at(this.input(at));
  }

  outputTensor(at = 0): GraphTensor {
    return this.#tensors.at(this.outputs[at] ?? this.refuseConversion(`has no output ${at}`));
  }

  /** The number of a tensor between two operators of the graph that are one in the file; its type is another one's. */
  between(like: GraphTensor, shape: readonly number[]): number {
    return this.#tensors.add(like, shape);
  }

  /** Height and width of a tensor of four dimensions. */
  picture({ name, shape }: GraphTensor): Picture {
    const [, height, width] = shape;
    if (shape.length !== 4 || height === undefined || width === undefined) {
      this.refuseConversion(`takes ${showName({ name })} of ${showShape(shape)}; it should have four dimensions`);
    }
    return { height, width };
  }

  /** The whole numbers of an input, which has to be constant. */
  numbers(at: number): readonly number[] {
    const { name, data } = this.inputTensor(at);
    if (!(data instanceof Int32Array || data instanceof BigInt64Array)) {
      this.refuse(`takes ${showName({ name })}, which is no constant of whole numbers`, 'convert it with fixed shapes');
    }
    if (data.length > MOST_LISTED)
      this.refuseConversion(`takes ${showName({ name })}, which lists ${data.length} numbers`);
    return Array.from<number | bigint, number>(data, Number);
  }

  /**
   * Checks an input that says which shape the result has, where it is constant. Converters that do not know the first
   * dimension have it worked out when the network runs, by operators that the graph leaves out.
   */
  expectShape(at: number, shape: readonly number[]): void {
    const { data } = this.inputTensor(at);
    if (data === null || sameShape(this.numbers(at), shape)) return;
    this.refuseConversion(`makes ${showShape(shape)} of the shape ${showShape(this.numbers(at))}`);
  }

  /** An axis of a tensor, counted from 0. */
  axis(axis: number, { name, shape }: GraphTensor): number {
    const { length } = shape;
    if (!(axis >= -length && axis < length)) {
      this.refuseConversion(`works along axis ${axis} of ${showName({ name })}, which has ${length}`);
    }
    return axis < 0 ? axis + length : axis;
  }

  activation(code: number): Activation {
    return (
      activations[code] ?? this.refuse(`has activation ${code}`, `there are ${activations.join(', ')}; use one of them`)
    );
  }

  /** Two numbers of at least 1. */
  pair(what: string, down: number, across: number): Pair {
    for (const value of [down, across]) if (value < 1) this.refuseConversion(`has a ${what} of ${value}`);
    return [down, across];
  }

  /** What a padding's code means: as much as keeps ⌈size / stride⌉ places (SAME), or none (VALID). */
  padding(code: number, picture: Picture, window: Pair, stride: Pair, dilation: Pair): Sides {
    if (code === 1) return { top: 0, left: 0, bottom: 0, right: 0 };
    if (code !== 0) this.refuseConversion(`has padding ${code}`);
    const along = (size: number, at: 0 | 1): number => {
      const places = Math.ceil(size / stride[at]);
      return Math.max(0, (places - 1) * stride[at] + spanOf(window[at], dilation[at]) - size);
    };
    const [down, across] = [along(picture.height, 0), along(picture.width, 1)];
    const [top, left] = [Math.floor(down / 2), Math.floor(across / 2)];
    return { top, left, bottom: down - top, right: across - left };
  }
}
