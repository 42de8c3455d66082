/** A part of a tensor as a command leaves it in the scratchpad, for whoever looks at it there. */
import type { Made } from './emitter.ts';
import { lineAt } from './lines.ts';
import type { Picture } from './picture.ts';

export interface ResultPart {
  readonly tensor: number;
  /** The whole tensor. */
  readonly picture: Picture;
  /** Of the tensor: the first place and channel, and how many. */
  readonly y: number;
  readonly x: number;
  readonly channel: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** The line of the first place and channel; channels of a line. */
  readonly line: number;
  readonly lanes: number;
  /** Lines from a row of places to the next, and from a fold of channels to the next. */
  readonly row: number;
  readonly fold: number;
}

export function resultPart({ view, lines, band, fold, channels }: Made): ResultPart {
  const { tensor, picture, y, x, channel } = view.of ?? { ...view, y: 0, x: 0, channel: 0 };
  return {
    tensor,
    picture: { height: picture.height, width: picture.width, channels: picture.channels },
    y: y + band.y,
    x: x + band.x,
    channel: channel + fold * lines.lanes,
    rows: band.rows,
    columns: band.columns,
    channels,
    line: lineAt(lines, band.y, band.x) + fold * lines.fold,
    lanes: lines.lanes,
    row: lines.row,
    fold: lines.fold,
  };
}
