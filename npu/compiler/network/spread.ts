/** Operands of the vector unit that are spread over a picture: one row for all rows, one column, or one channel. */
import type { Builder } from './builder.ts';
import { bandsOf, type Band } from './bands.ts';
import { isNone, lineAt, type Lines } from './lines.ts';
import { noSides, placesOf, type Picture, type View } from './picture.ts';
import { everywhere } from './storage.ts';

/** Lines that are read for a picture: those of its first row for all rows, or of its first column for all columns. */
export interface Operand {
  readonly lines: Lines;
  readonly isOneRow: boolean;
  readonly isOneColumn: boolean;
  /** Lines of its own, which are free once it is read. */
  readonly isOwn: boolean;
}

export function operandOf(builder: Builder, view: View, over: Picture): Operand {
  const { picture } = view;
  const isOwn = picture.channels < over.channels;
  return {
    lines: isOwn ? inAllLanes(builder, view, over.channels) : builder.storage.lines(view, builder.config.cols),
    isOneRow: picture.height < over.height,
    isOneColumn: picture.width < over.width,
    isOwn,
  };
}

/** Lines each of whose lanes have the only channel of a place. */
function inAllLanes({ config, emitter, storage }: Builder, view: View, channels: number): Lines {
  const picture = { ...view.picture, channels };
  const from = storage.inDram(view);
  const [lanes, fold] = [config.cols, placesOf(picture)];
  const buffer = storage.allocate('scratchpad', fold * Math.ceil(channels / lanes), storage.banks.pictures);
  const lines: Lines = {
    picture,
    border: noSides,
    lanes,
    buffer,
    first: buffer.address,
    row: picture.width,
    fold,
  };
  for (const { y, x, rows, columns } of bandsOf(picture)) {
    const dram = { tensor: from.tensor, offset: from.offset + y * from.row + x * from.place };
    emitter.emit(
      {
        operation: 'loadBlock',
        dram,
        fields: {
          lines: rows * columns,
          lineBytes: channels,
          stride: from.place,
          space: 'scratchpad',
          local: lineAt(lines, y, x),
          pieceBytes: lanes,
          lineStep: 1,
          pieceStep: fold,
          onError: 'abort',
          rowLines: columns,
          rowStride: from.row,
          rowStep: lines.row,
          runBytes: 1,
          runsAcross: 1,
          acrossStride: 0,
          downStride: 0,
          ...everywhere,
        },
      },
      { extent: { place: dram, bytes: (rows - 1) * from.row + (columns - 1) * from.place + 1 } },
    );
  }
  return lines;
}

/** How the vector unit goes over a band: rows of so many columns, and the lines from a row to the next. */
interface Walk {
  readonly band: Band;
  readonly width: number;
  readonly rowOf: (operand: Operand) => number;
}

/**
 * Over a band of whole rows, or of parts of them. One column for all is a line that stays while the others go on: each
 * place is a row then, so that there is a job for each row of the picture where those do not follow each other.
 */
export function walksOf(operands: readonly Operand[], band: Band): Walk[] {
  if (!operands.some(({ isOneColumn }) => isOneColumn)) {
    return [{ band, width: band.columns, rowOf: ({ lines, isOneRow }) => (isOneRow ? 0 : lines.row) }];
  }
  const isOne = operands.every(({ lines, isOneRow, isOneColumn }) =>
    isOneColumn ? isOneRow : !isOneRow && isNone(lines.border) && lines.row === band.columns,
  );
  const bands = isOne ? [band] : Array.from({ length: band.rows }, (_, row) => ({ ...band, y: band.y + row, rows: 1 }));
  return bands.map((part) => ({ band: part, width: 1, rowOf: ({ isOneColumn }) => (isOneColumn ? 0 : 1) }));
}

/** The line that an operand has at a place. */
export const lineOfOperand = ({ lines, isOneRow, isOneColumn }: Operand, { y, x }: Band): number =>
  lineAt(lines, isOneRow ? 0 : y, isOneColumn ? 0 : x);
