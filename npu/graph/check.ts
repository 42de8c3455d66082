/**
 * What a graph must be before anybody works with it, whoever made it: every tensor has a value when it is taken, once;
 * the shapes of each operator follow from each other; types are those that there is arithmetic for, and quantised where
 * that needs it; filters and biases are constants; and it ends in a time that somebody could wait for.
 */
import { endsOf, tensorAt } from './ends.ts';
import { NetworkError } from './error.ts';
import type { Graph } from './graph.ts';
import { scaleProblem } from './scale-rules.ts';
import { shapeProblem } from './shape-rules.ts';
import { elementsIn, placeOf, showName, showShape } from './shape.ts';
import { typeProblem } from './type-rules.ts';
import { workOf } from './work.ts';

/** Nobody could wait for more, of a reference or of a simulation. */
const MOST_WORK = 2 ** 36;

/** @throws NetworkError: one line with the place, the cause and the remedy */
export function checkGraph(graph: Graph): void {
  checkTensors(graph);
  checkOrder(graph);
  let work = 0;
  for (const operator of graph.operators) {
    const ends = endsOf(graph, operator);
    const misshapen = shapeProblem(operator, ends);
    if (misshapen !== null) {
      throw new NetworkError(
        `${placeOf(graph, operator)} ${misshapen}; its shapes contradict each other: make it again`,
      );
    }
    const mistyped = typeProblem(operator, ends);
    if (mistyped !== null) throw new NetworkError(`${placeOf(graph, operator)} ${mistyped}`);
    const unscaled = scaleProblem(operator, ends);
    if (unscaled !== null) throw new NetworkError(`${placeOf(graph, operator)} ${unscaled}`);
    work += workOf(operator, ends);
    if (work > MOST_WORK) {
      const what = `${placeOf(graph, operator)} and those before it work through ${work.toExponential(1)} elements`;
      throw new NetworkError(`${what}; give a network of at most ${MOST_WORK.toExponential(1)}`);
    }
  }
}

function checkTensors({ tensors }: Graph): void {
  for (const tensor of tensors) {
    const elements = elementsIn(tensor.shape);
    if (tensor.data !== null && tensor.data.length !== elements) {
      const has = `has ${tensor.data.length} values for ${showShape(tensor.shape)}`;
      throw new NetworkError(`tensor ${showName(tensor)} ${has}; give ${elements}`);
    }
    const { scales, zeros } = tensor.quantisation ?? { scales: [], zeros: [] };
    // A constant that is nothing but zeros may have a scale of 0.
    const least = tensor.data === null ? Number.MIN_VALUE : 0;
    const bad = scales.find((scale) => !(scale >= least && Number.isFinite(scale)));
    if (bad !== undefined) {
      throw new NetworkError(`tensor ${showName(tensor)} has a scale of ${bad}; quantise the network again`);
    }
    const range = ranges[tensor.type];
    const outside = zeros.find((zero) => range !== null && !(zero >= range.least && zero <= range.most));
    if (outside !== undefined) {
      const what = `has a zero point of ${outside}, which is no ${tensor.type}`;
      throw new NetworkError(`tensor ${showName(tensor)} ${what}; quantise the network again`);
    }
  }
}

/** What a zero point can be; null where there is none. */
const ranges = {
  int8: { least: -128, most: 127 },
  uint8: { least: 0, most: 255 },
  int16: { least: -(2 ** 15), most: 2 ** 15 - 1 },
  int32: { least: -(2 ** 31), most: 2 ** 31 - 1 },
  int64: null,
  float32: null,
} as const;

/** That every tensor has one origin, and has its value before it is taken. */
function checkOrder(graph: Graph): void {
  const { tensors, operators, inputs, outputs } = graph;
  const wrong = (index: number, what: string): never => {
    throw new NetworkError(`tensor ${showName(tensorAt(graph, index))} ${what}; the network has to be made again`);
  };
  const ready = new Set<number>();
  tensors.forEach(({ data, variable }, index) => {
    if (data !== null || variable === true) ready.add(index);
  });
  for (const index of inputs) {
    if (ready.has(index)) wrong(index, 'is an input, and has a value already');
    ready.add(index);
  }
  for (const operator of operators) {
    for (const index of operator.inputs) {
      if (index !== null && !ready.has(index)) wrong(index, 'is taken by an operator before anything makes it');
    }
    for (const index of operator.outputs) {
      if (ready.has(index)) wrong(index, 'is made by an operator, and has a value already');
      ready.add(index);
    }
  }
  for (const index of outputs) if (!ready.has(index)) wrong(index, 'is an output, and nothing makes it');
  if (operators.length === 0) throw new NetworkError('the network has no operators; there is nothing to run');
}
