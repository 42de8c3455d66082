/** Shapes and places of operators, as errors show them. */
import type { Graph, GraphTensor, Operator } from './graph.ts';

export const elementsIn = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** `1×25×5×64`; of a scalar, `a single element`. */
export const showShape = (shape: readonly number[]): string =>
  shape.length === 0 ? 'a single element' : shape.join('×');

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** More of a name is of no help. */
const LONGEST_NAME = 80;

/** A tensor's name in quotes, cut short if it is long. */
export const showName = ({ name }: { readonly name: string }): string =>
  `'${name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name}'`;

/** `operator 3 (CONV_2D, which makes 'scores')`. */
export function showOperator(index: number, title: string, output: GraphTensor | undefined): string {
  return `operator ${index} (${output === undefined ? title : `${title}, which makes ${showName(output)}`})`;
}

/** The same of an operator in its graph. */
export function placeOf(graph: Graph, operator: Operator): string {
  const [output = -1] = operator.outputs;
  return showOperator(graph.operators.indexOf(operator), operator.title, graph.tensors[output]);
}

/** How many places a window has along a side: the output's size. */
export interface Side {
  readonly size: number;
  readonly before: number;
  readonly after: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
}

/** From the first element to the last one that a window takes. */
export const spanOf = (window: number, dilation: number): number => (window - 1) * dilation + 1;

export const placesAlong = ({ size, before, after, window, stride, dilation }: Side): number =>
  Math.floor((size + before + after - spanOf(window, dilation)) / stride) + 1;
