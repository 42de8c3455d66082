/**
 * Pieces of tensors to other places, as loads from DRAM and stores back to it: blocks of as many bytes as a part of a
 * bank holds, so that one is loaded while another is stored. In the scratchpad the bytes lie as they follow each other.
 */
import type { TensorPlace } from '../step.ts';
import type { Builder } from './builder.ts';
import type { MoveLayer } from './layer.ts';
import type { Along, Piece } from './piece.ts';
import { everywhere } from './storage.ts';

/** Lines of the scratchpad that a block has at the most, and banks have blocks at the least. */
const BLOCK_LINES = 256;
const BLOCKS_IN_BANK = 4;
/** Limits of a block's fields. */
const MOST_ACROSS = 255;
const MOST_LINE_BYTES = 0xffff;

export function emitMove({ config, emitter, storage }: Builder, layer: MoveLayer): void {
  const sources = layer.inputs.map((view) => storage.inDram(view));
  const target = storage.roomInDram(layer.output, 'intermediate', layer.fill);
  const { lineBytes, bankLines } = config;
  const most = Math.max(1, Math.min(BLOCK_LINES, Math.floor(bankLines / BLOCKS_IN_BANK)));
  for (const piece of layer.pieces) {
    const source = sources[piece.input];
    if (source === undefined) throw new RangeError(`a move has no input ${piece.input}`);
    for (const block of blocksOf(piece, lineBytes, most)) {
      const step = Math.ceil(block.bytes / lineBytes);
      const lines = block.lines.size * block.rows.size;
      const buffer = storage.allocate('scratchpad', lines * step, storage.banks.pictures);
      const fields = {
        lines,
        lineBytes: block.bytes,
        space: 'scratchpad',
        local: buffer.address,
        pieceBytes: lineBytes,
        lineStep: step,
        pieceStep: 1,
        onError: 'abort',
        rowLines: block.lines.size,
        rowStep: block.lines.size * step,
      } as const;
      const from: TensorPlace = { tensor: source.tensor, offset: source.offset + block.from };
      const to: TensorPlace = { tensor: target.tensor, offset: target.offset + block.to };
      emitter.emit(
        { operation: 'loadBlock', dram: from, fields: { ...fields, ...runsOf(block, 'from'), ...everywhere } },
        { extent: { place: from, bytes: spanOf(block, 'from') } },
      );
      emitter.emit(
        { operation: 'storeBlock', dram: to, fields: { ...fields, ...runsOf(block, 'to') } },
        {
          extent: { place: to, bytes: spanOf(block, 'to') },
          makes: { tensor: layer.output.tensor, inDram: target.tensor },
        },
      );
      storage.free(buffer);
    }
  }
}

/** What one load and one store move: rows of lines, each of `down` × `across` runs of `run` bytes. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly rows: Along;
  readonly lines: Along;
  readonly down: Along;
  readonly across: Along;
  readonly run: number;
  /** Of a line. */
  readonly bytes: number;
}
type Side = 'from' | 'to';

const once: Along = { size: 1, from: 0, to: 0 };

/** A piece in blocks, cut along its outermost loops. */
export function blocksOf(piece: Piece, lineBytes: number, most: number): Block[] {
  const along = inFewLoops(piece.along);
  const block = blockOf({ ...piece, along }, lineBytes * most);
  if (block !== null && block.rows.size * block.lines.size * Math.ceil(block.bytes / lineBytes) <= most) return [block];
  const [outer = once, ...inner] = along;
  const first = Math.ceil(outer.size / 2);
  const second = {
    ...piece,
    from: piece.from + first * outer.from,
    to: piece.to + first * outer.to,
    along: [{ ...outer, size: outer.size - first }, ...inner],
  };
  return [{ ...piece, along: [{ ...outer, size: first }, ...inner] }, second].flatMap((part) =>
    blocksOf(part, lineBytes, most),
  );
}

/** Without loops of one, and those that go on where the one inside of them ends. */
function inFewLoops(along: readonly Along[]): readonly Along[] {
  return along
    .filter(({ size }) => size > 1)
    .reduceRight<Along[]>((inner, outer) => {
      const [next, ...rest] = inner;
      const isOne = next !== undefined && outer.from === next.size * next.from && outer.to === next.size * next.to;
      return isOne ? [{ ...next, size: outer.size * next.size }, ...rest] : [outer, ...inner];
    }, []);
}

/** Loops as those of a block, as many as can be within a line; null where there are too many. */
function blockOf({ from, to, along }: Piece, mostBytes: number): Block | null {
  const left = [...along];
  const most = Math.min(mostBytes, MOST_LINE_BYTES);
  const innermost = left.at(-1);
  const isRun = innermost?.from === 1 && innermost.to === 1;
  const run = isRun ? (left.pop()?.size ?? 1) : 1;
  if (run > most) return null;
  let bytes = run;
  const take = (limit: number): Along => {
    const next = left.at(-1);
    if (next === undefined || next.size > limit) return once;
    left.pop();
    return next;
  };
  const across = take(Math.min(MOST_ACROSS, most / bytes));
  bytes *= across.size;
  const down = take(most / bytes);
  bytes *= down.size;
  const [lines, rows] = [take(MOST_LINE_BYTES), take(MOST_LINE_BYTES)];
  return left.length > 0 ? null : { from, to, rows, lines, down, across, run, bytes };
}

/** How a block's bytes lie in DRAM: runs that follow each other there are one. */
export function runsOf({ rows, lines, down, across, run, bytes }: Block, side: Side) {
  let [runBytes, runs, rest] = [run, across, down];
  if (runs.size === 1 || runs[side] === runBytes) [runBytes, runs, rest] = [runBytes * runs.size, rest, once];
  const isRowOfRuns = rest.size === 1;
  if (isRowOfRuns && (runs.size === 1 || runs[side] === runBytes)) [runBytes, runs] = [runBytes * runs.size, once];
  // Runs of one row go down where they are too many to go across.
  const goesDown = isRowOfRuns && runs.size > MOST_ACROSS;
  return {
    stride: lines[side],
    rowStride: rows[side],
    runBytes: runBytes === bytes ? 0 : runBytes,
    runsAcross: goesDown ? 1 : runs.size,
    acrossStride: goesDown ? 0 : runs[side],
    downStride: goesDown ? runs[side] : rest[side],
  };
}

/** From the first byte that a block has in a tensor to its last one. */
const spanOf = ({ rows, lines, down, across, run }: Block, side: Side): number =>
  run + [rows, lines, down, across].reduce((sum, along) => sum + (along.size - 1) * along[side], 0);
