/** A picture as a network's input. */
import { shellPath } from '../../testbench/kit/shell.ts';
import type { GraphTensor } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { UsageError } from '../failure.ts';
import { readPng, type Png } from '../png.ts';
import { shownRange, type Range } from './reals.ts';

/** What 0 and 255 of a picture are in the networks that there are. */
const usual: readonly Range[] = [
  { low: 0, high: 1 },
  { low: 0, high: 255 },
  { low: -1, high: 1 },
];
/** A tensor covers a usual range where both ends are as near to it as this, in parts of its length. */
const NEAR = 1 / 8;

/** The usual range that is nearest to what a tensor covers; that itself where none is near. */
function brightnessOf(covered: Range): Range {
  const away = ({ low, high }: Range): number =>
    Math.max(Math.abs(covered.low - low), Math.abs(covered.high - high)) / (high - low);
  const [nearest = covered] = usual.toSorted((one, other) => away(one) - away(other));
  return away(nearest) <= NEAR ? nearest : covered;
}

interface Frame {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Whether a channel's pixels lie together, not a pixel's channels. */
  readonly byChannels: boolean;
}

const isChannels = (size: number | undefined): size is 1 | 3 => size === 1 || size === 3;

/** The picture that a tensor is; null for one that is none. A list is any picture of as many pixels. */
function frameOf(shape: readonly number[], { width, height }: Pick<Png, 'width' | 'height'>): Frame | null {
  const elements = elementsIn(shape);
  if (shape.every((size) => size === 1 || size === elements)) {
    const channels = elements / (width * height);
    return isChannels(channels) ? { height, width, channels, byChannels: false } : null;
  }
  const sizes = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  const [first = 0, second = 0, third] = sizes;
  if (sizes.length === 2) return { height: first, width: second, channels: 1, byChannels: false };
  if (sizes.length !== 3) return null;
  if (isChannels(third)) return { height: first, width: second, channels: third, byChannels: false };
  return isChannels(first) && third !== undefined
    ? { height: second, width: third, channels: first, byChannels: true }
    : null;
}

/** Brightness as Rec. 601 has it, which is what most programs make pictures grey by. */
const grey = (red: number, green: number, blue: number): number =>
  red === green && green === blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue;

/**
 * Its pixels as real numbers, in the order of the tensor, and what was done in a line.
 * @throws UsageError for a file that is no picture or one of another size, and a tensor that is none
 */
export function fromPicture(
  tensor: GraphTensor,
  covered: Range | null,
  bytes: Uint8Array,
  name: string,
): { readonly reals: Float64Array; readonly told: string } {
  const picture = readPng(bytes, name);
  const { width, height, isColour, pixels } = picture;
  const shown = `input '${tensor.name}' is ${tensor.shape.join(' × ')} ${tensor.type}`;
  const frame = frameOf(tensor.shape, picture);
  if (frame === null)
    throw new UsageError(
      `${name} is a picture of ${width} × ${height}, and ${shown}, which is none of 1 or 3 channels`,
      'give a .npy file',
    );
  if (frame.width !== width || frame.height !== height) {
    const size = `${frame.width}x${frame.height}`;
    throw new UsageError(
      `${name} is ${width} wide and ${height} high, and ${shown}: ${frame.width} wide and ${frame.height} high`,
      `scale it first, as by magick ${shellPath(name)} -resize '${size}!' ${size}.png`,
    );
  }
  const range = brightnessOf(covered ?? { low: 0, high: 1 });
  const rgb = pixels();
  const brightness = (pixel: number, channel: number): number => {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(3 * pixel, 3 * pixel + 3);
    return frame.channels === 1 ? grey(red, green, blue) : ([red, green, blue][channel] ?? 0);
  };
  const count = width * height;
  const reals = Float64Array.from({ length: count * frame.channels }, (_, i) => {
    const [pixel, channel] = frame.byChannels
      ? [i % count, Math.floor(i / count)]
      : [Math.floor(i / frame.channels), i % frame.channels];
    return range.low + (brightness(pixel, channel) / 255) * (range.high - range.low);
  });
  const made = frame.channels === 1 && isColour ? ', made grey' : frame.channels === 3 && !isColour ? ', grey' : '';
  return { reals, told: `${name}, ${width} × ${height} pixels${made}, whose 0 to 255 are ${shownRange(range)}` };
}
