/** A depthwise convolution as steps of the vector unit: fold by fold of channels, each in bands of the result. */
import { MOST_RESULTS } from '../../vector/job.ts';
import { bandsOf, PLACES } from './bands.ts';
import type { Builder } from './builder.ts';
import type { DepthwiseLayer } from './layer.ts';
import { foldsOf, lineAt } from './lines.ts';
import { loadScales, loadWeights } from './loads.ts';
import { foldLanes, inFolds, scaleBytes } from './weights.ts';
import { seenBy } from './windows.ts';

export function emitDepthwise(builder: Builder, layer: DepthwiseLayer, name: string): void {
  const { config, emitter, storage, dram } = builder;
  const { cols } = config;
  const { input, output, kernel, stride, filter, scales, result, inZero } = layer;
  const { channels } = output.picture;
  const weights = {
    tensor: dram.constant(`${name} weights`, () => inFolds(filter, channels, cols)),
    rows: kernel[0] * kernel[1],
    channels,
  };
  const scalesInDram = dram.constant(`${name} scales`, () => scaleBytes(scales, cols));
  const picture = storage.lines(input, cols);
  const out = storage.room(output);
  const bands = bandsOf(output.picture, PLACES, MOST_RESULTS);

  for (let fold = 0; fold < foldsOf(out); fold++) {
    const folds = { from: fold, to: fold + 1 };
    const n = foldLanes(channels, cols, fold);
    const taps = loadWeights(builder, weights, { rows: { from: 0, to: weights.rows }, folds });
    const parameters = loadScales(builder, scalesInDram, folds);
    for (const band of bands) {
      const { y, x, ...seen } = seenBy(layer, input.picture, band);
      emitter.emit(
        {
          operation: 'depthwise',
          fields: {
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
            weights: taps.address,
            parameters: parameters.address,
            rounding: 'double',
            ...result,
          },
        },
        { makes: { view: output, lines: out, band, fold, channels: n } },
      );
    }
    storage.free(taps);
    storage.free(parameters);
  }
}
