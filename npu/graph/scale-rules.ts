/** How far apart the scales of an operator's tensors may be. */
import type { Ends } from './ends.ts';
import type { Operator } from './graph.ts';

/**
 * A result whose steps are so many times as fine as an input's is at one end of its range or at the other, whatever the
 * input; the multipliers of kernels hold little more (`quantisedMultiplier`).
 */
const MOST_FACTOR = 2 ** 22;

/** Of real numbers from here on functions of them are at one end of their range or at the other. */
const MOST_ARGUMENT = 2 ** 19;

/**
 * What is wrong with an operator's scales, to go on after its place; null where nothing is. Kernels multiply by the
 * scale of an input, or by the product of two, over that of the result; functions by that of the input alone.
 */
export function scaleProblem({ kind }: Pick<Operator, 'kind'>, { inputs, outputs }: Ends): string | null {
  const [first = 0, second = 1] = inputs
    .flatMap((tensor) => mostOf(tensor?.quantisation?.scales ?? []))
    .toSorted((one, other) => other - one);
  const isFunction = kind === 'logistic' || kind === 'tanh' || kind === 'hardSwish' || kind === 'softmax';
  if (isFunction && first >= MOST_ARGUMENT) return `takes a scale of ${first}; quantise the network again`;
  const most = first * Math.max(1, second);
  for (const result of outputs) {
    const least = Math.min(...(result.quantisation?.scales ?? []));
    if (!(most < MOST_FACTOR * least))
      return `takes scales up to ${most} and makes one of ${least}; quantise the network again`;
  }
  return null;
}

const mostOf = (scales: readonly number[]): readonly number[] => (scales.length === 0 ? [] : [Math.max(...scales)]);
