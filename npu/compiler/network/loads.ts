/** Loads of weights and scales. */
import type { LocalBuffer } from '../allocator.ts';
import type { Run } from '../region.ts';
import type { Builder } from './builder.ts';
import { foldLanes, SCALE_LINES } from './weights.ts';

/** A matrix of weights in DRAM, fold by fold of its columns. */
export interface WeightsInDram {
  readonly tensor: string;
  readonly rows: number;
  readonly channels: number;
}

/** Some of its rows, of some of its folds. */
export interface Part {
  readonly rows: Run;
  readonly folds: Run;
}

/** Brings lines of weights in: of each fold the rows one after another. */
export function loadWeights(
  { config, emitter, storage }: Builder,
  { tensor, rows: all, channels }: WeightsInDram,
  { rows, folds }: Part,
): LocalBuffer {
  const { cols } = config;
  const depth = rows.to - rows.from;
  const buffer = storage.allocate('scratchpad', depth * (folds.to - folds.from), storage.banks.weights);
  for (let fold = folds.from; fold < folds.to; fold++) {
    const lanes = foldLanes(channels, cols, fold);
    const place = { tensor, offset: fold * all * cols + rows.from * lanes };
    emitter.emit(
      {
        operation: 'load',
        dram: place,
        fields: {
          lines: depth,
          lineBytes: lanes,
          stride: lanes,
          space: 'scratchpad',
          local: buffer.address + (fold - folds.from) * depth,
          pieceBytes: cols,
          lineStep: 1,
          pieceStep: 0,
          onError: 'abort',
        },
      },
      { extent: { place, bytes: depth * lanes } },
    );
  }
  return buffer;
}

/** Brings the scales of some folds of channels in. */
export function loadScales({ config, emitter, storage }: Builder, tensor: string, folds: Run): LocalBuffer {
  const lineBytes = config.cols * 4;
  const lines = (folds.to - folds.from) * SCALE_LINES;
  const buffer = storage.allocate('accumulator', lines);
  const place = { tensor, offset: folds.from * SCALE_LINES * lineBytes };
  emitter.emit(
    {
      operation: 'load',
      dram: place,
      fields: {
        lines,
        lineBytes,
        stride: lineBytes,
        space: 'accumulator',
        local: buffer.address,
        pieceBytes: lineBytes,
        lineStep: 1,
        pieceStep: 0,
        onError: 'abort',
      },
    },
    { extent: { place, bytes: lines * lineBytes } },
  );
  return buffer;
}
