/** What is made of each element of one tensor, or of two: steps of the vector unit, fold by fold, band by band. */
import { bandsOf, type Band } from './bands.ts';
import type { Builder } from './builder.ts';
import type { ElementwiseLayer, LookupLayer } from './layer.ts';
import { foldsOf, lineAt, type Lines } from './lines.ts';
import type { View } from './picture.ts';
import { foldLanes } from './weights.ts';

/** A fold of a band. */
interface Part {
  readonly fold: number;
  readonly band: Band;
  readonly channels: number;
}

function partsOf({ picture }: View, out: Lines): Part[] {
  return Array.from({ length: foldsOf(out) }, (_, fold) => fold).flatMap((fold) =>
    bandsOf(picture).map((band) => ({ fold, band, channels: foldLanes(picture.channels, out.lanes, fold) })),
  );
}

const lineOf = (lines: Lines, { fold, band }: Part): number => lineAt(lines, band.y, band.x) + fold * lines.fold;

/** Where a part is read and written. */
const walkOf = (from: Lines, to: Lines, part: Part) => ({
  from: lineOf(from, part),
  fromFold: from.fold,
  fromRow: from.row,
  to: lineOf(to, part),
  toFold: to.fold,
  toRow: to.row,
  width: part.band.columns,
  m: part.band.rows * part.band.columns,
  n: part.channels,
});

export function emitElementwise({ config, emitter, storage }: Builder, layer: ElementwiseLayer): void {
  const { inputs, output, operator, zeros, leftShift, inScales, scale, result } = layer;
  const [one, other] = [storage.lines(inputs[0], config.cols), storage.lines(inputs[1], config.cols)];
  const out = storage.room(output);
  for (const part of partsOf(output, out)) {
    emitter.emit(
      {
        operation: 'elementwise',
        fields: {
          ...walkOf(one, out, part),
          fromZero: zeros[0],
          fromMultiplier: inScales[0].multiplier,
          fromShift: inScales[0].shift,
          other: lineOf(other, part),
          otherFold: other.fold,
          otherRow: other.row,
          otherZero: zeros[1],
          otherMultiplier: inScales[1].multiplier,
          otherShift: inScales[1].shift,
          unsigned: false,
          operator,
          leftShift,
          ...scale,
          rounding: 'double',
          ...result,
        },
      },
      { makes: { view: output, lines: out, ...part } },
    );
  }
}

const TABLE_ENTRIES = 256;

export function emitLookup({ config, emitter, storage, dram }: Builder, layer: LookupLayer, name: string): void {
  const { input, output, table } = layer;
  const { cols } = config;
  const tensor = dram.constant(`${name} table`, () => table);
  const lines = Math.ceil(TABLE_ENTRIES / cols);
  const buffer = storage.allocate('scratchpad', lines, storage.banks.weights);
  const place = { tensor, offset: 0 };
  emitter.emit(
    {
      operation: 'load',
      dram: place,
      fields: {
        lines: 1,
        lineBytes: TABLE_ENTRIES,
        stride: TABLE_ENTRIES,
        space: 'scratchpad',
        local: buffer.address,
        pieceBytes: cols,
        lineStep: 0,
        pieceStep: 1,
        onError: 'abort',
      },
    },
    { extent: { place, bytes: TABLE_ENTRIES } },
  );
  const picture = storage.lines(input, cols);
  const out = storage.room(output);
  emitter.emit({ operation: 'loadTable', fields: { from: buffer.address } });
  for (const part of partsOf(output, out))
    emitter.emit(
      { operation: 'lookup', fields: walkOf(picture, out, part) },
      { makes: { view: output, lines: out, ...part } },
    );
  storage.free(buffer);
}
