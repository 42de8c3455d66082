/** Softmax over the channels of each place: a step of the vector unit. */
import { powersOfLine } from '../../vector/job.ts';
import type { Builder } from './builder.ts';
import { wordBytes } from './dram.ts';
import type { SoftmaxLayer } from './layer.ts';
import { lineAt } from './lines.ts';

export function emitSoftmax({ config, emitter, storage, dram }: Builder, layer: SoftmaxLayer, name: string): void {
  const { input, output, powers, result } = layer;
  const { height, width, channels } = output.picture;
  const lanes = powersOfLine(config.cols);
  const bytes = wordBytes(powers);
  const lines = Math.ceil(powers.length / lanes);
  const parameters = storage.allocate('accumulator', lines);
  const place = { tensor: dram.constant(`${name} powers`, () => bytes), offset: 0 };
  emitter.emit(
    {
      operation: 'load',
      dram: place,
      fields: {
        lines: 1,
        lineBytes: bytes.length,
        stride: bytes.length,
        space: 'accumulator',
        local: parameters.address,
        pieceBytes: lanes * 4,
        lineStep: 0,
        pieceStep: 1,
        onError: 'abort',
      },
    },
    { extent: { place, bytes: bytes.length } },
  );
  const picture = storage.lines(input, config.cols);
  const out = storage.room(output);
  const band = { y: 0, x: 0, rows: height, columns: width };
  emitter.emit(
    {
      operation: 'softmax',
      fields: {
        from: lineAt(picture, 0, 0),
        fromFold: picture.fold,
        fromRow: picture.row,
        to: lineAt(out, 0, 0),
        toFold: out.fold,
        toRow: out.row,
        width,
        m: height * width,
        n: channels,
        unsigned: false,
        parameters: parameters.address,
        ...result,
      },
    },
    { makes: { view: output, lines: out, band, fold: 0, channels } },
  );
  storage.free(parameters);
}
