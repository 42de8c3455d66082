/** Pooling as steps of the vector unit: a job for each part of the result whose windows see as many places. */
import { MOST_RESULTS } from '../../vector/job.ts';
import { bandsOf, PLACES } from './bands.ts';
import type { Builder } from './builder.ts';
import type { PoolLayer } from './layer.ts';
import { foldsOf, lineAt } from './lines.ts';
import { foldLanes } from './weights.ts';
import { evenParts, seenBy } from './windows.ts';

export function emitPool({ config, emitter, storage }: Builder, layer: PoolLayer): void {
  const { input, output, kernel, stride, result, inZero, rounding } = layer;
  const picture = storage.lines(input, config.cols);
  const out = storage.room(output);
  const bands = evenParts(layer, input.picture, output.picture).flatMap(({ band: part, count }) =>
    bandsOf({ height: part.rows, width: part.columns }, PLACES, MOST_RESULTS).map((within) => ({
      band: { ...within, y: part.y + within.y, x: part.x + within.x },
      count,
    })),
  );
  for (let fold = 0; fold < foldsOf(out); fold++) {
    const n = foldLanes(output.picture.channels, config.cols, fold);
    for (const { band, count } of bands) {
      const { y, x, ...seen } = seenBy(layer, input.picture, band);
      emitter.emit(
        {
          operation: 'pool',
          fields: {
            reduction: layer.of,
            from: lineAt(picture, y, x) + fold * picture.fold,
            fromFold: picture.fold,
            fromRow: picture.row,
            ...seen,
            fromZero: inZero,
            unsigned: false,
            to: lineAt(out, band.y, band.x) + fold * out.fold,
            toFold: out.fold,
            toRow: out.row,
            n,
            kernelHeight: kernel[0],
            kernelWidth: kernel[1],
            strideY: stride[0],
            strideX: stride[1],
            outHeight: band.rows,
            outWidth: band.columns,
            ...layer.scale(count),
            rounding,
            ...result,
          },
        },
        { makes: { view: output, lines: out, band, fold, channels: n } },
      );
    }
  }
}
