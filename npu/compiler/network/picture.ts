/** Tensors of a network as the NPU works on them: pictures of one image, a channel a lane. */
import type { Sides } from '../../graph/graph.ts';

export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A tensor of the graph, by its index, looked at as a picture. */
export interface View {
  readonly tensor: number;
  readonly picture: Picture;
  /** Of a part of a tensor that has a number of its own: the whole, and where in it the part begins. */
  readonly of?: {
    readonly tensor: number;
    readonly picture: Picture;
    readonly y: number;
    readonly x: number;
    readonly channel: number;
  };
}

export const noSides: Sides = { top: 0, left: 0, bottom: 0, right: 0 };

/** The larger of two on each side. */
export const widerSides = (one: Sides, other: Sides): Sides => ({
  top: Math.max(one.top, other.top),
  left: Math.max(one.left, other.left),
  bottom: Math.max(one.bottom, other.bottom),
  right: Math.max(one.right, other.right),
});

export const placesOf = ({ height, width }: Picture): number => height * width;
export const elementsOf = (picture: Picture): number => placesOf(picture) * picture.channels;

/**
 * The last dimension is the channels, the one before the width, all others together the height. Images of a batch
 * stand below each other, which is right for whatever looks at one place only.
 */
export function pictureOf(shape: readonly number[]): Picture {
  const [channels = 1, width = 1, ...rest] = shape.toReversed();
  return { height: rest.reduce((all, size) => all * size, 1), width, channels };
}
