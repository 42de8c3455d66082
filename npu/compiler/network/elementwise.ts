/** What is made of each element of one tensor, or of two: steps of the vector unit, fold by fold, band by band. */
import { bandsOf, type Band } from './bands.ts';
import type { Builder } from './builder.ts';
import type { ElementwiseLayer, LookupLayer } from './layer.ts';
import { foldsOf, lineAt, type Lines } from './lines.ts';
import type { View } from './picture.ts';
import { lineOfOperand, operandOf, walksOf, type Operand } from './spread.ts';
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

export function emitElementwise(builder: Builder, layer: ElementwiseLayer): void {
  const { emitter, storage } = builder;
  const { inputs, output, operator, zeros, leftShift, inScales, scale, result } = layer;
  const [one, other] = [operandOf(builder, inputs[0], output.picture), operandOf(builder, inputs[1], output.picture)];
  const out = storage.room(output);
  const to: Operand = { lines: out, isOneRow: false, isOneColumn: false, isOwn: false };
  for (const part of partsOf(output, out)) {
    for (const { band, width, rowOf } of walksOf([one, other, to], part.band)) {
      const lineIn = (operand: Operand): number => lineOfOperand(operand, band) + part.fold * operand.lines.fold;
      emitter.emit(
        {
          operation: 'elementwise',
          fields: {
            from: lineIn(one),
            fromFold: one.lines.fold,
            fromRow: rowOf(one),
            fromZero: zeros[0],
            fromMultiplier: inScales[0].multiplier,
            fromShift: inScales[0].shift,
            other: lineIn(other),
            otherFold: other.lines.fold,
            otherRow: rowOf(other),
            otherZero: zeros[1],
            otherMultiplier: inScales[1].multiplier,
            otherShift: inScales[1].shift,
            to: lineIn(to),
            toFold: out.fold,
            toRow: rowOf(to),
            width,
            m: band.rows * band.columns,
            n: part.channels,
            unsigned: false,
            operator,
            leftShift,
            ...scale,
            rounding: 'double',
            ...result,
          },
        },
        { makes: { view: output, lines: out, ...part, band } },
      );
    }
  }
  for (const { lines, isOwn } of [one, other]) if (isOwn) storage.free(lines.buffer);
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
