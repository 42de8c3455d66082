/** What a command reads and writes, by the loop nests of the instruction set (npu/ISA.md). */
import type { NpuConfig } from '../config.ts';
import type { Command } from '../isa/assembler.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { foldsAcross, walksOf, type Layout, type ProductSize, type Walk } from '../matrix/layout.ts';
import { meets, region, runsOf, type Accesses, type Memory, type Region } from './region.ts';

/** The fields of a command, by name: numbers, or words of an enumeration. */
export function fieldsOf(command: Command) {
  const all: Readonly<Record<string, unknown>> = command.fields;
  return {
    number: (name: string): number => Number(all[name]),
    /** Whether an enumeration has this word. */
    is: (name: string, word: string): boolean => all[name] === word,
  };
}

/** The vector unit's table, whole. */
const table = region('table', 0, 1);

/** A command of the dispatcher itself touches nothing. */
export function touchesOf(config: NpuConfig, command: Command): Accesses {
  const { number, is } = fieldsOf(command);
  switch (command.operation) {
    case 'load':
    case 'store': {
      const dram = dramLines(command);
      const local = localRegions(command);
      return command.operation === 'load' ? { reads: [dram], writes: local } : { reads: local, writes: [dram] };
    }
    case 'loadTransposed':
      return { reads: [dramLines(command)], writes: turnedLines(command) };
    case 'loadGather':
      return {
        reads: [region('dram', number('list'), 4 * number('lines')), namedRows(command)],
        writes: localRegions(command),
      };
    case 'loadBlock':
      return { reads: dramRuns(command), writes: localRows(command) };
    case 'storeBlock':
      return { reads: localRows(command), writes: dramRuns(command) };
    case 'fill':
      return { reads: [], writes: localRows(command) };
    case 'gemm': {
      const size = { m: number('m'), k: number('k'), n: number('n') };
      const layouts = matrixEngineOf(config).description.layouts(config, is('dataflow', 'os') ? 'os' : 'ws');
      const walks = walksOf({
        aFold: number('aFold'),
        aWidth: number('aWidth'),
        aStep: number('aStep'),
        aRow: number('aRow'),
        bFold: number('bFold'),
        cFold: number('cFold'),
      });
      const linesFrom = (memory: Memory, name: 'a' | 'b' | 'c'): Region[] =>
        walkedLines(memory, number(name), { layout: layouts[name], walk: walks[name], size });
      return {
        reads: [...linesFrom('scratchpad', 'a'), ...linesFrom('scratchpad', 'b')],
        writes: linesFrom('accumulator', 'c'),
      };
    }
    case 'elementwise':
    case 'lookup': {
      const folds = Math.ceil(number('n') / config.cols);
      const linesOf = (name: string): Region[] =>
        pictureRegions(command, name, { folds, lines: number('m'), width: number('width') });
      const reads = command.operation === 'lookup' ? [...linesOf('from'), table] : ['from', 'other'].flatMap(linesOf);
      return { reads, writes: linesOf('to') };
    }
    case 'softmax': {
      const folds = Math.ceil(number('n') / config.cols);
      const size = { folds, lines: number('m'), width: number('width') };
      const powers = Math.ceil(256 / 2 ** Math.floor(Math.log2(config.cols)));
      return {
        reads: [...pictureRegions(command, 'from', size), region('accumulator', number('parameters'), powers)],
        writes: pictureRegions(command, 'to', size),
      };
    }
    case 'loadTable':
      return { reads: [region('scratchpad', number('from'), Math.ceil(256 / config.cols))], writes: [table] };
    case 'requantise': {
      const folds = Math.ceil(number('n') / config.cols);
      const scales = number('perChannel') === 1 ? [region('accumulator', number('parameters'), 3 * folds)] : [];
      const [length, stride] = [number('m'), number('fromFold')];
      const planes = Array.from({ length: number('planes') }, (_, plane): Region => {
        const from = number('from') + plane * number('fromPlane');
        return { memory: 'accumulator', from, length, count: folds, stride };
      });
      return {
        reads: [...planes, ...scales],
        writes: pictureRegions(command, 'to', { folds, lines: number('m'), width: number('width') }),
      };
    }
    case 'depthwise':
    case 'pool': {
      const folds = Math.ceil(number('n') / config.cols);
      const [width, outWidth] = [number('width'), number('outWidth')];
      const taps = number('kernelHeight') * number('kernelWidth');
      const ofChannels =
        command.operation === 'depthwise'
          ? [
              region('scratchpad', number('weights'), folds * taps),
              region('accumulator', number('parameters'), 3 * folds),
            ]
          : [];
      return {
        reads: [...pictureRegions(command, 'from', { folds, lines: number('height') * width, width }), ...ofChannels],
        writes: pictureRegions(command, 'to', { folds, lines: number('outHeight') * outWidth, width: outWidth }),
      };
    }
    default:
      return { reads: [], writes: [] };
  }
}

/** The lines of a matrix that is walked: of each row, or of each line of it, those of all folds. */
function walkedLines(
  memory: Memory,
  first: number,
  { layout, walk, size }: { readonly layout: Layout; readonly walk: Walk; readonly size: ProductSize },
): Region[] {
  const [lines, count, { fold: stride, step }] = [size[layout.along], foldsAcross(layout, size), walk];
  const width = walk.width || 2 ** 16;
  const ofLines = (from: number, length: number): Region => ({ memory, from, length, count, stride });
  return Array.from({ length: Math.ceil(lines / width) }, (_, row) => {
    const [from, inRow] = [first + row * walk.row, Math.min(width, lines - row * width)];
    if (step <= 1) return [ofLines(from, step === 0 ? 1 : inRow)];
    return Array.from({ length: inRow }, (_, line) => ofLines(from + line * step, 1));
  }).flat();
}

