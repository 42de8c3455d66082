/**
 * Layers whose tensors are too large for a bank of the scratchpad: their results are made share by share, of what is
 * brought from DRAM, and go back there. A share is some rows, all columns or some, and all channels, or where a channel
 * of the result hangs on one channel of the input, some of them.
 */
import type { ChannelFactors } from '../../graph/factors.ts';
import type { Pair } from '../../graph/graph.ts';
import type { NpuConfig } from '../../config.ts';
import { evenly } from './bands.ts';
import type { Builder } from './builder.ts';
import { emitLayer } from './emit-layer.ts';
import { gatheredOf } from './gather.ts';
import { planesOf, type Layer } from './layer.ts';
import { placesOf, type Picture, type View } from './picture.ts';
import type { Share } from './storage.ts';
import { inputsOf } from './uses.ts';

/** What the NPU works out. */
type OwnLayer = Exclude<Layer, { readonly kind: 'rename' | 'move' | 'host' }>;

/** Whether a layer makes new values of those that are there. */
export const isWorked = (layer: Layer): layer is OwnLayer =>
  layer.kind !== 'rename' && layer.kind !== 'move' && layer.kind !== 'host';

/** Parts of a bank that shares are to fit: one is worked on, one is loaded, one is stored. */
const PARTS = 3;

/**
 * The shares of a layer's result, one where only borders are too much; null where all of it fits. Pictures of a batch
 * that windows go over are shares of their own.
 */
export function sharesOf({ config, storage }: Builder, layer: OwnLayer): readonly Share[] | null {
  const pictures = picturesOf(layer);
  const one = ofOnePicture(layer);
  const { height, width, channels } = one.output.picture;
  const whole: Share = { y: 0, x: 0, channel: 0, height, width, channels };
  const views = [layer.output, ...inputsOf(layer)];
  const isToBeLoaded = inputsOf(layer).some(({ tensor }) => !storage.isInScratchpad(tensor));
  const fits = !isToBeLoaded || linesOf(config, layer, whole) <= config.bankLines;
  if (pictures === 1 && fits && !views.some((view) => storage.isTooLarge(view))) return null;
  const size = sizeOf(config, one);
  return Array.from({ length: pictures }, (_, picture) => picture).flatMap((picture) =>
    evenly(channels, size.channels).flatMap((across) =>
      evenly(height, size.height).flatMap((down) =>
        evenly(width, size.width).map((along) => ({
          y: picture * height + down.from,
          x: along.from,
          channel: across.from,
          height: down.size,
          width: along.size,
          channels: across.size,
        })),
      ),
    ),
  );
}

const picturesOf = (layer: OwnLayer): number => ('kernel' in layer ? layer.pictures : 1);

/** A layer over the first picture of its batch. */
function ofOnePicture(layer: OwnLayer): OwnLayer {
  const pictures = picturesOf(layer);
  const first = ({ picture, ...view }: View): View => ({
    ...view,
    picture: { ...picture, height: picture.height / pictures },
  });
  return 'kernel' in layer && pictures > 1
    ? { ...layer, input: first(layer.input), output: first(layer.output), pictures: 1 }
    : layer;
}

/** The size of a share: whole channels, whole rows where they fit. */
function sizeOf(config: NpuConfig, layer: OwnLayer): Picture {
  const most = Math.floor(config.bankLines / PARTS);
  const whole = layer.output.picture;
  // What looks at one channel only takes folds as they come.
  const isByChannel = layer.kind !== 'convolution' && layer.kind !== 'softmax';
  const channels = [whole.channels, ...(isByChannel && whole.channels > config.cols ? [config.cols] : [])];
  for (const ofShare of channels) {
    const fits = (height: number, width: number): boolean =>
      linesOf(config, layer, { height, width, channels: ofShare }) <= most;
    if (fits(1, whole.width)) {
      let height = 1;
      while (height < whole.height && fits(height + 1, whole.width)) height++;
      return { height, width: whole.width, channels: ofShare };
    }
  }
  const ofShare = channels.at(-1) ?? whole.channels;
  let width = 1;
  while (width < whole.width && linesOf(config, layer, { height: 1, width: width + 1, channels: ofShare }) <= most)
    width++;
  return { height: 1, width, channels: ofShare };
}

/** The most lines that a share of a result, or what it is made of, takes. */
function linesOf(config: NpuConfig, layer: OwnLayer, share: Picture): number {
  const { rows, cols } = config;
  const output = placesOf(share) * Math.ceil(share.channels / cols);
  const inputs = inputsOf(layer).map(({ picture }) => {
    if (layer.kind === 'convolution') {
      // Windows that the DMA gathers come in bands.
      if (gatheredOf(config, layer, true) !== 'nothing') return 0;
      return placesOf(seen(layer, share)) * Math.ceil(picture.channels / rows);
    }
    const places = 'kernel' in layer ? placesOf(seen(layer, share)) : placesOf(share);
    const channels = layer.kind === 'softmax' ? picture.channels : share.channels;
    return places * Math.ceil(channels / cols);
  });
  return Math.max(output, ...inputs);
}

