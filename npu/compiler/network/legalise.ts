/**
 * Operators of a graph in the hardware's terms: activations become ranges, shapes pictures, scales multipliers. Each
 * family of operators has a file in legalise/.
 */
import { isByteOperator } from '../../graph/byte-table.ts';
import type { Graph, Operator } from '../../graph/graph.ts';
import type { Layer, LayerBody } from './layer.ts';
import { extremum, lookup, prelu, product, softmax, sum } from './legalise/elementwise.ts';
import { move, reshape } from './legalise/moves.ts';
import { pool } from './legalise/pools.ts';
import { convolution, depthwise, fullyConnected } from './legalise/products.ts';
import { Reader } from './legalise/reader.ts';
import { extremeAlong, mean, sumAlong } from './legalise/reductions.ts';
import { bilinear } from './legalise/resize.ts';
import { svdf } from './legalise/svdf.ts';
import { transposed } from './legalise/transposed.ts';
import { isMove } from './piece.ts';
import { simplified } from './simplify.ts';

export interface Legalised {
  /** The graph in fewer terms, and behind its tensors those that only layers have. */
  readonly graph: Graph;
  readonly layers: readonly Layer[];
}

/**
 * The layers of a graph, in its order; an operator whose result nobody asks for has none.
 * @throws NetworkError for an operator that the NPU cannot do
 */
export function legalise(given: Graph): Legalised {
  const graph = simplified(given);
  const tensors = [...graph.tensors];
  const asked = new Set([...graph.outputs, ...graph.operators.flatMap(({ inputs }) => inputs)]);
  const layers = graph.operators.flatMap((operator, index) =>
    // Nearly all operators have one result; each of several is a layer.
    operator.outputs.flatMap((output, made) => {
      if (!asked.has(output)) return [];
      const reader = new Reader(graph, tensors, operator, index, made);
      return layersOf(reader, operator).map((body) => ({ ...body, operators: [index] }));
    }),
  );
  return { graph: { ...graph, tensors }, layers };
}

function layersOf(reader: Reader, operator: Operator): LayerBody[] {
  if (isByteOperator(operator)) return lookup(reader, operator);
  if (isMove(operator)) return move(reader, operator);
  switch (operator.kind) {
    case 'conv2d':
      return convolution(reader, operator);
    case 'depthwiseConv2d':
      return depthwise(reader, operator);
    case 'transposeConv':
      return transposed(reader, operator);
    case 'fullyConnected':
      return fullyConnected(reader, operator);
    case 'averagePool':
    case 'maxPool':
      return pool(reader, operator);
    case 'add':
    case 'sub':
      return sum(reader, operator);
    case 'mul':
      return product(reader, operator);
    case 'prelu':
      return prelu(reader);
    case 'minimum':
    case 'maximum':
      return extremum(reader, operator);
    case 'mean':
      return mean(reader, operator);
    case 'sum':
      return sumAlong(reader, operator);
    case 'reduceMax':
    case 'reduceMin':
      return extremeAlong(reader, operator);
    case 'softmax':
      return softmax(reader, operator);
    case 'reshape':
      return reshape(reader);
    case 'resizeBilinear':
      return bilinear(reader, operator);
    case 'svdf':
      return svdf(reader, operator);
    default:
      return reader.onHost();
  }
}
