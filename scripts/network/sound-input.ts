/** Sound as the input of a network that takes samples. */
import type { GraphTensor } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { UsageError } from '../failure.ts';
import { count } from '../text.ts';
import { readWav } from '../wav.ts';
import { shownRange, type Range } from './reals.ts';

/** The loudest sample that there can be: a real number, or that of so many bits. */
const loudest = [1, 2 ** 7, 2 ** 15];

/** Of the usual ones the nearest to what a tensor covers, by their ratio. */
function loudnessOf({ low, high }: Range): number {
  const most = Math.log(Math.max(-low, high));
  const [nearest = 1] = loudest.toSorted((a, b) => Math.abs(Math.log(a) - most) - Math.abs(Math.log(b) - most));
  return nearest;
}

/**
 * Its samples as real numbers, and what was done in a line.
 * @throws UsageError for a file that is no sound, or of another number of samples
 */
export function fromSound(
  tensor: GraphTensor,
  covered: Range | null,
  bytes: Uint8Array,
  name: string,
): { readonly reals: Float64Array; readonly told: string } {
  const { rate, channels, length, samples } = readWav(bytes, name);
  const wanted = elementsIn(tensor.shape);
  if (length !== wanted) {
    const shape = tensor.shape.join(' × ');
    throw new UsageError(
      `${name} has ${count(length)} samples, and input '${tensor.name}' is ${shape} ${tensor.type}`,
      `give ${count(wanted)} samples, or, where it takes features of sound (a spectrogram), those as ${shape} in a .npy file`,
    );
  }
  const most = loudnessOf(covered ?? { low: -1, high: 1 });
  const mixed = channels === 1 ? '' : `, the mean of ${channels} channels`;
  return {
    reals: samples().map((sample) => sample * most),
    told: `${name}, ${count(wanted)} samples of ${count(rate)} a second${mixed}, from ${shownRange({ low: -most, high: most })}`,
  };
}