type Window = Extract<OwnLayer, { readonly kernel: unknown }>;
/** Rows and columns from the first that is under the windows of a result to the last. */
function windowOf(layer: Window): Pair {
  const isConvolution = layer.kind === 'convolution';
  const dilation: Pair = isConvolution ? layer.dilation : [1, 1];
  const planes = isConvolution ? planesOf(layer) : planesOf({});
  const along = (axis: 0 | 1): number =>
    (layer.kernel[axis] - 1) * dilation[axis] + 1 + Math.max(...planes.map((plane) => plane[axis]));
  return [along(0), along(1)];
}

/** What the windows of as many places see, with what is around the picture. */
function seen(layer: Window, { height, width }: Picture): Picture {
  const [down, across] = windowOf(layer);
  return {
    height: (height - 1) * layer.stride[0] + down,
    width: (width - 1) * layer.stride[1] + across,
    channels: 1,
  };
}

/** A layer share by share. All that it reads is in DRAM, or brought there. */
export function emitShares(
  builder: Builder,
  layer: OwnLayer,
  name: string,
  shares: readonly Share[],
  role: 'intermediate' | 'output',
): void {
  const { storage } = builder;
  for (const view of inputsOf(layer)) storage.inDram(view);
  storage.roomInDram(layer.output, role);
  for (const share of shares) {
    const output = storage.part(layer.output, share);
    const part = partOf(builder, layer, share, output);
    const inputs = inputsOf(part);
    storage.hold([output, ...inputs].map(({ tensor }) => tensor));
    const isWhole = share.channels === layer.output.picture.channels;
    emitLayer(builder, part, isWhole ? name : `${name} from channel ${share.channel}`, new Set());
    storage.store(output);
    for (const { tensor } of new Set([output, ...inputs])) storage.release(tensor);
  }
}

/** The layer for a share of its result. */
function partOf({ storage }: Builder, layer: OwnLayer, share: Share, output: View): OwnLayer {
  switch (layer.kind) {
    case 'elementwise': {
      const [one, other] = layer.inputs;
      return {
        ...layer,
        inputs: [storage.part(one, under(one, share)), storage.part(other, under(other, share))],
        output,
      };
    }
    case 'lookup':
    case 'softmax':
      return { ...layer, input: storage.part(layer.input, share), output };
    case 'convolution':
      return { ...layer, ...windowsOf(storage, layer, share), output };
    case 'pool':
      return { ...layer, ...windowsOf(storage, layer, share), output };
    case 'depthwise':
      return {
        ...layer,
        ...windowsOf(storage, layer, share),
        output,
        filter: channelsOf(layer.filter, layer.output.picture.channels, share),
        scales: factorsOf(layer.scales, share),
      };
  }
}

/** What an operand that may be spread over the result has for a share of it. */
const under = ({ picture: { height, width, channels } }: View, share: Share): Share => ({
  y: height === 1 ? 0 : share.y,
  x: width === 1 ? 0 : share.x,
  channel: channels === 1 ? 0 : share.channel,
  height: Math.min(height, share.height),
  width: Math.min(width, share.width),
  channels: Math.min(channels, share.channels),
});

/** What the windows of a share see of the picture, and how far they reach over the edges of that. */
function windowsOf(storage: Builder['storage'], layer: Window, share: Share) {
  const { input, stride, padding } = layer;
  const [down, across] = windowOf(layer);
  const along = (at: number, size: number, step: number, window: number, before: number, length: number) => {
    const from = at * step - before;
    const to = (at + size - 1) * step - before + window;
    const first = Math.min(Math.max(0, from), length - 1);
    const end = Math.max(first + 1, Math.min(to, length));
    return { first, size: end - first, before: first - from, after: Math.max(0, to - length) };
  };
  const { width, channels } = input.picture;
  const height = input.picture.height / layer.pictures;
  const results = layer.output.picture.height / layer.pictures;
  const picture = Math.floor(share.y / results);
  const y = along(share.y - picture * results, share.height, stride[0], down, padding.top, height);
  const x = along(share.x, share.width, stride[1], across, padding.left, width);
  const own = layer.kind === 'convolution' ? { channel: 0, channels } : share;
  const size = { height: y.size, width: x.size, channels: own.channels };
  return {
    input: storage.part(input, { y: picture * height + y.first, x: x.first, channel: own.channel, ...size }),
    padding: { top: y.before, left: x.before, bottom: y.after, right: x.after },
    pictures: 1,
  };
}

/** Columns of a matrix. */
function channelsOf(matrix: Int8Array, all: number, { channel, channels }: Share): Int8Array {
  const rows = matrix.length / all;
  return Int8Array.from(
    { length: rows * channels },
    (_, at) => matrix[Math.floor(at / channels) * all + channel + (at % channels)] ?? 0,
  );
}

const factorsOf = ({ bias, multiplier, shift }: ChannelFactors, { channel, channels }: Share): ChannelFactors => ({
  bias: bias.slice(channel, channel + channels),
  multiplier: multiplier.slice(channel, channel + channels),
  shift: shift.slice(channel, channel + channels),
});