/** Lines of the scratchpad: so many of each fold, in rows of a picture; the fields of its place begin with `name`. */
function pictureRegions(
  command: Command,
  name: string,
  { folds, lines, width }: { readonly folds: number; readonly lines: number; readonly width: number },
): Region[] {
  const { number } = fieldsOf(command);
  const [first, stride, toRow] = [number(name), number(`${name}Fold`), number(`${name}Row`)];
  if (toRow === width) return [{ memory: 'scratchpad', from: first, length: lines, count: folds, stride }];
  return Array.from({ length: Math.ceil(lines / width) }, (_, row): Region => {
    const length = Math.min(width, lines - row * width);
    return { memory: 'scratchpad', from: first + row * toRow, length, count: folds, stride };
  });
}

/** The lines of a copy in DRAM. */
function dramLines(command: Command): Region {
  const { number } = fieldsOf(command);
  return {
    memory: 'dram',
    from: number('dram'),
    length: number('lineBytes'),
    count: number('lines'),
    stride: number('stride'),
  };
}

/** All rows that indices of a gather may name. */
function namedRows(command: Command): Region {
  const { number } = fieldsOf(command);
  const [dram, length] = [number('dram'), (number('count') - 1) * number('stride') + number('lineBytes')];
  // What goes past the last address goes on at the first one.
  return dram + length > 2 ** 32 ? region('dram', 0, 2 ** 32) : region('dram', dram, Math.max(0, length));
}

/** The local lines of a block that is transposed: one for each byte of its lines, for each piece of them. */
function turnedLines(command: Command): Region[] {
  const { number } = fieldsOf(command);
  return Array.from({ length: Math.ceil(number('lines') / number('pieceBytes')) }, (_, piece): Region => ({
    memory: 'scratchpad',
    from: number('local') + piece * number('pieceStep'),
    length: 1,
    count: number('lineBytes'),
    stride: number('lineStep'),
  }));
}

/** The runs of a block that are read or written in DRAM: those inside of the picture. */
function dramRuns(command: Command): Region[] {
  const { number } = fieldsOf(command);
  const lineBytes = number('lineBytes');
  const [rowLines, runBytes, runsAcross] = [
    number('rowLines') || 2 ** 16,
    number('runBytes') || lineBytes,
    number('runsAcross') || 2 ** 8,
  ];
  const isInside = (y: number, x: number): boolean =>
    command.operation === 'storeBlock' || (y >= 0 && y < number('height') && x >= 0 && x < number('width'));
  const regions: Region[] = [];
  for (let i = 0; i < number('lines'); i++) {
    const [row, line] = [Math.floor(i / rowLines), i % rowLines];
    for (let at = 0; at < lineBytes; at += runBytes) {
      const run = at / runBytes;
      const [down, across] = [Math.floor(run / runsAcross), run % runsAcross];
      const y = number('top') + row * number('rowDown') + down * number('runDown');
      const x = number('left') + line * number('lineAcross') + across * number('runAcross');
      if (!isInside(y, x)) continue;
      const lineAt = number('dram') + row * number('rowStride') + line * number('stride');
      const runAt = lineAt + down * number('downStride') + across * number('acrossStride');
      regions.push(region('dram', runAt % 2 ** 32, Math.min(runBytes, lineBytes - at)));
    }
  }
  return regions;
}

/** The lines that rows of a block, or of what is filled, touch. */
function localRows(command: Command): Region[] {
  const { number } = fieldsOf(command);
  const [lines, rowLines] = [number('lines'), number('rowLines') || 2 ** 16];
  return Array.from({ length: Math.ceil(lines / rowLines) }, (_, row) =>
    localRegions(command, number('local') + row * number('rowStep'), Math.min(rowLines, lines - row * rowLines)),
  ).flat();
}

/** The lines that a load or a store touches, or one row of it does. */
function localRegions(
  command: Command,
  first = fieldsOf(command).number('local'),
  lines = fieldsOf(command).number('lines'),
): Region[] {
  const { number, is } = fieldsOf(command);
  const [lineStep, pieceStep] = [number('lineStep'), number('pieceStep')];
  const pieces = Math.ceil(number('lineBytes') / number('pieceBytes'));
  const memory = is('space', 'scratchpad') ? 'scratchpad' : 'accumulator';
  const ofLines = (from: number, length: number): Region => ({
    memory,
    from,
    length,
    count: pieces,
    stride: pieceStep,
  });
  if (lineStep === 1) return [ofLines(first, lines)];
  return Array.from({ length: lines }, (_, i) => ofLines(first + i * lineStep, 1));
}

/** Whether two commands may not change places: one of them writes what the other one touches. */
export function conflict(one: Accesses, other: Accesses): boolean {
  const meet = (a: readonly Region[], b: readonly Region[]): boolean =>
    a.some((x) => b.some((y) => x.memory === y.memory && runsOf(x).some((run) => meets(runsOf(y), run))));
  return meet(one.writes, [...other.reads, ...other.writes]) || meet(one.reads, other.writes);
}
