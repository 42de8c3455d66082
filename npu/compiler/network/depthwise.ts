/** A depthwise convolution as steps of the vector unit: fold by fold of channels, each in bands of the result. */
import { MOST_RESULTS } from '../../vector/job.ts';
import { bandsOf, PLACES } from './bands.ts';
import type { Builder } from './builder.ts';
import type { DepthwiseLayer } from './layer.ts';
import { foldsOf } from './lines.ts';
import { loadScales, loadWeights } from './loads.ts';
import { foldLanes, inFolds, scaleBytes } from './weights.ts';
import { windowFields } from './windows.ts';

export function emitDepthwise(builder: Builder, layer: DepthwiseLayer, name: string): void {
  const { config, emitter, storage, dram } = builder;
  const { cols } = config;
  const { input, output, kernel, filter, scales, result } = layer;
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
      const part = { band, fold, channels: n };
      emitter.emit(
        {
          operation: 'depthwise',
          fields: {
            ...windowFields(layer, picture, out, part),
            weights: taps.address,
            parameters: parameters.address,
            rounding: layer.rounding,
            ...result,
          },
        },
        { makes: { view: output, lines: out, ...part } },
      );
    }
    storage.free(taps);
    storage.free(parameters);
  }
}
