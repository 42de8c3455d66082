/** Means. */
import { meanFactor } from '../../../graph/factors.ts';
import type { LayerBody } from '../layer.ts';
import { noSides } from '../picture.ts';
import type { Of, Reader } from './reader.ts';

/** A mean over whole pictures, rows or columns is a pool of one window, or one for each column or row. */
export function mean(reader: Reader, { attributes: { axes } }: Of<'mean'>): LayerBody[] {
  const shape = reader.shape(0);
  const over = [1, 2].map((axis) => axes.includes(axis));
  if (shape.length !== 4 || axes.length === 0 || axes.some((axis) => axis !== 1 && axis !== 2)) return reader.onHost();
  const [pictures = 1, height = 1, width = 1] = shape;
  const { picture } = reader.view(0);
  const kernel = [over[0] === true ? height : 1, over[1] === true ? width : 1] as const;
  const output = {
    ...reader.result(),
    picture: {
      height: over[0] === true ? pictures : picture.height,
      width: over[1] === true ? 1 : width,
      channels: picture.channels,
    },
  };
  return [
    {
      kind: 'pool',
      input: reader.view(0),
      output,
      kernel,
      stride: [1, 1],
      padding: noSides,
      pictures,
      inZero: reader.scale(0).zero,
      of: 'sum',
      scale: () => meanFactor(reader.scale(0), reader.resultScale(), kernel[0] * kernel[1]),
      rounding: 'double',
      result: reader.range('none'),
    },
  ];
}
