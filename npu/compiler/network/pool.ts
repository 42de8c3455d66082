/** Pooling as steps of the vector unit: a job for each part of the result whose windows see as many places. */
import { MOST_RESULTS } from '../../vector/job.ts';
import { bandsOf, PLACES } from './bands.ts';
import type { Builder } from './builder.ts';
import type { PoolLayer } from './layer.ts';
import { foldsOf } from './lines.ts';
import { foldLanes } from './weights.ts';
import { evenParts, windowFields } from './windows.ts';

export function emitPool({ config, emitter, storage }: Builder, layer: PoolLayer): void {
  const { input, output, result, rounding } = layer;
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
      const part = { band, fold, channels: n };
      emitter.emit(
        {
          operation: 'pool',
          fields: {
            ...windowFields(layer, picture, out, part),
            reduction: layer.of,
            ...layer.scale(count),
            rounding,
            ...result,
          },
        },
        { makes: { view: output, lines: out, ...part } },
      );
    }
  }
}
